//! The gestures of whoever mends what got stuck. They change no habilitation but by starting its mise en service again.

use uuid::Uuid;

use super::decide::Undecided;
use super::follow::JobKind;
use super::house::House;
use super::service_gestures::relaunch;
use super::service_stops::relaunch_all;
use crate::domain::{Actor, Habilitation};
use crate::provisioning::{self, ErrorClass, Gate};
use crate::store::{self, habilitations, hubee, jobs};

/// The kind of job that has classes, and a list of its own.
pub const PROVISION: &str = "provision";
/// Of a kind, how many are tried again by one gesture.
const MOST: i64 = 1000;

/// Tries a parked job again, at once. `false` when it is not parked, or no more.
///
/// # Errors
/// When the database can't be reached.
pub async fn retry(house: &House, job: Uuid, by: &Actor) -> store::Result<bool> {
    if let Some(about) = parked_service(house, job).await? {
        // Its request keeps who started it again.
        match relaunch(house, about.id, about.version, by.clone()).await {
            Ok(_) => return Ok(true),
            Err(Undecided::Store(error)) => return Err(error),
            // Nothing to start again: the job itself will say so.
            Err(_) => {}
        }
    }
    let mut tx = house.db.begin().await?;
    let found = jobs::unpark(tx.cx(), job, house.clock.now()).await?;
    tx.commit().await?;
    if found {
        tracing::info!(%job, "a parked job is tried again");
        house.wake.notify_waiters();
    }
    Ok(found)
}

/// The request whose mise en service a parked job is.
async fn parked_service(house: &House, job: Uuid) -> store::Result<Option<Habilitation>> {
    let mut conn = house.db.read().await?;
    let found = jobs::by_id(conn.cx(), job).await?.filter(|job| job.kind == PROVISION && job.state == "parked");
    let Some(id) = found.and_then(|job| job.payload.0.get("habilitation")?.as_str()?.parse().ok()) else {
        return Ok(None);
    };
    habilitations::by_id(conn.cx(), id).await
}

/// Tries again every parked job of a kind, a thousand at most; mises en service of one class by their own gesture, which
/// their histories keep. Answers how many.
///
/// # Errors
/// When the database can't be reached.
pub async fn retry_all(house: &House, kind: &str, class: Option<ErrorClass>, by: &Actor) -> store::Result<usize> {
    if kind == PROVISION
        && let Some(class) = class
    {
        return relaunch_all(house, class.name(), by).await;
    }
    let mut tx = house.db.begin().await?;
    let mut count = 0;
    for (id, error) in jobs::parked_of(tx.cx(), kind, MOST).await? {
        // Those of a class are another group.
        let classed = kind == PROVISION && error.as_deref().and_then(ErrorClass::said_by).is_some();
        if !classed && jobs::unpark(tx.cx(), id, house.clock.now()).await? {
            count += 1;
        }
    }
    tx.commit().await?;
    tracing::info!(kind, count, "parked jobs are tried again");
    house.wake.notify_waiters();
    Ok(count)
}

/// Tries HubEE now, while its circuit is open. `true` when it takes our credentials: what waited for them goes on at once.
///
/// # Errors
/// When the database can't be reached.
pub async fn try_hubee(house: &House) -> store::Result<bool> {
    let Some(known) = hubee::circuit(house.db.read().await?.cx()).await? else { return Ok(true) };
    if provisioning::probe(&house.db, &house.clock, &house.hubee).await? != Gate::Open {
        return Ok(false);
    }
    let mut tx = house.db.begin().await?;
    for kind in [JobKind::Provision, JobKind::Suspend] {
        jobs::hasten(tx.cx(), kind.name(), &known.reason, house.clock.now()).await?;
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(true)
}
