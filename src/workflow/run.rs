//! Runs a job: one exhaustive match from its kind to the room that knows it, then the change it leads to.

use std::pin::Pin;

use chrono::Duration;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::apply::{NotApplied, apply, found_or_made};
use super::follow::JobKind;
use super::house::House;
use super::{
    collect, deliberation, drift, mail, recheck, reconcile, reminders, reread, service, sirene, suspend, watch,
};
use crate::domain::Habilitation;
use crate::intake::{self, Translation, translate};
use crate::jobs::{self as engine, Failure};
use crate::store::inbox::Status;
use crate::store::jobs::{Job, NewJob};
use crate::store::{self, Tx, accounts, habilitations, inbox, jobs, preferences, sessions};

/// Deliveries hold personal data: kept this long for replay and proof, then forgotten.
const INBOX_KEEP: Duration = Duration::days(90);
/// Finished jobs are kept this long for operators.
const JOB_KEEP: Duration = Duration::days(30);
/// The links at the foot of reminders work this long.
const LINK_KEEP: Duration = Duration::days(400);

#[derive(Deserialize)]
struct Subject {
    habilitation: Uuid,
}

#[derive(Deserialize)]
struct Kept {
    inbox: Uuid,
}

/// Runs one claimed job.
///
/// # Errors
/// [`Failure`] says whether trying again may help.
pub async fn run(house: &House, job: Job) -> Result<(), Failure> {
    let Some(kind) = JobKind::parse(&job.kind) else {
        return Err(Failure::park(format!("unknown kind of job: {}", job.kind)));
    };
    start(house, kind, job.payload.0, job.attempts).await
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// Each kind of work is on the heap: together on the stack they would fill it.
fn start(house: &House, kind: JobKind, payload: serde_json::Value, attempts: i64) -> Running<'_> {
    match kind {
        JobKind::Intake => Box::pin(async move {
            let Kept { inbox } = understood(payload)?;
            deliver(house, inbox).await
        }),
        JobKind::Register => Box::pin(async move { sirene::ask_about(house, &subject(house, payload).await?).await }),
        JobKind::Collect => Box::pin(async move { collect::plan(house, understood(payload)?).await }),
        JobKind::Ask => Box::pin(async move { collect::ask(house, understood(payload)?).await }),
        JobKind::Refresh => Box::pin(collect::refresh(house)),
        JobKind::Provision => Box::pin(async move { service::advance(house, subject(house, payload).await?).await }),
        JobKind::Mail => Box::pin(async move { mail::send(house, understood(payload)?).await }),
        JobKind::Checks => Box::pin(async move { recheck::run(house, &subject(house, payload).await?).await }),
        JobKind::ChecksOfAll => Box::pin(recheck::run_all(house)),
        JobKind::Purge => Box::pin(purge(house)),
        JobKind::Digest => Box::pin(reminders::order_digests(house)),
        JobKind::Alerts => Box::pin(reminders::order_alerts(house)),
        JobKind::Reminder => Box::pin(async move { reminders::send(house, understood(payload)?).await }),
        JobKind::Fetch => {
            Box::pin(async move { deliberation::fetch(house, subject(house, payload).await?, attempts).await })
        }
        JobKind::ReadDocument => Box::pin(async move { deliberation::read(house, understood(payload)?).await }),
        JobKind::ReadAgain => Box::pin(async move { reread::run(house, understood(payload)?).await }),
        JobKind::Reconcile => Box::pin(async move { reconcile::run(house, understood(payload)?).await }),
        JobKind::Suspend => Box::pin(async move { suspend::run(house, understood(payload)?).await }),
        JobKind::DriftHubee => Box::pin(drift::hubee(house)),
        JobKind::DriftSirene => Box::pin(drift::sirene(house)),
        JobKind::Watch => Box::pin(async move { watch::run(house, understood(payload)?).await }),
    }
}

fn understood<T: serde::de::DeserializeOwned>(payload: serde_json::Value) -> Result<T, Failure> {
    serde_json::from_value(payload).map_err(|error| Failure::park(format!("payload not understood: {error}")))
}

async fn subject(house: &House, payload: serde_json::Value) -> Result<Habilitation, Failure> {
    let Subject { habilitation } = understood(payload)?;
    let found = habilitations::by_id(house.db.read().await?.cx(), habilitation).await?;
    found.ok_or_else(|| Failure::park("no such request"))
}

