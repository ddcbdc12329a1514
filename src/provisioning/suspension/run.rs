//! One run: from what HubEE shows to what is left to do. A write whose outcome is unknown is read, never repeated blind.

use chrono::{DateTime, Duration, SecondsFormat, Utc};

use super::find::{Found, STEP, find, read};
use super::{Ended, Owner, Setback, Status, Stop, Turn};
use crate::clients::hubee::{Failed, Fault, Subscription};
use crate::domain::Upkeep;
use crate::domain::paris::paris;
use crate::provisioning::journal::{Planned, noted};
use crate::store;
use crate::store::suspensions::SuspensionRow;

/// Failing this long, a person is asked.
const PATIENCE: Duration = Duration::hours(24);
/// Jours ouvrés given to the person.
const DAYS_TO_ACT: u32 = 2;

/// What a run found out.
enum Next {
    Ended(Status, String),
    ByHand(String),
    Undone,
    Retry(Setback),
}

/// Runs once; safe to run twice.
///
/// # Errors
/// When the database can't be reached: nothing was lost, run again.
pub async fn advance(stop: &Stop<'_>, mut row: SuspensionRow, owner: &Owner) -> store::Result<Ended> {
    if Status::parse(&row.status).is_over() {
        return Ok(Ended { turn: Turn::Done, row, news: None, access: None });
    }
    let mut access = None;
    let next = step(stop, &mut row, owner, &mut access).await?;
    Ok(settle(stop, row, next, access))
}

async fn step(
    stop: &Stop<'_>,
    row: &mut SuspensionRow,
    owner: &Owner,
    access: &mut Option<String>,
) -> store::Result<Next> {
    if !owner.others.is_empty() {
        let numbers: Vec<String> = owner.others.iter().map(|number| format!("D{number}")).collect();
        // What we suspended already was granted again, by another request: its own run makes it active.
        let status = if row.status == Status::Suspended.name() { Status::Lifted } else { Status::Nothing };
        return Ok(Next::Ended(status, format!("abonnement laissé, il sert aussi à {}", numbers.join(", "))));
    }
    let found = match find(stop, row, owner.datapass_id).await? {
        Found::One(found) => found,
        Found::Nothing => {
            return Ok(Next::Ended(Status::Nothing, "HubEE ne montre aucun abonnement de cette demande".into()));
        }
        Found::Several => return Ok(Next::ByHand("HubEE montre plusieurs abonnements pour cette organisation".into())),
        Found::Failed(failed) => return Ok(after(&failed)),
    };
    observe(stop, row, &found);
    *access = by_api(&found).filter(|_| row.status != Status::Suspended.name());
    match found.status() {
        status if is(status, "Suspendu") => Ok(suspended(row)),
        status if is(status, "Inactif") || is(status, "Refusé") => {
            Ok(Next::Ended(Status::Left, format!("abonnement à l’état « {status} », laissé tel quel")))
        }
        // It was suspended, and read so: somebody else made it active.
        _ if found.is_active() && row.status == Status::Suspended.name() => Ok(Next::Undone),
        _ if found.is_active() => suspend(stop, row, &found).await,
        other => Ok(Next::ByHand(format!("HubEE montre l’abonnement à l’état « {other} »"))),
    }
}

/// Suspends an active one, then reads it back whatever the answer was.
async fn suspend(stop: &Stop<'_>, row: &mut SuspensionRow, found: &Subscription) -> store::Result<Next> {
    let mut outcome = replace(stop, row, found, stop.end_date).await?;
    if stop.end_date && matches!(&outcome, Err(failed) if matches!(failed.fault, Fault::Invalid(_))) {
        // Whether HubEE takes an end date with a suspension is not documented.
        outcome = replace(stop, row, found, false).await?;
    }
    match outcome {
        Ok(()) => {}
        Err(failed) if matches!(failed.fault, Fault::Unknown(_)) => {}
        Err(failed) if failed.fault == Fault::NotFound => {
            return Ok(Next::Retry(Setback::new("l’abonnement n’est plus là où il était : il va être recherché")));
        }
        Err(failed) => return Ok(after(&failed)),
    }
    match read(stop, row, found.id()).await? {
        Ok(now) => {
            observe(stop, row, &now);
            match is(now.status(), "Suspendu") {
                true => Ok(suspended(row)),
                false => Ok(Next::Retry(Setback::new("HubEE ne montre pas encore l’abonnement comme suspendu"))),
            }
        }
        // Written, but unreadable: the same answer will come tomorrow, so a person looks.
        Err(failed) => Ok(after(&failed)),
    }
}

