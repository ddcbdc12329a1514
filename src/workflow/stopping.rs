//! What ends with a habilitation, in the transaction that ends it: its public page first, whatever HubEE's state, then a
//! job for its abonnement. And what starts again, or elsewhere, when it holds for another body.

use chrono::{DateTime, Duration, Utc};
use serde_json::json;

use super::follow::{JobKind, provision, register};
use crate::domain::{Actor, Event, Habilitation, InForce, Upkeep};
use crate::provisioning::drift::Kind;
use crate::provisioning::suspension::{self, Cause, Ending, Status};
use crate::provisioning::{self, Account, Corrections};
use crate::store::collectivites::{Ended, Successor};
use crate::store::jobs::NewJob;
use crate::store::provisioning::{self as saga, ProvisioningRow};
use crate::store::suspensions::{self, SuspensionRow};
use crate::store::{self, Tx, collectivites, drift, events, jobs};

/// An old abonnement waits no longer than this for the form that follows it.
const LONGEST_WAIT: Duration = Duration::days(7);

/// What an event leads to, beside jobs and mails. `was`: what was in force before it.
pub(super) async fn follow(
    tx: &mut Tx,
    was: Option<&InForce>,
    after: &Habilitation,
    event: &Event,
    now: DateTime<Utc>,
) -> store::Result<()> {
    match event {
        Event::Revoked { .. } => stop(tx, was, after, Cause::Revoked, now).await,
        Event::Accepted { .. } => {
            lift(tx, after, now).await?;
            elsewhere(tx, was, after, now).await
        }
        Event::Transferred { .. } => {
            elsewhere(tx, was, after, now).await?;
            other_administrator(tx, was, after, now).await
        }
        // The old form's families have somewhere to go: its abonnement may end.
        Event::ServiceOpened => hasten(tx, after, now).await,
        _ => Ok(()),
    }
}

/// The job of a suspension.
pub(super) fn job(id: uuid::Uuid, run_at: DateTime<Utc>) -> NewJob {
    let kind = JobKind::Suspend.name();
    NewJob { kind, payload: json!({ "suspension": id }), unique_key: Some(format!("{kind}:{id}")), run_at }
}

/// Closes the page, then asks for the end of the abonnement. A later acceptance opens it as if it never had been.
pub(super) async fn stop(
    tx: &mut Tx,
    was: Option<&InForce>,
    after: &Habilitation,
    cause: Cause,
    now: DateTime<Utc>,
) -> store::Result<()> {
    collectivites::close(tx.cx(), after.id, now).await?;
    hasten(tx, after, now).await?;
    let Some(row) = saga::of(tx.cx(), after.id).await? else { return Ok(()) };
    saga::save(tx.cx(), &ProvisioningRow { opened_at: None, ..row.clone() }).await?;
    if let Some(ending) = ending(was, after, &row, cause, false) {
        begin(tx, &ending, now).await?;
    }
    Ok(())
}

/// What must end of a mise en service. A body without SIRET never reached HubEE.
fn ending(
    was: Option<&InForce>,
    after: &Habilitation,
    row: &ProvisioningRow,
    cause: Cause,
    waits: bool,
) -> Option<Ending> {
    let asked = was.and_then(|was| was.dossier.organisation.siret()).map(|siret| siret.to_string());
    Some(Ending {
        habilitation: after.id,
        siret: row.siret.clone().or(asked)?,
        branch_code: row.branch_code.clone(),
        subscription_id: row.subscription_id.clone(),
        cause,
        waits,
    })
}

async fn begin(tx: &mut Tx, ending: &Ending, now: DateTime<Utc>) -> store::Result<()> {
    let id = suspension::begin(tx.cx(), ending, now).await?;
    let run_at = if ending.waits { now + LONGEST_WAIT } else { now };
    jobs::enqueue(tx.cx(), &job(id, run_at), now).await?;
    Ok(())
}

/// Suspensions that wait for a form to open wait no more.
async fn hasten(tx: &mut Tx, after: &Habilitation, now: DateTime<Utc>) -> store::Result<()> {
    for row in suspensions::of(tx.cx(), after.id).await? {
        if Status::parse(&row.status) == Status::Waiting {
            jobs::enqueue(tx.cx(), &job(row.id, now), now).await?;
        }
    }
    Ok(())
}

/// Granted again: what was suspended, or about to be, serves again.
async fn lift(tx: &mut Tx, after: &Habilitation, now: DateTime<Utc>) -> store::Result<()> {
    let Some(row) = saga::of(tx.cx(), after.id).await? else { return Ok(()) };
    let Some(siret) = Corrections::of(&row).body(after).and_then(|body| body.siret()) else { return Ok(()) };
    if suspensions::of(tx.cx(), after.id).await?.iter().any(|one| one.siret == siret.as_ref()) {
        // What was read as active is suspended: it is activated again before it is read.
        let step = provisioning::Step::parse(&row.step).min(provisioning::Step::Activation);
        saga::save(tx.cx(), &ProvisioningRow { step: step.name().to_owned(), ..row }).await?;
    }
    lift_of(tx, after, siret.as_ref(), now).await
}

