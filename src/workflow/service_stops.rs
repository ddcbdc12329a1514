//! What people do against the course of a mise en service: put it aside with a reason, take a step upon themselves, start a
//! whole class again. Each is a line of history with its author.

use super::decide::Undecided;
use super::house::House;
use super::service_gestures::{decided, keep, read, relaunch};
use crate::domain::{Actor, Habilitation, HabilitationId, Refusal};
use crate::provisioning::{self, Parked, Skipped, Status, Step};
use crate::store::services;

/// Of a class, how many are started again by one gesture.
const MOST: i64 = 500;

/// Puts a mise en service aside: nothing runs until somebody takes it up again.
///
/// # Errors
/// See [`Undecided`].
pub async fn park(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    reason: String,
) -> Result<Habilitation, Undecided> {
    let mut tx = house.db.begin().await?;
    let (habilitation, row) = read(&mut tx, id, version).await?;
    if !provisioning::progress_of(row, Vec::new()).may_park() {
        return Err(Undecided::Refused(Refusal { state: habilitation.state.label(), what: "park" }));
    }
    let (name, now) = (by.display_name().to_owned(), house.clock.now());
    let decision = format!("La mettre de côté : {reason}");
    let habilitation = decided(&mut tx, house, habilitation, by, decision, false).await?;
    keep(&mut tx, id, |row| provisioning::park(row, Some(Parked { by: name, at: now, reason }), now)).await?;
    tx.commit().await?;
    Ok(habilitation)
}

/// Takes the step where it stops upon oneself, and goes on. `step`: the one that was shown.
///
/// # Errors
/// See [`Undecided`].
pub async fn skip(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    step: Step,
    reason: String,
) -> Result<Habilitation, Undecided> {
    let mut tx = house.db.begin().await?;
    let (habilitation, row) = read(&mut tx, id, version).await?;
    let siret = row.siret.clone().unwrap_or_default();
    match provisioning::progress_of(row, Vec::new()).may_skip() {
        Some(current) if current == step => {}
        // It moved since it was shown.
        Some(_) => return Err(Undecided::Stale),
        None => return Err(Undecided::Refused(Refusal { state: habilitation.state.label(), what: "skip" })),
    }
    let skipped = Skipped { step: step.name().into(), siret, by: by.display_name().into(), reason: reason.clone() };
    let decision = format!("Passer l’étape « {} » : {reason}", step.label());
    let habilitation = decided(&mut tx, house, habilitation, by, decision, true).await?;
    keep(&mut tx, id, |row| provisioning::skip(row, skipped)).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(habilitation)
}

/// Starts again every parked mise en service of a class, but those that a person put aside. Answers how many; those that
/// moved meanwhile are left alone.
///
/// # Errors
/// When the database can't be reached.
pub async fn relaunch_all(house: &House, class: &str, by: &Actor) -> crate::store::Result<usize> {
    let asked =
        services::Asked { status: Some(Status::Parked.name().into()), class: Some(class.to_owned()), before: None };
    let found = services::page(house.db.read().await?.cx(), &asked, None, MOST).await?;
    let mut count = 0;
    for line in found {
        match relaunch(house, line.id, line.version, by.clone()).await {
            Ok(_) => count += 1,
            Err(Undecided::Store(error)) => return Err(error),
            Err(_) => {}
        }
    }
    Ok(count)
}
