//! What lasts, looked at by a job that comes back: jobs that wait for too long, what stopped and that nobody set going.
//! Operators are told. A first sight of a delay may only be a restart, whose backlog drains by itself.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::alarm::{self, Alarm};
use super::follow::JobKind;
use super::house::House;
use super::stuck;
use crate::jobs::Failure;
use crate::reminders::moments;
use crate::store::jobs::NewJob;
use crate::store::{self, Cx, Tx, jobs, lasting};

/// Between two looks.
const EVERY: Duration = Duration::minutes(5);
/// Between a first sight of a delay and the look that confirms it.
const SOON: Duration = Duration::minutes(1);
/// What waits longer than this is late.
const LATE: Duration = Duration::minutes(10);
/// What is stamped before a look may be committed after it: told again rather than never.
const OVERLAP: Duration = Duration::minutes(1);

/// What the look before saw.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Before {
    late: bool,
    /// When it looked: what stopped since is news. Without it, all that is stopped is.
    at: Option<DateTime<Utc>>,
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
    let mut conn = house.db.read().await?;
    let waiting = jobs::overdue(conn.cx(), now).await?;
    let late = waiting.iter().any(|(_, _, since)| now - *since >= LATE);
    let mut alarms = stopped(conn.cx(), before.at.map(|at| at - OVERLAP)).await?;
    alarms.extend(neglected(conn.cx(), house, now).await?);
    drop(conn);
    let mut tx: Tx = house.db.begin().await?;
    if late && before.late {
        alarms.push(Alarm::Late);
    }
    for alarm in alarms {
        alarm::tell(&mut tx, house, alarm).await?;
    }
    let next = now + if late && !before.late { SOON } else { EVERY };
    jobs::enqueue(tx.cx(), &job(&Before { late, at: Some(now) }, next), now).await?;
    Ok(tx.commit().await?)
}

/// What stopped since an instant. A mise en service tells it itself, by class.
async fn stopped(mut cx: Cx<'_>, since: Option<DateTime<Utc>>) -> store::Result<Vec<Alarm>> {
    let is_news = |newest: DateTime<Utc>| since.is_none_or(|since| newest >= since);
    let parked = lasting::parked(cx.cx()).await?.into_iter().filter(|(_, found)| is_news(found.newest));
    let kinds = parked.filter_map(|(kind, _)| JobKind::parse(&kind)).filter(|kind| *kind != JobKind::Provision);
    let aside = lasting::quarantined(cx).await?.is_some_and(|found| is_news(found.newest));
    Ok(kinds.map(Alarm::Parked).chain(aside.then_some(Alarm::Quarantined)).collect())
}

/// What waits for a person for too long: told each working morning while it lasts.
async fn neglected(mut cx: Cx<'_>, house: &House, now: DateTime<Utc>) -> store::Result<Vec<Alarm>> {
    let mut alarms = Vec::new();
    if moments::has_come(&house.config.days, house.config.reminders.digest_at, now) {
        for alarm in [Alarm::Held, Alarm::ByHand] {
            if stuck::told(cx.cx(), house, alarm).await?.is_some() {
                alarms.push(alarm);
            }
        }
    }
    Ok(alarms)
}
