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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::Db;
    use super::*;

    async fn open() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}", folder.path().join("x.db").display())).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        execute!(tx.cx(), "create table kept (n integer not null unique)").unwrap();
        tx.commit().await.unwrap();
        (folder, db)
    }

    async fn keep(db: &Db, n: i64) -> Result<()> {
        db.write(move |cx| {
            Box::pin(async move {
                execute!(cx, "insert into kept (n) values ($1)", n)?;
                Ok(())
            })
        })
        .await
    }

    async fn kept(db: &Db) -> Vec<i64> {
        let rows = fetch_all!(db.read().await.unwrap().cx(), (i64,), "select n from kept order by n").unwrap();
        rows.into_iter().map(|(n,)| n).collect()
    }

    #[tokio::test]
    async fn what_arrives_together_is_written_together_and_all_of_it() {
        let (_folder, db) = open().await;
        // Holds the writer, so that the others wait and go together.
        let tx = db.begin().await.unwrap();
        let writing: Vec<_> = (0..100)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move { keep(&db, n).await })
            })
            .collect();
        tokio::task::yield_now().await;
        tx.commit().await.unwrap();
        for one in writing {
            one.await.unwrap().unwrap();
        }
        assert_eq!(kept(&db).await, (0..100).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_piece_that_fails_undoes_itself_alone() {
        let (_folder, db) = open().await;
        let tx = db.begin().await.unwrap();
        let writing: Vec<_> = [1, 2, 1, 3]
            .into_iter()
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move { keep(&db, n).await.is_ok() })
            })
            .collect();
        tokio::task::yield_now().await;
        tx.commit().await.unwrap();
        let mut written = Vec::new();
        for one in writing {
            written.push(one.await.unwrap());
        }
        assert_eq!(written.iter().filter(|ok| **ok).count(), 3, "{written:?}");
        assert_eq!(kept(&db).await, [1, 2, 3]);
    }

    #[tokio::test]
    async fn a_panic_costs_its_commit_and_no_other() {
        let (_folder, db) = open().await;
        let told = db.write::<(), _>(|_| Box::pin(async { panic!("seen in the log") })).await;
        assert!(matches!(told, Err(Error::NotCommitted)), "{told:?}");
        keep(&db, 1).await.unwrap();
        assert_eq!(kept(&db).await, [1]);
    }

    /// However many transactions wait for the writer, a small piece waits for one of them.
    #[tokio::test]
    async fn pieces_pass_between_transactions() {
        let (_folder, db) = open().await;
        let tx = db.begin().await.unwrap();
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for n in 0..4 {
            let (db, order) = (db.clone(), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let tx = db.begin().await.unwrap();
                order.lock().unwrap().push(format!("transaction {n}"));
                tx.commit().await.unwrap();
            }));
        }
        tokio::task::yield_now().await;
        let (writing, kept) = (db.clone(), Arc::clone(&order));
        tasks.push(tokio::spawn(async move {
            keep(&writing, 1).await.unwrap();
            kept.lock().unwrap().push("piece".to_owned());
        }));
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        tx.commit().await.unwrap();
        for task in tasks {
            task.await.unwrap();
        }
        let order = order.lock().unwrap();
        let at = order.iter().position(|one| one == "piece").unwrap();
        assert!(at <= 2, "{order:?}");
    }

    /// Whoever gave up waiting is not a reason to lose what they asked for, nor what others did.
    #[tokio::test]
    async fn nobody_listening_is_no_failure() {
        static RUN: AtomicUsize = AtomicUsize::new(0);
        let (_folder, db) = open().await;
        let tx = db.begin().await.unwrap();
        let gone = {
            let db = db.clone();
            tokio::spawn(async move {
                db.write(|cx| {
                    Box::pin(async move {
                        RUN.fetch_add(1, Ordering::SeqCst);
                        execute!(cx, "insert into kept (n) values (7)")?;
                        Ok(())
                    })
                })
                .await
            })
        };
        tokio::task::yield_now().await;
        gone.abort();
        drop(gone.await);
        tx.commit().await.unwrap();
        keep(&db, 8).await.unwrap();
        let all = kept(&db).await;
        assert!(all == [7, 8] || RUN.load(Ordering::SeqCst) == 0 && all == [8], "{all:?}");
    }
}
