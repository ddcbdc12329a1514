//! What a person says of a difference that a comparison found: the fix that is proposed, or to leave it alone for a while.
//! Must not know how differences are found.

use chrono::{DateTime, Days, NaiveDate, Utc};
use uuid::Uuid;

use super::apply::{NotApplied, apply};
use super::branch::{Branch, known_there};
use super::decide::Undecided;
use super::house::House;
use super::{stopping, suspend};
use crate::domain::territory::departement;
use crate::domain::{Action, Actor, Habilitation, Upkeep, What};
use crate::provisioning::drift::Kind;
use crate::provisioning::suspension::{Cause, Status};
use crate::store::drift::{self as table, DriftRow, Said};
use crate::store::provisioning::{self as saga, ProvisioningRow};
use crate::store::{self, Tx, collectivites, habilitations};

/// A person who wrote to HubEE's support is left in peace for this many days.
const SUPPORT_DAYS: u64 = 7;

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
        Kind::Administrator | Kind::Access | Kind::Double => {
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
