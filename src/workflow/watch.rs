//! Whether jobs wait for too long, looked at by one of them: operators are told when it lasts. A first sight may only be a
//! restart, whose backlog drains by itself.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::alarm::{self, Alarm};
use super::follow::JobKind;
use super::house::House;
use crate::jobs::Failure;
use crate::store::jobs::NewJob;
use crate::store::{self, jobs};

/// Between two looks.
const EVERY: Duration = Duration::minutes(5);
/// Between a first sight of a delay and the look that confirms it.
const SOON: Duration = Duration::minutes(1);
/// What waits longer than this is late.
const LATE: Duration = Duration::minutes(10);

/// What the look before saw.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Before {
    late: bool,
}

/// Puts the first look on the calendar of a process that goes on; harmless when it is there.
///
/// # Errors
/// When the database can't be reached.
pub async fn watch(house: &House) -> store::Result<()> {
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    jobs::enqueue(tx.cx(), &job(&Before::default(), now + EVERY), now).await?;
    tx.commit().await
}

fn job(before: &Before, run_at: DateTime<Utc>) -> NewJob {
    let kind = JobKind::Watch.name();
    NewJob { kind, payload: json!(before), unique_key: Some(kind.into()), run_at }
}

/// Looks once, and plans the next look.
pub(super) async fn run(house: &House, before: Before) -> Result<(), Failure> {
    let now = house.clock.now();
    let waiting = jobs::overdue(house.db.read().await?.cx(), now).await?;
    let late = waiting.iter().any(|(_, _, since)| now - *since >= LATE);
    let mut tx = house.db.begin().await?;
    if late && before.late {
        alarm::tell(&mut tx, house, Alarm::Late).await?;
    }
    let next = now + if late && !before.late { SOON } else { EVERY };
    jobs::enqueue(tx.cx(), &job(&Before { late }, next), now).await?;
    Ok(tx.commit().await?)
}
