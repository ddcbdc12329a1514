//! The end of an abonnement, seen from the corridor: runs the saga, then writes what it leads to, and takes the gestures
//! of the person it asks.

use chrono::Duration;
use serde::Deserialize;
use uuid::Uuid;

use super::alarm::{self, Alarm};
use super::apply::{NotApplied, apply};
use super::decide::{Undecided, read};
use super::follow::provision;
use super::house::House;
use super::stopping;
use crate::clients::hubee::Organisation;
use crate::domain::{Action, Actor, Habilitation, HabilitationId, Upkeep, What};
use crate::jobs::{Failure, backoff};
use crate::provisioning::drift::{self, Kind};
use crate::provisioning::suspension::{self, Ended, Owner, Setback, Status, Stop, Turn};
use crate::provisioning::{ErrorClass, Gate, admit, enter, leave, pace, refused};
use crate::store::suspensions::{self as table, SuspensionRow};
use crate::store::{self, Tx, drift as drifts, habilitations, jobs, provisioning};

/// Between two looks at a mise en service that still runs.
const BESIDE: Duration = Duration::seconds(20);

#[derive(Deserialize)]
pub struct Order {
    suspension: Uuid,
}

/// Runs the suspension of a job once, and follows.
pub async fn run(house: &House, order: Order) -> Result<(), Failure> {
    let now = house.clock.now();
    let mut conn = house.db.read().await?;
    let Some(mut row) = table::by_id(conn.cx(), order.suspension).await? else { return Ok(()) };
    if Status::parse(&row.status).is_over() {
        return Ok(());
    }
    let found = habilitations::by_id(conn.cx(), row.habilitation_id).await?;
    let habilitation = found.ok_or_else(|| Failure::park("no such request"))?;
    // One hand at a time on an abonnement: a mise en service that still runs may be about to make or to activate it.
    let beside = provision(&habilitation, now).unique_key.unwrap_or_default();
    if jobs::is_running(conn.cx(), &beside, now).await? {
        return Err(Failure::Wait { why: "the mise en service still runs".into(), at: now + BESIDE });
    }
    if let Some(saga) = provisioning::of(conn.cx(), row.habilitation_id).await?
        && saga.siret.as_deref() == Some(&row.siret)
    {
        // What that run learnt after the end was asked.
        row.branch_code = row.branch_code.or(saga.branch_code);
        row.subscription_id = row.subscription_id.or(saga.subscription_id);
    }
    let others = table::used_by_others(conn.cx(), &row.siret, row.habilitation_id).await?;
    drop(conn);
    let key = Organisation::key(&row.siret, row.branch_code.as_deref().unwrap_or("00000"));
    if let Gate::Shut { why, until } = admit(&house.db, &house.clock, &house.hubee, &key).await? {
        return Err(Failure::Wait { why, at: until });
    }
    if !enter(&house.db, &house.clock, &row.siret, row.habilitation_id).await? {
        let why = "une autre demande du même établissement est à l’œuvre dans HubEE".to_owned();
        return Err(Failure::Wait { why, at: now + BESIDE });
    }
    let (siret, read_as) = (row.siret.clone(), row.status.clone());
    let stop = Stop {
        db: &house.db,
        clock: &house.clock,
        hubee: &house.hubee,
        days: &house.config.days,
        end_date: house.config.upkeep.end_date,
    };
    let owner = Owner { datapass_id: habilitation.datapass_id, others };
    let ended = suspension::advance(&stop, row, &owner).await;
    leave(&house.db, &siret, habilitation.id).await?;
    let ended = ended?;
    write(house, habilitation, &ended, &read_as).await
}

