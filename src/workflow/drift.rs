//! Comparisons with HubEE and Sirene, seen from the corridor: one part a job, written whole with where it stopped, then
//! the next one a little later. One that fails for a day rests until the next night, and operators know. Mends nothing.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Paris;
use serde_json::json;

use super::alarm::{self, Alarm};
use super::follow::JobKind;
use super::house::House;
use super::stopping;
use crate::clients::hubee::{Failed, Fault};
use crate::domain::paris::paris;
use crate::jobs::Failure;
use crate::provisioning::drift::{self, Asking, Comparing, HUBEE, Kind, Part, SIRENE, Standing};
use crate::provisioning::{self, ErrorClass, Gate, admit};
use crate::store::drift::{self as table, Walk};
use crate::store::jobs::NewJob;
use crate::store::{self, Tx, jobs, sirene_facts};

/// Between two parts of Sirene's: its quota is thirty a minute.
const SIRENE_PAUSE: Duration = Duration::minutes(1);
/// A walk that fails for this long rests: a day, less what the next night needs to begin on time.
const PATIENCE: Duration = Duration::hours(23);
/// Between two tries of a part that fails: as long as it has failed, within these.
const FIRST_WAIT: Duration = Duration::seconds(30);
const LAST_WAIT: Duration = Duration::hours(1);
/// An organisation that does not exist: asking for it proves our credentials.
const NOBODY: &str = "SI-00000000000000-00000";
/// Puts both comparisons on the calendar; harmless when they are there.
pub(super) async fn schedule(tx: &mut Tx, house: &House) -> store::Result<()> {
    let now = house.clock.now();
    jobs::enqueue(tx.cx(), &job(JobKind::DriftHubee, tonight(house)), now).await?;
    if house.sirene.is_some() {
        jobs::enqueue(tx.cx(), &job(JobKind::DriftSirene, tonight(house)), now).await?;
    }
    Ok(())
}

fn job(kind: JobKind, run_at: DateTime<Utc>) -> NewJob {
    NewJob { kind: kind.name(), payload: json!({}), unique_key: Some(kind.name().into()), run_at }
}

/// The next hour of comparisons, in Paris; the one after it when the clocks jump over it.
fn tonight(house: &House) -> DateTime<Utc> {
    let (hour, now) = (house.config.upkeep.drift_at, house.clock.now());
    let today = paris(now).date_naive();
    let days = [today, today.checked_add_days(Days::new(1)).unwrap_or(today)];
    days.into_iter().map(|day| instant(day, hour)).find(|at| *at > now).unwrap_or(now + Duration::days(1))
}

fn instant(day: NaiveDate, hour: NaiveTime) -> DateTime<Utc> {
    let naive = day.and_time(hour);
    let local = Paris.from_local_datetime(&naive).earliest();
    let local = local.or_else(|| Paris.from_local_datetime(&(naive + Duration::hours(1))).earliest());
    local.map_or_else(|| naive.and_utc(), |at| at.with_timezone(&Utc))
}

/// The walk where it stopped; a new one when it was over.
async fn walk(house: &House, source: &str) -> store::Result<Walk> {
    let (now, found) = (house.clock.now(), table::walk(house.db.read().await?.cx(), source).await?);
    let fresh = Walk {
        source: source.to_owned(),
        started_at: now,
        status: Standing::Running.name().to_owned(),
        next_rank: 0,
        after_siret: String::new(),
        compared: 0,
        found: 0,
        asked_on: None,
        asked: 0,
        note: None,
        updated_at: now,
        finished_at: None,
    };
    Ok(match found {
        None => fresh,
        Some(walk) => match Standing::parse(&walk.status) {
            Standing::Running | Standing::OneByOne => walk,
            Standing::Resting => Walk { status: fresh.status, note: None, finished_at: None, updated_at: now, ..walk },
            // What was asked today still counts.
            Standing::Done | Standing::Refused => Walk { asked_on: walk.asked_on, asked: walk.asked, ..fresh },
        },
    })
}

/// Compares one more part of HubEE's list.
pub async fn hubee(house: &House) -> Result<(), Failure> {
    let mut walk = walk(house, HUBEE).await?;
    let comparing = Comparing { db: &house.db, hubee: &house.hubee };
    let asked = match admit(&house.db, &house.clock, &house.hubee, NOBODY).await? {
        Gate::Open => drift::hubee(&comparing, &mut walk).await?,
        Gate::Shut { why, .. } => return ended(house.db.begin().await?, house, walk, Standing::Resting, why).await,
    };
    let part = match asked {
        Ok(part) => part,
        Err(failed) => return unanswered(house, walk, failed).await,
    };
    walk.note = None;
    let mut tx = house.db.begin().await?;
    keep(&mut tx, &part, house).await?;
    let pause = Duration::seconds(house.config.upkeep.drift_pause);
    stopped(tx, house, walk, JobKind::DriftHubee, pause).await
}

