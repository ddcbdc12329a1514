//! Finds the abonnement to stop: by the id we kept, else by its whole triple. One that is not ours is never touched.

use super::Stop;
use crate::clients::hubee::{Failed, Fault, PROCESS, Subscription};
use crate::provisioning::journal::{Planned, noted};
use crate::store;
use crate::store::suspensions::SuspensionRow;

/// What HubEE shows.
pub(super) enum Found {
    One(Subscription),
    /// No abonnement of ours.
    Nothing,
    /// Several: a person must say which.
    Several,
    Failed(Failed),
}

pub(super) const STEP: &str = "suspension";

pub(super) async fn find(stop: &Stop<'_>, row: &mut SuspensionRow, number: i64) -> store::Result<Found> {
    if let Some(id) = row.subscription_id.clone() {
        match read(stop, row, &id).await? {
            Err(failed) if failed.fault == Fault::NotFound => {}
            Err(failed) => return Ok(Found::Failed(failed)),
            Ok(found) => return Ok(Found::One(found)),
        }
    }
    search(stop, row, number).await
}

pub(super) async fn read(
    stop: &Stop<'_>,
    row: &SuspensionRow,
    id: &str,
) -> store::Result<Result<Subscription, Failed>> {
    let path = format!("/subscriptions/{id}");
    let planned = Planned::get(&path);
    noted(stop.db, stop.clock, row.habilitation_id, STEP, planned, stop.hubee.subscription(id)).await
}

async fn search(stop: &Stop<'_>, row: &mut SuspensionRow, number: i64) -> store::Result<Found> {
    let path = format!("/subscriptions?companyRegister={}&processCode={PROCESS}", row.siret);
    let asked = stop.hubee.subscriptions(&row.siret);
    let all = match noted(stop.db, stop.clock, row.habilitation_id, STEP, Planned::get(&path), asked).await? {
        Ok(all) => all,
        Err(failed) => return Ok(Found::Failed(failed)),
    };
    // An id that leads nowhere was ours: whatever number its subscription has now. Without one, only our number tells.
    let known = row.subscription_id.is_some();
    let ours = |one: &Subscription| {
        let placed = row.branch_code.as_deref().is_none_or(|branch| one.is_of(&row.siret, branch));
        placed && (known || one.datapass_id() == Some(number))
    };
    let mut mine = all.into_iter().filter(ours);
    match (mine.next(), mine.next()) {
        (Some(one), None) => {
            row.subscription_id = Some(one.id().to_owned());
            Ok(Found::One(one))
        }
        (None, _) => Ok(Found::Nothing),
        (Some(_), Some(_)) => Ok(Found::Several),
    }
}
