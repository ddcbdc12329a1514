//! The workers of one process: each claims and runs jobs until it is told to stop, keeping its lease alive meanwhile.
//! A panic in a job is a failed try, not the end of a worker.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::{Failure, ending, report};
use crate::clock::Clock;
use crate::store::Db;
use crate::store::jobs::{self as table, Ending, Job};

/// How often an idle worker looks for work that another process may have added.
const IDLE: Duration = Duration::from_millis(500);
/// A lease is renewed this many times in its life: a late renewal or two lose nothing.
const HEARTBEATS: u32 = 4;
/// How long a running job may still take once the process must stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// Background workers of this process.
#[derive(Clone)]
pub struct Workers {
    db: Db,
    clock: Clock,
    wake: Arc<Notify>,
    stop: CancellationToken,
    lease: chrono::Duration,
    tasks: TaskTracker,
}

impl Workers {
    /// Nothing runs yet; `wake` is rung by whoever adds a job in this process, `lease` is how long a job stays ours
    /// without news of us.
    pub fn new(db: Db, clock: Clock, wake: Arc<Notify>, stop: CancellationToken, lease: chrono::Duration) -> Self {
        Self { db, clock, wake, stop, lease, tasks: TaskTracker::new() }
    }

    /// Starts `count` workers that give each job to `handle`.
    pub fn start<F, Fut>(&self, count: usize, handle: F)
    where
        F: Fn(Job) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        for _ in 0..count {
            let (workers, handle) = (self.clone(), handle.clone());
            self.tasks.spawn(async move { workers.work(handle).await });
        }
    }

    /// Waits, once told to stop, for the running jobs to end; after a moment of patience they are given back.
    pub async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn work<F, Fut>(&self, handle: F)
    where
        F: Fn(Job) -> Fut,
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        while !self.stop.is_cancelled() {
            match self.step(&handle).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(%error, "jobs can't be claimed"),
            }
            tokio::select! {
                () = self.stop.cancelled() => break,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(IDLE) => {}
            }
        }
    }

    async fn step<F, Fut>(&self, handle: &F) -> crate::store::Result<bool>
    where
        F: Fn(Job) -> Fut,
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let now = self.clock.now();
        let Some(job) = table::claim(&self.db, Uuid::now_v7(), now, now + self.lease).await? else {
            return Ok(false);
        };
        let run = tokio::spawn(handle(job.clone()));
        let ending = self.watch(&job, run).await;
        report(&job, &ending);
        if !table::finish(&self.db, &job, &ending, self.clock.now()).await? {
            tracing::warn!(job = %job.id, kind = job.kind, "lease lost before the end: another worker has this job");
        }
        Ok(true)
    }

    async fn out_of_patience(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(PATIENCE).await;
    }

    /// Waits for the run, renewing the lease; a run whose lease is lost is stopped.
    async fn watch(&self, job: &Job, mut run: tokio::task::JoinHandle<Result<(), Failure>>) -> Ending {
        // One wait for all the turns of the loop: a heartbeat must not start it again.
        let patience = self.out_of_patience();
        tokio::pin!(patience);
        let heartbeat = self.lease.to_std().unwrap_or_default() / HEARTBEATS;
        loop {
            tokio::select! {
                outcome = &mut run => return match outcome {
                    Ok(Ok(())) => Ending::Done,
                    Ok(Err(failure)) => ending(job, failure, self.clock.now()),
                    Err(_) => ending(job, Failure::retry("panic in the job"), self.clock.now()),
                },
                () = &mut patience => {
                    run.abort();
                    return Ending::Released;
                }
                () = tokio::time::sleep(heartbeat) => {
                    if let Ok(false) = table::extend(&self.db, job, self.clock.now() + self.lease).await {
                        run.abort();
                    }
                }
            }
        }
    }
}