async fn lift_of(tx: &mut Tx, after: &Habilitation, siret: &str, now: DateTime<Utc>) -> store::Result<()> {
    for row in suspensions::of(tx.cx(), after.id).await?.into_iter().filter(|row| row.siret == siret) {
        let (status, read_as) = (Status::Lifted.name().to_owned(), row.status.clone());
        suspensions::save(tx.cx(), &SuspensionRow { status, due_on: None, updated_at: now, ..row }, &read_as).await?;
    }
    for kind in [Kind::Reactivated, Kind::ToSuspend, Kind::Key] {
        drift::gone(tx.cx(), kind.name(), siret, now).await?;
    }
    Ok(())
}

/// What is in force holds for another SIRET than what was provisioned: the old page closes now and says where to go, the
/// new body gets its own mise en service, the old abonnement ends after.
async fn elsewhere(tx: &mut Tx, was: Option<&InForce>, after: &Habilitation, now: DateTime<Utc>) -> store::Result<()> {
    let siret = |force: &InForce| force.dossier.organisation.siret().map(|siret| siret.to_string());
    let (Some(was), Some(is)) = (was, &after.in_force) else { return Ok(()) };
    let (Some(from), Some(to)) = (siret(was), siret(is)) else { return Ok(()) };
    let Some(row) = saga::of(tx.cx(), after.id).await? else { return Ok(()) };
    let served = row.siret.clone().unwrap_or_else(|| from.clone());
    if from == to || served == to {
        return Ok(());
    }
    let name = is.dossier.organisation.name.clone();
    depart(tx, after, Some(was), row, &Departure { to: &to, name: &name, merger: false, is_served: false }, now)
        .await?;
    let event = Event::Upkeep(Upkeep::Moved { from: served, to, name, merger: false });
    events::append(tx.cx(), after.id, now, &Actor::Habilis, &event).await?;
    Ok(())
}

/// Where a service goes.
pub(super) struct Departure<'a> {
    pub to: &'a str,
    pub name: &'a str,
    pub merger: bool,
    /// Its form is open already, under another request: nothing is made for it.
    pub is_served: bool,
}

/// Leaves the body that is served for another one.
pub(super) async fn depart(
    tx: &mut Tx,
    after: &Habilitation,
    was: Option<&InForce>,
    row: ProvisioningRow,
    departure: &Departure<'_>,
    now: DateTime<Utc>,
) -> store::Result<()> {
    let (ended, cause) = match departure.merger {
        true => (Ended::Merged, Cause::Merged),
        false => (Ended::Transferred, Cause::Transferred),
    };
    let successor = Successor { siret: departure.to, name: departure.name };
    collectivites::close_others(tx.cx(), after.id, successor, ended, now).await?;
    if let Some(ending) = ending(was, after, &row, cause, !departure.is_served) {
        begin(tx, &ending, now).await?;
    }
    // Nothing of what was done, nor set right, for the old body holds for the new one.
    let (step, status) = (provisioning::Step::Preflight.name(), &row.status);
    let left = ProvisioningRow {
        rights: row.rights.clone(),
        ..ProvisioningRow::new(after.id, after.datapass_id, step, status, now)
    };
    saga::save(tx.cx(), &left).await?;
    lift_of(tx, after, departure.to, now).await?;
    if departure.is_served {
        return Ok(());
    }
    provisioning::begin(tx.cx(), after, now).await?;
    for job in [register(after, now), provision(after, now)] {
        jobs::enqueue(tx.cx(), &job, now).await?;
    }
    Ok(())
}

/// The demandeur changed, and HubEE's local administrator is the one before: HubEE lets nobody change that from outside,
/// so a person must ask.
async fn other_administrator(
    tx: &mut Tx,
    was: Option<&InForce>,
    after: &Habilitation,
    now: DateTime<Utc>,
) -> store::Result<()> {
    let (Some(was), Some(is)) = (was, &after.in_force) else { return Ok(()) };
    let Some(row) = saga::of(tx.cx(), after.id).await? else { return Ok(()) };
    let (before, demandeur) = (&was.dossier.demandeur, &is.dossier.demandeur);
    if before.email.eq_ignore_ascii_case(&demandeur.email) {
        return Ok(());
    }
    let old = Corrections::of(&row);
    let administrator = old.email.clone().unwrap_or_else(|| before.email.clone());
    let made = provisioning::progress_of(row.clone(), Vec::new()).may_exist();
    // What was set right for the demandeur before, or said of their account, says nothing of the new one.
    let left = ProvisioningRow {
        corrections: json!(Corrections { email: None, ..old }).into(),
        account_expected: if made { Some(Account::Other.name().to_owned()) } else { row.account_expected },
        account_confirmed_at: None,
        account_confirmed_by: None,
        ..row
    };
    saga::save(tx.cx(), &left).await?;
    let Some(siret) = left.siret.filter(|_| made) else { return Ok(()) };
    let seen = provisioning::drift::administrator(after, &siret, &demandeur.email, &administrator);
    drift::seen(tx.cx(), &seen, now).await?;
    let event = Event::Upkeep(Upkeep::OtherAdministrator { siret });
    events::append(tx.cx(), after.id, now, &Actor::Habilis, &event).await?;
    Ok(())
}
