//! One request at a time works on a body, whatever the processes: HubEE would take two organisations for one SIRET, and
//! removes none. Keyed by SIRET and démarche, all branches together, since the branch may be what is wrong.

use chrono::Duration;

use crate::clients::hubee::PROCESS;
use crate::clock::Clock;
use crate::domain::HabilitationId;
use crate::store::{self, Db, hubee};

/// Longer than a run: some ten calls of thirty seconds at most.
const HELD: Duration = Duration::minutes(10);

/// Enters the lane of a body. `false`: another request is at work there.
///
/// # Errors
/// When the database can't be reached.
pub async fn enter(db: &Db, clock: &Clock, siret: &str, habilitation: HabilitationId) -> store::Result<bool> {
    let now = clock.now();
    hubee::enter(db, siret, PROCESS, habilitation, now, now + HELD).await
}

/// Leaves it to the next request.
///
/// # Errors
/// When the database can't be reached: the lane frees itself after a while.
pub async fn leave(db: &Db, siret: &str, habilitation: HabilitationId) -> store::Result<()> {
    hubee::leave(db, siret, PROCESS, habilitation).await
}
