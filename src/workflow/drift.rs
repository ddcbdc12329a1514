//! Comparisons with HubEE and Sirene, seen from the corridor: one part a job, written whole with where it stopped, then
//! the next one a little later; and what a person says of each difference. Nothing is mended without them.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Paris;
use serde_json::json;
use uuid::Uuid;

use super::alarm::{self, Alarm};
use super::apply::{NotApplied, apply};
use super::branch::{Branch, known_there};
use super::decide::Undecided;
use super::follow::JobKind;
use super::house::House;
use super::{stopping, suspend};
use crate::clients::hubee::Fault;
use crate::domain::paris::paris;
use crate::domain::territory::departement;
use crate::domain::{Action, Actor, Habilitation, Upkeep, What};
use crate::jobs::Failure;
use crate::provisioning::drift::{self, Asking, Comparing, HUBEE, Kind, Part, SIRENE, Standing};
use crate::provisioning::suspension::{Cause, Status};
use crate::provisioning::{Gate, admit};
use crate::store::drift::{self as table, DriftRow, Said, Walk};
use crate::store::jobs::NewJob;
use crate::store::provisioning::{self as saga, ProvisioningRow};
use crate::store::{self, Tx, collectivites, habilitations, jobs, sirene_facts};

/// Between two parts of Sirene's: its quota is thirty a minute.
const SIRENE_PAUSE: Duration = Duration::minutes(1);
/// An organisation that does not exist: asking for it proves our credentials.
const NOBODY: &str = "SI-00000000000000-00000";
/// A person who wrote to HubEE's support is left in peace for this many days.
const SUPPORT_DAYS: u64 = 7;

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
            Standing::Resting => Walk { status: fresh.status, note: None, ..walk },
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
        Gate::Shut { why, .. } => {
            walk.status = Standing::Resting.name().to_owned();
            walk.note = Some(why);
            Ok(Part::default())
        }
    };
    let part = match asked {
        Ok(part) => part,
        Err(failed) => match failed.fault {
            Fault::Credentials(_) => {
                walk.status = Standing::Resting.name().to_owned();
                walk.note = Some(failed.fault.to_string());
                Part::default()
            }
            Fault::Forbidden | Fault::Invalid(_) => {
                walk.status = Standing::Refused.name().to_owned();
                walk.note = Some(failed.fault.to_string());
                Part::default()
            }
            fault => return Err(Failure::retry(fault)),
        },
    };
    let mut tx = house.db.begin().await?;
    keep(&mut tx, &part, house).await?;
    let pause = Duration::seconds(house.config.upkeep.drift_pause);
    stopped(tx, house, walk, JobKind::DriftHubee, pause).await
}

/// Asks Sirene about a few more open forms.
pub async fn sirene(house: &House) -> Result<(), Failure> {
    let Some(client) = &house.sirene else { return Ok(()) };
    let mut walk = walk(house, SIRENE).await?;
    let budget = house.config.upkeep.sirene_budget;
    let asking = Asking { db: &house.db, clock: &house.clock, sirene: client, budget };
    let round = drift::sirene(&asking, &mut walk).await?;
    let mut tx = house.db.begin().await?;
    for (siret, fact) in &round.facts {
        sirene_facts::save(tx.cx(), siret, fact).await?;
    }
    keep(&mut tx, &round.part, house).await?;
    match round.failed {
        None => stopped(tx, house, walk, JobKind::DriftSirene, SIRENE_PAUSE).await,
        Some(why) => {
            walk.updated_at = house.clock.now();
            table::save_walk(tx.cx(), &walk).await?;
            tx.commit().await?;
            Err(Failure::retry(format!("Sirene: {why}")))
        }
    }
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

/// Why a difference was not settled. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotSettled {
    #[error("no such difference")]
    NotFound,
    /// It moved since it was read, or somebody else settled it.
    #[error("the difference moved since it was read")]
    Stale,
    /// Why not, and what to do, in French.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<Undecided> for NotSettled {
    fn from(error: Undecided) -> Self {
        match error {
            Undecided::NotFound => Self::NotFound,
            Undecided::Refused(why) => Self::Refused(format!("Rien n’a été fait : {why}.")),
            Undecided::Store(error) => Self::Store(error),
            _ => Self::Stale,
        }
    }
}

impl From<NotApplied> for NotSettled {
    fn from(error: NotApplied) -> Self {
        Undecided::from(error).into()
    }
}

/// Applies the fix that is proposed.
///
/// # Errors
/// See [`NotSettled`].
pub async fn settle_difference(
    house: &House,
    id: Uuid,
    version: i64,
    reason: &str,
    by: Actor,
) -> Result<DriftRow, NotSettled> {
    let read = table::by_id(house.db.read().await?.cx(), id).await?.ok_or(NotSettled::NotFound)?;
    let kind = Kind::parse(&read.kind).ok_or(NotSettled::NotFound)?;
    let branch = if kind == Kind::OtherCog { Some(known_there(house, &read).await?) } else { None };
    let mut tx = house.db.begin().await?;
    let (row, habilitation) = standing(&mut tx, id, version).await?;
    let habilitation = habilitation.ok_or_else(|| {
        NotSettled::Refused("Aucune demande n’explique cet abonnement : rien ne peut y être changé d’ici.".into())
    })?;
    Box::pin(fix(house, &mut tx, &row, kind, habilitation, &by, reason, branch)).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    house.publication.refresh(&house.db).await?;
    Ok(row)
}