/// Runs every due job, one after the other, until none is due, and shows what they published. For tests and one-off
/// commands.
///
/// # Errors
/// When the database can't be reached.
pub async fn drain(house: &House) -> store::Result<usize> {
    let mut count = 0;
    while engine::run_one(&house.db, &house.clock, |job| run(house, job)).await? {
        count += 1;
    }
    house.publication.refresh(&house.db).await?;
    Ok(count)
}

/// Applies one kept delivery, in one transaction with the note that it was.
async fn deliver(house: &House, id: Uuid) -> Result<(), Failure> {
    let mut tx = house.db.begin().await?;
    let Some(body) = inbox::pending_body(tx.cx(), id).await? else { return Ok(()) };
    let (status, note) = match translate(&body) {
        Translation::Act(_, snapshot)
            if intake::is_recovered(&snapshot, &inbox::heard(tx.cx(), snapshot.datapass_id).await?) =>
        {
            (Status::Ignored, Some("déjà retrouvé par rapprochement".to_owned()))
        }
        Translation::Act(action, snapshot) => {
            let outcome = async {
                let known = found_or_made(&mut tx, &house.clock, &snapshot).await?;
                apply(&mut tx, &house.clock, &house.config.days, known, &action, Some(&snapshot)).await
            };
            match outcome.await {
                Ok(_) => (Status::Applied, None),
                // DataPass reports facts: the table refuses none of them. If it ever did, a person must know.
                Err(NotApplied::Refused(refusal)) => (Status::Quarantined, Some(refusal.to_string())),
                Err(NotApplied::Stale) => {
                    return Err(Failure::Retry {
                        why: "the request changed meanwhile".into(),
                        at: Some(house.clock.now()),
                    });
                }
                Err(NotApplied::Store(error)) => return Err(error.into()),
            }
        }
        Translation::Ignore(why) => (Status::Ignored, Some(why)),
        Translation::Quarantine(why) => (Status::Quarantined, Some(why)),
    };
    inbox::settle(tx.cx(), id, status, note.as_deref(), house.clock.now()).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    house.publication.refresh(&house.db).await?;
    Ok(())
}

/// Puts the recurring jobs on the calendar; harmless when they are there.
///
/// # Errors
/// When the database can't be reached.
pub async fn schedule(house: &House) -> store::Result<()> {
    let mut tx = house.db.begin().await?;
    schedule_purge(&mut tx, house).await?;
    reconcile::schedule(&mut tx, house).await?;
    collect::settle(&mut tx, house).await?;
    collect::schedule(&mut tx, house).await?;
    drift::schedule(&mut tx, house).await?;
    // The rules may be newer than those that read and checked what is kept.
    jobs::enqueue(tx.cx(), &recheck::checks_of_all(house.clock.now()), house.clock.now()).await?;
    jobs::enqueue(tx.cx(), &reread::job(house.clock.now()), house.clock.now()).await?;
    for job in reminders::recurring(house) {
        jobs::enqueue(tx.cx(), &job, house.clock.now()).await?;
    }
    tx.commit().await
}

async fn schedule_purge(tx: &mut Tx, house: &House) -> store::Result<()> {
    let job = NewJob {
        kind: JobKind::Purge.name(),
        payload: json!({}),
        unique_key: Some("purge".into()),
        run_at: house.clock.now() + Duration::days(1),
    };
    jobs::enqueue(tx.cx(), &job, house.clock.now()).await?;
    Ok(())
}

/// Forgets what is past its keep, and comes back tomorrow.
async fn purge(house: &House) -> Result<(), Failure> {
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    let deliveries = inbox::purge(tx.cx(), now - INBOX_KEEP).await?;
    let finished = jobs::purge(tx.cx(), now - JOB_KEEP).await?;
    let answers = collect::purge(&mut tx, now).await?;
    let sessions = sessions::purge(tx.cx(), now).await?;
    accounts::purge_attempts(tx.cx(), now - Duration::days(1)).await?;
    preferences::purge_links(tx.cx(), now - LINK_KEEP).await?;
    schedule_purge(&mut tx, house).await?;
    tx.commit().await?;
    tracing::info!(deliveries, finished, answers, sessions, "purged");
    deliberation::purge(house).await
}