/// Writes where a run stopped, the line of history that says so, and what a person is asked: together.
async fn write(house: &House, habilitation: Habilitation, ended: &Ended, read_as: &str) -> Result<(), Failure> {
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    let about = habilitation.clone();
    // The request first: whoever holds both rows locks them in that order.
    if let Some(news) = &ended.news {
        let action = Action { at: now, by: Actor::Habilis, what: What::Upkeep(news.clone()) };
        match apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await {
            Ok(_) => {}
            Err(NotApplied::Store(error)) => return Err(error.into()),
            Err(other) => return Err(Failure::Retry { why: other.to_string(), at: Some(now) }),
        }
    }
    if !table::save(tx.cx(), &ended.row, read_as).await? {
        // Granted again, or asked anew, meanwhile: what was found no longer matters.
        return Err(Failure::Retry { why: "the suspension changed meanwhile".into(), at: Some(now) });
    }
    ask(&mut tx, &about, ended, house).await?;
    if let Turn::Retry(Setback { why, refused: true, .. }) = &ended.turn
        && refused(&mut tx, why, now).await?
    {
        alarm::tell(&mut tx, house, Alarm::Class(ErrorClass::Credentials)).await?;
    }
    if let Turn::Again(at) = ended.turn {
        jobs::enqueue(tx.cx(), &stopping::job(ended.row.id, at), now).await?;
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    match &ended.turn {
        Turn::Done | Turn::Again(_) => Ok(()),
        // The circuit is open: the next run waits at its door, nothing counted.
        Turn::Retry(Setback { why, refused: true, .. }) => {
            Err(Failure::Wait { why: why.clone(), at: now + Duration::minutes(1) })
        }
        Turn::Retry(Setback { why, after, .. }) => {
            let asked = after.map(|seconds| Duration::seconds(i64::from(seconds)));
            let at = now + pace(backoff(ended.row.attempts.max(1)), asked);
            Err(Failure::Retry { why: why.clone(), at: Some(at) })
        }
    }
}

/// What a person is asked, on the list of differences; taken off it once it is done.
async fn ask(tx: &mut Tx, habilitation: &Habilitation, ended: &Ended, house: &House) -> store::Result<()> {
    let (row, now) = (&ended.row, house.clock.now());
    let status = Status::parse(&row.status);
    if status == Status::ByHand {
        drifts::seen(tx.cx(), &drift::to_suspend(habilitation, row), now).await?;
    } else if status.is_over() || status == Status::Suspended {
        drifts::gone(tx.cx(), Kind::ToSuspend.name(), &row.siret, now).await?;
    }
    if status == Status::Undone && drifts::seen(tx.cx(), &drift::reactivated(habilitation, row), now).await? {
        alarm::tell(tx, house, Alarm::Reactivated).await?;
    }
    if status == Status::Suspended
        && let Some(access) = &ended.access
    {
        drifts::seen(tx.cx(), &drift::key_to_close(habilitation, row, access), now).await?;
    }
    Ok(())
}

/// A person says that they suspended it, where we can't: it stands until HubEE shows otherwise.
///
/// # Errors
/// See [`Undecided`].
pub async fn confirm_stopped(
    house: &House,
    id: HabilitationId,
    version: i64,
    siret: &str,
    by: Actor,
) -> Result<Habilitation, Undecided> {
    let what = |by: &Actor| Upkeep::Stopped {
        siret: siret.to_owned(),
        how: format!("suspension faite à la main, confirmée par {}", by.display_name()),
    };
    change(house, id, version, siret, Status::Verified, what(&by), by).await
}

/// A person asks for the suspension again.
///
/// # Errors
/// See [`Undecided`].
pub async fn stop_again(
    house: &House,
    id: HabilitationId,
    version: i64,
    siret: &str,
    by: Actor,
) -> Result<Habilitation, Undecided> {
    let what = Upkeep::Settled {
        difference: format!("abonnement du SIRET {siret}"),
        gesture: "suspension demandée de nouveau".into(),
        reason: String::new(),
    };
    change(house, id, version, siret, Status::Running, what, by).await
}

async fn change(
    house: &House,
    id: HabilitationId,
    version: i64,
    siret: &str,
    to: Status,
    what: Upkeep,
    by: Actor,
) -> Result<Habilitation, Undecided> {
    let mut tx = house.db.begin().await?;
    let habilitation = read(tx.cx(), id, version).await?;
    let habilitation = restart(house, &mut tx, habilitation, siret, to, what, by).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(habilitation)
}

/// The same, in the caller's transaction.
pub(super) async fn restart(
    house: &House,
    tx: &mut Tx,
    habilitation: Habilitation,
    siret: &str,
    to: Status,
    what: Upkeep,
    by: Actor,
) -> Result<Habilitation, Undecided> {
    let now = house.clock.now();
    let all = table::of(tx.cx(), habilitation.id).await?;
    let row = all.into_iter().find(|row| row.siret == siret).ok_or(Undecided::NotFound)?;
    if matches!(Status::parse(&row.status), Status::Lifted | Status::Nothing) {
        return Err(Undecided::Stale);
    }
    let action = Action { at: now, by, what: What::Upkeep(what) };
    let habilitation = apply(tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
    let read_as = row.status.clone();
    let moved = SuspensionRow {
        status: to.name().to_owned(),
        due_on: None,
        last_error: None,
        attempts: 0,
        updated_at: now,
        ..row
    };
    if to == Status::Running {
        // From the start: with its own day of patience.
        table::begin(tx.cx(), &SuspensionRow { started_at: now, ..moved.clone() }).await?;
    } else {
        table::save(tx.cx(), &moved, &read_as).await?;
    }
    for kind in [Kind::ToSuspend, Kind::Reactivated] {
        drifts::gone(tx.cx(), kind.name(), siret, now).await?;
    }
    if to == Status::Running {
        jobs::enqueue(tx.cx(), &stopping::job(moved.id, now), now).await?;
    }
    Ok(habilitation)
}