/// Leaves a difference alone until a day, with a reason.
///
/// # Errors
/// See [`NotSettled`].
pub async fn ignore_difference(
    house: &House,
    id: Uuid,
    version: i64,
    until: NaiveDate,
    reason: &str,
    by: Actor,
) -> Result<DriftRow, NotSettled> {
    let mut tx = house.db.begin().await?;
    let (row, habilitation) = standing(&mut tx, id, version).await?;
    if let Some(habilitation) = habilitation {
        let gesture = format!("ignoré jusqu’au {}", crate::domain::paris::day_in_words(until));
        write(house, &mut tx, habilitation, settled(&row, gesture, reason), by.clone()).await?;
    }
    say(&mut tx, &row, &by, reason, Some(until), house.clock.now()).await?;
    tx.commit().await?;
    Ok(row)
}

/// The difference, if it still is what was read, and its request. The request is held first, as everywhere.
async fn standing(tx: &mut Tx, id: Uuid, version: i64) -> Result<(DriftRow, Option<Habilitation>), NotSettled> {
    let row = table::by_id(tx.cx(), id).await?.ok_or(NotSettled::NotFound)?;
    if row.version != version || row.gone_at.is_some() {
        return Err(NotSettled::Stale);
    }
    let habilitation = match row.habilitation_id {
        Some(id) => habilitations::by_id(tx.cx(), id).await?,
        None => None,
    };
    Ok((row, habilitation))
}

#[expect(clippy::too_many_arguments, reason = "one gesture, its place, its author and what was checked before it")]
async fn fix(
    house: &House,
    tx: &mut Tx,
    row: &DriftRow,
    kind: Kind,
    habilitation: Habilitation,
    by: &Actor,
    reason: &str,
    branch: Option<Branch>,
) -> Result<(), NotSettled> {
    let (now, id) = (house.clock.now(), habilitation.id);
    let done = kind.fix().unwrap_or_default().to_lowercase();
    let what = settled(row, done, reason);
    match kind {
        Kind::Inactive | Kind::Missing => {
            let habilitation = write(house, tx, habilitation, what, by.clone()).await?;
            let action = Action { at: now, by: by.clone(), what: What::Relaunch };
            apply(tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
            say(tx, row, by, reason, None, now).await
        }
        Kind::Reactivated => {
            suspend::restart(house, tx, habilitation, &row.siret, Status::Running, what, by.clone()).await?;
            Ok(())
        }
        Kind::ToSuspend => {
            let how = format!("suspension faite à la main, confirmée par {}", by.display_name());
            let what = Upkeep::Stopped { siret: row.siret.clone(), how };
            suspend::restart(house, tx, habilitation, &row.siret, Status::Verified, what, by.clone()).await?;
            Ok(())
        }
        Kind::Administrator => {
            write(house, tx, habilitation, what, by.clone()).await?;
            let until = house.clock.today().checked_add_days(Days::new(SUPPORT_DAYS));
            say(tx, row, by, reason, until, now).await
        }
        Kind::Closed => {
            let was = habilitation.in_force.clone();
            let after = write(house, tx, habilitation, what, by.clone()).await?;
            stopping::stop(tx, was.as_ref(), &after, Cause::Closed, now).await?;
            gone(tx, row, now).await
        }
        Kind::Key => {
            write(house, tx, habilitation, what, by.clone()).await?;
            gone(tx, row, now).await
        }
        Kind::Renamed | Kind::OtherCog => {
            write(house, tx, habilitation, what, by.clone()).await?;
            let form = collectivites::of_siret(tx.cx(), &row.siret).await?.ok_or(NotSettled::Stale)?;
            let text = |key: &str| row.detail.0.get(key).and_then(|value| value.as_str()).map(str::to_owned);
            let (name, code) = (text("name").unwrap_or(form.name), text("code_cog").unwrap_or(form.code_cog));
            collectivites::describe(tx.cx(), &row.siret, &name, &code, &departement(&code)).await?;
            if let (Some(branch), Some(known)) = (branch, saga::of(tx.cx(), id).await?) {
                let moved = ProvisioningRow {
                    branch_code: Some(branch.code),
                    subscription_id: Some(branch.subscription),
                    updated_at: now,
                    ..known
                };
                saga::save(tx.cx(), &moved).await?;
            }
            gone(tx, row, now).await
        }
        Kind::Unknown => Err(NotSettled::Refused("Rien ne peut y être changé d’ici.".into())),
    }
}

fn settled(row: &DriftRow, gesture: String, reason: &str) -> Upkeep {
    let difference = Kind::parse(&row.kind).map_or(row.kind.as_str(), |kind| kind.label()).to_owned();
    Upkeep::Settled { difference, gesture, reason: reason.to_owned() }
}

async fn write(
    house: &House,
    tx: &mut Tx,
    habilitation: Habilitation,
    what: Upkeep,
    by: Actor,
) -> Result<Habilitation, NotSettled> {
    let action = Action { at: house.clock.now(), by, what: What::Upkeep(what) };
    Ok(apply(tx, &house.clock, &house.config.days, habilitation, &action, None).await?)
}

async fn say(
    tx: &mut Tx,
    row: &DriftRow,
    by: &Actor,
    reason: &str,
    until: Option<NaiveDate>,
    at: DateTime<Utc>,
) -> Result<(), NotSettled> {
    let said = Said { by: by.display_name(), reason, ignored_until: until, at };
    if table::settle(tx.cx(), row.id, row.version, &said).await? { Ok(()) } else { Err(NotSettled::Stale) }
}

async fn gone(tx: &mut Tx, row: &DriftRow, now: DateTime<Utc>) -> Result<(), NotSettled> {
    if table::gone(tx.cx(), &row.kind, &row.siret, now).await? { Ok(()) } else { Err(NotSettled::Stale) }
}