async fn replace(
    stop: &Stop<'_>,
    row: &SuspensionRow,
    found: &Subscription,
    end_date: bool,
) -> store::Result<Result<(), Failed>> {
    let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let end = end_date.then(|| text(row.effective_at));
    let body = found.suspended(&text(stop.clock.now()), end.as_deref());
    let path = format!("/subscriptions/{}", found.id());
    let planned = Planned::with("PUT", &path, &body);
    let made = stop.hubee.replace_subscription(found.id(), &body);
    noted(stop.db, stop.clock, row.habilitation_id, STEP, planned, made).await
}

fn suspended(row: &SuspensionRow) -> Next {
    match row.status == Status::Suspended.name() {
        true => Next::Ended(Status::Verified, "relu suspendu le lendemain".into()),
        false => Next::Ended(Status::Suspended, "abonnement suspendu dans HubEE, effet le lendemain".into()),
    }
}

fn after(failed: &Failed) -> Next {
    let why = failed.fault.to_string();
    match failed.fault {
        Fault::Forbidden | Fault::Invalid(_) => Next::ByHand(why),
        _ => {
            let refused = matches!(failed.fault, Fault::Credentials(_));
            Next::Retry(Setback { why, refused, after: failed.trace.retry_after })
        }
    }
}

fn observe(stop: &Stop<'_>, row: &mut SuspensionRow, found: &Subscription) {
    row.observed = Some(found.status().to_owned());
    row.observed_at = Some(stop.clock.now());
}

/// How a program of the collectivité, or of its éditeur, reaches it.
fn by_api(found: &Subscription) -> Option<String> {
    match (found.delegation(), found.access_mode()) {
        (Some(d), _) => Some(format!("Mode API, délégation à {}-{}-{}", d.kind, d.company_register, d.branch_code)),
        (None, Some("API")) => Some("Mode API".into()),
        _ => None,
    }
}

fn is(status: &str, other: &str) -> bool {
    status.to_lowercase() == other.to_lowercase()
}

/// The row as the run leaves it, and what is new in it.
fn settle(stop: &Stop<'_>, mut row: SuspensionRow, next: Next, access: Option<String>) -> Ended {
    let (now, before) = (stop.clock.now(), Status::parse(&row.status));
    let next = match next {
        Next::Retry(setback) if setback.refused => Next::Retry(setback),
        Next::Retry(setback) if before == Status::ByHand => Next::ByHand(setback.why),
        Next::Retry(setback) if before != Status::Suspended && now - row.started_at >= PATIENCE => {
            Next::ByHand(setback.why)
        }
        other => other,
    };
    row.updated_at = now;
    row.last_error = None;
    let siret = row.siret.clone();
    let (status, turn, news) = match next {
        Next::Ended(Status::Verified, _) => (Status::Verified, Turn::Done, None),
        Next::Ended(Status::Suspended, how) => {
            (Status::Suspended, Turn::Again(tomorrow(now)), Some(Upkeep::Stopped { siret, how }))
        }
        Next::Ended(status, how) => (status, Turn::Done, Some(Upkeep::NothingToStop { siret, how })),
        Next::Undone => (Status::Undone, Turn::Done, Some(Upkeep::Undone { siret })),
        Next::ByHand(why) => {
            let due = row.due_on.unwrap_or_else(|| stop.days.add(stop.clock.today(), DAYS_TO_ACT));
            row.due_on = Some(due);
            row.last_error = Some(why.clone());
            let told = before == Status::ByHand;
            (Status::ByHand, Turn::Again(tomorrow(now)), (!told).then_some(Upkeep::StopByHand { siret, why, due }))
        }
        Next::Retry(setback) => {
            row.last_error = Some(setback.why.clone());
            // What was suspended, or asked of a person, stays so in our books until it is read again.
            let stays = matches!(before, Status::Suspended | Status::ByHand);
            (if stays { before } else { Status::Retrying }, Turn::Retry(setback), None)
        }
    };
    if status.is_over() || status == Status::Suspended {
        row.due_on = None;
    }
    row.attempts = if matches!(turn, Turn::Retry(_)) { row.attempts + 1 } else { 0 };
    row.status = status.name().to_owned();
    Ended { turn, row, news, access }
}

/// The next day at noon in Paris: HubEE's batch of midnight is over.
fn tomorrow(now: DateTime<Utc>) -> DateTime<Utc> {
    let noon = paris(now).date_naive().succ_opt().and_then(|day| day.and_hms_opt(11, 0, 0));
    noon.map_or(now + Duration::days(1), |noon| noon.and_utc())
}
