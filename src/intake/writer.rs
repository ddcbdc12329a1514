//! Keeps deliveries before they are acknowledged. One writer groups all that wait into one commit, so that a slow disk
//! costs a constant delay and not a queue; each caller hears after the sync, never before.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::clock::Clock;
use crate::store::inbox::{self, Delivery, Status};
use crate::store::jobs::{self, NewJob};
use crate::store::{Db, Error, Result};

/// Deliveries waiting at most: beyond, senders wait (and DataPass sends again if they wait too long).
const QUEUE: usize = 1024;
/// Deliveries in one commit at most.
const BATCH: usize = 256;

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    New,
    /// It was there already.
    Duplicate,
}

type Waiting = (Delivery, oneshot::Sender<bool>);

/// A handle on the writer; it stops when the last handle is dropped.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Waiting>,
}

/// The writer is gone, or the database refused: the delivery is not kept and must not be acknowledged.
#[derive(Debug, thiserror::Error)]
#[error("delivery not kept")]
pub struct NotKept;

impl Writer {
    /// Starts the writing task; `wake` is rung after each commit.
    pub fn start(db: Db, clock: Clock, wake: Arc<Notify>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(write_all(db, clock, wake, waiting));
        Self { queue }
    }

    /// Keeps a delivery; answers once it would survive a power cut.
    ///
    /// # Errors
    /// [`NotKept`]: tell DataPass to come back.
    pub async fn keep(&self, delivery: Delivery) -> std::result::Result<Kept, NotKept> {
        let (answer, kept) = oneshot::channel();
        self.queue.send((delivery, answer)).await.map_err(|_| NotKept)?;
        match kept.await {
            Ok(true) => Ok(Kept::New),
            Ok(false) => Ok(Kept::Duplicate),
            Err(_) => Err(NotKept),
        }
    }
}

async fn write_all(db: Db, clock: Clock, wake: Arc<Notify>, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let whole = batch.len();
        if let Err((error, returned)) = settle(&db, &clock, std::mem::take(&mut batch)).await {
            tracing::warn!(%error, count = whole, "deliveries not kept together: one by one");
            // One delivery that the database refuses must not cost the others.
            for alone in returned {
                if let Err((error, _)) = settle(&db, &clock, vec![alone]).await {
                    tracing::error!(%error, "a delivery is not kept: its sender is told to come back");
                }
            }
        }
        wake.notify_one();
    }
}

/// Writes a batch and answers each caller; gives the batch back when it can't be written.
async fn settle(db: &Db, clock: &Clock, batch: Vec<Waiting>) -> std::result::Result<(), (Error, Vec<Waiting>)> {
    match write(db, clock, &batch).await {
        Ok(fresh) => {
            for ((_, answer), new) in batch.into_iter().zip(fresh) {
                // A caller that went away will send again; the delivery is then a duplicate.
                let _ = answer.send(new);
            }
            Ok(())
        }
        Err(error) => Err((error, batch)),
    }
}

/// One commit for the batch; answers which deliveries were new.
async fn write(db: &Db, clock: &Clock, batch: &[Waiting]) -> Result<Vec<bool>> {
    let mut tx = db.begin().await?;
    let mut fresh = Vec::with_capacity(batch.len());
    for (delivery, _) in batch {
        let new = inbox::insert(tx.cx(), delivery).await?;
        if new && delivery.status == Status::Pending {
            let now = clock.now();
            let job = NewJob {
                kind: super::JOB,
                payload: json!({ "inbox": delivery.id }),
                unique_key: Some(format!("intake:{}", delivery.id)),
                run_at: now,
            };
            jobs::enqueue(tx.cx(), &job, now).await?;
        }
        fresh.push(new);
    }
    tx.commit().await?;
    Ok(fresh)
}
