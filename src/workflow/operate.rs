//! The gestures of whoever mends what got stuck. They change no habilitation.

use uuid::Uuid;

use super::house::House;
use crate::store::{self, jobs};

/// Tries a parked job again, at once. `false` when it is not parked, or no more.
///
/// # Errors
/// When the database can't be reached.
pub async fn retry(house: &House, job: Uuid) -> store::Result<bool> {
    let mut tx = house.db.begin().await?;
    let found = jobs::unpark(tx.cx(), job, house.clock.now()).await?;
    tx.commit().await?;
    if found {
        tracing::info!(%job, "a parked job is tried again");
        house.wake.notify_waiters();
    }
    Ok(found)
}
