//! One commit for whoever writes at the same moment. SQLite writes one transaction at a time, and each waits for the disk:
//! sixty workers in single file would wait for each other's disk. Here, what arrives during a commit goes together in the
//! next, each piece under a savepoint of its own; nobody is answered before the disk has it. Knows no table.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use sqlx::{Acquire, Sqlite, SqliteConnection, SqlitePool, Transaction};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::{Cx, Error, Result};

/// A piece of work on a connection, ready to run.
pub type Work<'c, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'c>>;

/// Pieces waiting at most: beyond, writers wait.
const QUEUE: usize = 1024;
/// Pieces in one commit at most.
const BATCH: usize = 128;

/// Runs one piece; answers whether to keep what it wrote, and how to tell its caller once the disk has it.
type Piece = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> Pin<Box<dyn Future<Output = Run> + Send + 'c>> + Send>;

struct Run {
    is_kept: bool,
    tell: Box<dyn FnOnce(bool) + Send>,
}

/// A handle on the writing task, which stops with the last handle.
#[derive(Clone)]
pub struct Group {
    queue: mpsc::Sender<Piece>,
}

impl Group {
    /// Starts the task; it borrows the writer for the time of each commit.
    pub fn start(writer: SqlitePool) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(keep_writing(writer, Arc::new(Mutex::new(waiting))));
        Self { queue }
    }

    /// Runs `work` in a commit with others; answers once the disk has it.
    pub async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(Cx<'c>) -> Work<'c, T> + Send + 'static,
    {
        let (answer, told) = oneshot::channel();
        let piece: Piece = Box::new(move |conn| {
            Box::pin(async move {
                let result = work(Cx::Sqlite(conn)).await;
                let is_kept = result.is_ok();
                let tell = move |committed: bool| {
                    let result = if committed || !is_kept { result } else { Err(Error::NotCommitted) };
                    // A caller that went away is not told.
                    drop(answer.send(result));
                };
                Run { is_kept, tell: Box::new(tell) }
            })
        });
        self.queue.send(piece).await.map_err(|_| Error::NotCommitted)?;
        told.await.unwrap_or(Err(Error::NotCommitted))
    }
}

/// A panic in one piece costs the commit it was in, not the writing task.
async fn keep_writing(writer: SqlitePool, waiting: Arc<Mutex<mpsc::Receiver<Piece>>>) {
    loop {
        let task = write_all(writer.clone(), Arc::clone(&waiting));
        if tokio::spawn(task).await.is_ok() {
            return;
        }
        tracing::error!("a panic while writing: the writers of that moment were told that nothing was kept");
    }
}

async fn write_all(writer: SqlitePool, waiting: Arc<Mutex<mpsc::Receiver<Piece>>>) {
    let mut waiting = waiting.lock().await;
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        // What could not even begin is dropped, and its callers are told by that.
        let pieces = std::mem::take(&mut batch);
        if let Err(error) = write(&writer, pieces).await {
            tracing::error!(%error, "nothing of this moment was written");
        }
    }
}

async fn write(writer: &SqlitePool, batch: Vec<Piece>) -> Result<()> {
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    let mut runs = Vec::with_capacity(batch.len());
    let alone = batch.len() == 1;
    for piece in batch {
        runs.push(if alone { piece(&mut tx).await } else { apart(&mut tx, piece).await? });
    }
    let committed = if alone && runs.iter().any(|run| !run.is_kept) { tx.rollback().await } else { tx.commit().await };
    runs.into_iter().for_each(|run| (run.tell)(committed.is_ok()));
    Ok(committed?)
}

/// What fails undoes itself alone.
async fn apart(tx: &mut Transaction<'static, Sqlite>, piece: Piece) -> Result<Run> {
    let mut savepoint = tx.begin().await?;
    let run = piece(&mut savepoint).await;
    if run.is_kept {
        savepoint.commit().await?
    } else {
        savepoint.rollback().await?
    }
    Ok(run)
}
