//! The engine behind everything that is not answered at once: claim with a lease, run, then done, retried or parked.
//! Never holds a transaction while a job runs. Knows no business: what a job means is the caller's.

mod backoff;
mod worker;

use std::future::Future;

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::clock::Clock;
use crate::store::jobs::{self as table, Ending, Job};
use crate::store::{self, Db};

pub use backoff::backoff;
pub use worker::Workers;

/// How long a job is ours without news of us, unless the configuration says otherwise.
pub const LEASE: Duration = Duration::seconds(60);

/// Tries of a job that retries by itself before a person is asked: about a day with [`backoff`].
pub const MAX_ATTEMPTS: i64 = 30;

/// Why a run did not finish. Every failing job says which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Worth trying again, at the given instant or after the usual backoff.
    Retry { why: String, at: Option<DateTime<Utc>> },
    /// Nothing failed that this job could mend: it comes back at the given instant, its tries uncounted.
    Wait { why: String, at: DateTime<Utc> },
    /// Trying again would not help: a person is needed.
    Park { why: String },
}

impl Failure {
    /// Retry after the usual backoff.
    pub fn retry(why: impl std::fmt::Display) -> Self {
        Self::Retry { why: why.to_string(), at: None }
    }

    /// Give up.
    pub fn park(why: impl std::fmt::Display) -> Self {
        Self::Park { why: why.to_string() }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::retry(error)
    }
}

/// Claims one due job and runs it to an ending. `false` when none is due.
///
/// # Errors
/// When the database can't be reached; the job, if claimed, comes back when its lease ends.
pub async fn run_one<F, Fut>(db: &Db, clock: &Clock, handle: F) -> store::Result<bool>
where
    F: FnOnce(Job) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let now = clock.now();
    let Some(job) = table::claim(db, Uuid::now_v7(), now, now + LEASE).await? else {
        return Ok(false);
    };
    let ending = match handle(job.clone()).await {
        Ok(()) => Ending::Done,
        Err(failure) => ending(&job, failure, clock.now()),
    };
    report(&job, &ending);
    if !table::finish(db, &job, &ending, clock.now()).await? {
        tracing::warn!(job = %job.id, kind = job.kind, "lease lost before the end: another worker has this job");
    }
    Ok(true)
}

fn ending(job: &Job, failure: Failure, now: DateTime<Utc>) -> Ending {
    match failure {
        Failure::Park { why } => Ending::Parked(why),
        Failure::Wait { why, at } => Ending::Waiting(at, why),
        Failure::Retry { why, .. } if job.attempts >= MAX_ATTEMPTS => Ending::Parked(why),
        Failure::Retry { why, at: Some(at) } => Ending::Retry(at, why),
        Failure::Retry { why, at: None } => Ending::Retry(now + backoff(job.attempts), why),
    }
}

fn report(job: &Job, ending: &Ending) {
    match ending {
        Ending::Done | Ending::Released => tracing::debug!(job = %job.id, kind = job.kind, "job done"),
        Ending::Waiting(at, why) | Ending::Retry(at, why) => {
            tracing::info!(job = %job.id, kind = job.kind, %at, why, "job will be tried again");
        }
        Ending::Parked(why) => tracing::error!(job = %job.id, kind = job.kind, why, "job parked: a person is needed"),
    }
}