/// HubEE did not show a part of its list. Whoever learns that our credentials are refused tells it, as everywhere.
async fn unanswered(house: &House, walk: Walk, failed: Failed) -> Result<(), Failure> {
    let (mut tx, why, now) = (house.db.begin().await?, failed.fault.to_string(), house.clock.now());
    match &failed.fault {
        Fault::Credentials(said) => {
            if provisioning::refused(&mut tx, said, now).await? {
                alarm::tell(&mut tx, house, Alarm::Class(ErrorClass::Credentials)).await?;
            }
            ended(tx, house, walk, Standing::Resting, why).await
        }
        Fault::Forbidden | Fault::Invalid(_) => ended(tx, house, walk, Standing::Refused, why).await,
        _ => {
            let asked = failed.trace.retry_after.map(|seconds| now + Duration::seconds(seconds.into()));
            missed(tx, house, walk, JobKind::DriftHubee, why, asked).await
        }
    }
}

/// HubEE's comparison stops for tonight, and says why.
async fn ended(tx: Tx, house: &House, mut walk: Walk, standing: Standing, why: String) -> Result<(), Failure> {
    walk.status = standing.name().to_owned();
    walk.note = Some(why);
    stopped(tx, house, walk, JobKind::DriftHubee, Duration::zero()).await
}

/// Asks Sirene about a few more open forms.
pub async fn sirene(house: &House) -> Result<(), Failure> {
    let Some(client) = &house.sirene else { return Ok(()) };
    let mut walk = walk(house, SIRENE).await?;
    let budget = house.config.upkeep.sirene_budget;
    let asking = Asking { db: &house.db, clock: &house.clock, sirene: client, budget };
    let before = walk.after_siret.clone();
    let round = drift::sirene(&asking, &mut walk).await?;
    if round.failed.is_none() || walk.after_siret != before {
        walk.note = None;
    }
    let mut tx = house.db.begin().await?;
    for (siret, fact) in &round.facts {
        sirene_facts::save(tx.cx(), siret, fact).await?;
    }
    keep(&mut tx, &round.part, house).await?;
    match round.failed {
        None => stopped(tx, house, walk, JobKind::DriftSirene, SIRENE_PAUSE).await,
        // Its pace is kept: nothing failed.
        Some(held) if held.held => {
            table::save_walk(tx.cx(), &walk).await?;
            tx.commit().await?;
            let at = held.again.unwrap_or(house.clock.now() + SIRENE_PAUSE);
            Err(Failure::Wait { why: format!("Sirene: {}", held.why), at })
        }
        Some(failed) => {
            let why = format!("Sirene ne répond pas comme attendu ({})", failed.why);
            missed(tx, house, walk, JobKind::DriftSirene, why, failed.again).await
        }
    }
}

/// A part failed: tried again, less and less often, and not before `asked`. After a day the walk rests with what it says,
/// the next night is planned, and operators are told.
async fn missed(
    mut tx: Tx,
    house: &House,
    mut walk: Walk,
    kind: JobKind,
    why: String,
    asked: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let now = house.clock.now();
    if walk.note.is_none() {
        walk.updated_at = now;
    }
    let failing = now - walk.updated_at;
    walk.note = Some(why.clone());
    if failing >= PATIENCE {
        walk.status = Standing::Resting.name().to_owned();
        alarm::tell(&mut tx, house, Alarm::NotCompared(kind)).await?;
        return stopped(tx, house, walk, kind, Duration::zero()).await;
    }
    table::save_walk(tx.cx(), &walk).await?;
    tx.commit().await?;
    let at = now + failing.clamp(FIRST_WAIT, LAST_WAIT);
    Err(Failure::Wait { why, at: asked.map_or(at, |asked| at.max(asked)) })
}

/// Writes what a part met.
async fn keep(tx: &mut Tx, part: &Part, house: &House) -> store::Result<()> {
    let now = house.clock.now();
    for seen in &part.seen {
        if table::seen(tx.cx(), seen, now).await? {
            tracing::warn!(kind = seen.kind, siret = seen.siret, "a difference was found");
            if seen.kind == Kind::Reactivated.name() {
                alarm::tell(tx, house, Alarm::Reactivated).await?;
            }
        }
    }
    for (kind, siret) in &part.gone {
        table::gone(tx.cx(), kind, siret, now).await?;
    }
    for suspension in &part.look {
        jobs::enqueue(tx.cx(), &stopping::job(*suspension, now), now).await?;
    }
    Ok(())
}

/// Writes where a walk stopped, and plans what follows: the next part, or the next night.
async fn stopped(mut tx: Tx, house: &House, mut walk: Walk, kind: JobKind, pause: Duration) -> Result<(), Failure> {
    let now = house.clock.now();
    let on = matches!(Standing::parse(&walk.status), Standing::Running | Standing::OneByOne);
    walk.updated_at = now;
    walk.finished_at = (!on).then_some(now);
    table::save_walk(tx.cx(), &walk).await?;
    jobs::enqueue(tx.cx(), &job(kind, if on { now + pause } else { tonight(house) }), now).await?;
    tx.commit().await?;
    if !on {
        tracing::info!(
            source = walk.source,
            status = walk.status,
            compared = walk.compared,
            found = walk.found,
            "compared"
        );
    }
    house.wake.notify_waiters();
    Ok(())
}
