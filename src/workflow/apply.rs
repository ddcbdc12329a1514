//! One change, whole: transition, row, history, jobs and public effects, in the caller's transaction.

use uuid::Uuid;

use super::follow::{jobs_for, new_demandeur, provision};
use super::set_aside;
use super::stopping;
use crate::clock::Clock;
use crate::domain::{
    Action, Event, Habilitation, HabilitationId, Refusal, Snapshot, changes, transition, working_days::WorkingDays,
};
use crate::provisioning;
use crate::store::{self, Tx, events, habilitations, jobs, submissions};

/// Why a change was not made. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotApplied {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else changed the request meanwhile.
    #[error("the request changed meanwhile")]
    Stale,
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Applies `action` to a request that was read in the same transaction; answers the request as it is then.
///
/// # Errors
/// [`NotApplied`]; the caller drops the transaction.
pub async fn apply(
    tx: &mut Tx,
    clock: &Clock,
    days: &WorkingDays,
    before: Habilitation,
    action: &Action,
    snapshot: Option<&Snapshot>,
) -> Result<Habilitation, NotApplied> {
    let was = before.in_force.clone();
    let known_by = (before.version > 0).then(|| before.dossier.demandeur.email.trim().to_lowercase());
    let (mut after, mut events) = transition(before, action, snapshot, days)?;
    // Whoever had the link was somebody else, and must not read on.
    let handed_over = known_by.is_some_and(|email| email != after.dossier.demandeur.email.trim().to_lowercase());
    if handed_over {
        after.tracking_token = token();
    }
    if !habilitations::update(tx.cx(), &after, clock.now()).await? {
        return Err(NotApplied::Stale);
    }
    for event in &mut events {
        compare(tx, &after, event).await?;
        let id = events::append(tx.cx(), after.id, action.at, &action.by, event).await?;
        follow(tx, clock, &after, action, id, event).await?;
        Box::pin(stopping::follow(tx, was.as_ref(), &after, event, clock.now())).await?;
    }
    if handed_over && let Some(job) = new_demandeur(&after, clock.now()) {
        jobs::enqueue(tx.cx(), &job, clock.now()).await?;
    }
    for event in &events {
        set_aside::keep(tx, clock, &after, action, event).await?;
    }
    Ok(after)
}

/// Completes a submission with what it changes since the one before, and keeps it for the next.
async fn compare(tx: &mut Tx, after: &Habilitation, event: &mut Event) -> store::Result<()> {
    if let Event::Submitted { changes, .. } = event {
        let last = submissions::last(tx.cx(), after.id).await?;
        *changes = last.map(|before| changes::changes(&before, &after.dossier));
        submissions::keep(tx.cx(), after.id, &after.dossier).await?;
    }
    Ok(())
}

/// What an event leads to: jobs, and a mise en service under way. What it ends is `stopping`’s.
async fn follow(
    tx: &mut Tx,
    clock: &Clock,
    after: &Habilitation,
    action: &Action,
    id: Uuid,
    event: &Event,
) -> store::Result<()> {
    for job in jobs_for(event, after, &action.by, id, clock.now()) {
        jobs::enqueue(tx.cx(), &job, clock.now()).await?;
    }
    match event {
        Event::Accepted { .. }
        | Event::Corrected { .. }
        | Event::Relaunched
        | Event::ServiceDecided { resume: true, .. } => {
            if let Some(key) = provision(after, clock.now()).unique_key {
                jobs::supersede(tx.cx(), &key, clock.now()).await?;
            }
            provisioning::begin(tx.cx(), after, clock.now()).await
        }
        _ => Ok(()),
    }
}

/// The request that a DataPass event speaks of, made when it was never heard of.
///
/// # Errors
/// [`NotApplied::Stale`] when another delivery of it is being written: run again.
pub async fn found_or_made(tx: &mut Tx, clock: &Clock, snapshot: &Snapshot) -> Result<Habilitation, NotApplied> {
    if let Some(known) = habilitations::by_datapass_id(tx.cx(), snapshot.datapass_id).await? {
        return Ok(known);
    }
    let id: HabilitationId = Uuid::now_v7();
    let made = Habilitation::first_seen(id, token(), snapshot, clock.now());
    if habilitations::insert(tx.cx(), &made, clock.now()).await? { Ok(made) } else { Err(NotApplied::Stale) }
}

/// 192 bits of chance, in an address.
fn token() -> String {
    use base64::Engine;
    let bytes: [u8; 24] = rand::random();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
