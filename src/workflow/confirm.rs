//! A demandeur says that the address of the request is theirs: the checks are made again.

use super::house::House;
use super::recheck;
use crate::domain::Habilitation;
use crate::store::{self, jobs, sources};

/// Notes it, once for each address. A gesture, never a visit: mail filters follow links, and post nothing.
///
/// # Errors
/// When the database can't be reached.
pub async fn confirm_address(house: &House, habilitation: &Habilitation) -> store::Result<()> {
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    if sources::confirm(tx.cx(), habilitation.id, &habilitation.dossier.demandeur.email, now).await? {
        jobs::enqueue(tx.cx(), &recheck::job(habilitation, now), now).await?;
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(())
}
