//! A decision taken here: on the version that was read, by somebody who may, when nothing blocks it.

use super::apply::{NotApplied, apply};
use super::checked::{checked_with, rules};
use super::house::House;
use super::mail::{self, Preview};
use super::service_gestures;
use crate::config::Decisions;
use crate::domain::working_days::WorkingDays;
use crate::domain::{Action, Actor, Habilitation, HabilitationId, Refusal, What, transition};
use crate::instruction::decision::is_own;
use crate::instruction::{Check, checks};
use crate::provisioning::{Corrections, Progress};
use crate::store::{self, Cx, accounts, habilitations};

/// Why a decision was not taken. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Undecided {
    #[error("no such request")]
    NotFound,
    /// The request is no longer the version that was read.
    #[error("the request changed since it was read")]
    Stale,
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// These checks prevent an acceptance.
    #[error("{} blocking checks", .0.len())]
    Blocked(Vec<Check>),
    /// These checks are not fine: accepting takes more than a click.
    #[error("{} checks to read", .0.len())]
    NotConforming(Vec<Check>),
    /// Whoever decides filed the request.
    #[error("nobody decides on their own request")]
    Own,
    /// Decisions are taken in DataPass.
    #[error("decisions are taken in DataPass")]
    DecidedInDatapass,
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<NotApplied> for Undecided {
    fn from(error: NotApplied) -> Self {
        match error {
            NotApplied::Refused(refusal) => Self::Refused(refusal),
            NotApplied::Stale => Self::Stale,
            NotApplied::Store(error) => Self::Store(error),
        }
    }
}

/// Decides on the `version` of a request that `by` has read.
///
/// # Errors
/// See [`Undecided`].
pub async fn decide(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    what: What,
) -> Result<Habilitation, Undecided> {
    decide_with(house, id, version, by, what, Corrections::default()).await
}

/// The same; an acceptance comes with what is `set_right` of what HubEE will be told.
///
/// # Errors
/// See [`Undecided`].
pub async fn decide_with(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    what: What,
    set_right: Corrections,
) -> Result<Habilitation, Undecided> {
    if house.config.decisions == Decisions::Datapass {
        return Err(Undecided::DecidedInDatapass);
    }
    let accepts = matches!(what, What::Accept { .. } | What::AcceptConforming);
    allowed(house, id, version, &by, accepts.then_some(&what), &set_right).await?;
    let mut tx = house.db.begin().await?;
    let habilitation = read(tx.cx(), id, version).await?;
    let action = Action { at: house.clock.now(), by: by.clone(), what };
    let mut habilitation = apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
    if accepts && !set_right.is_none() {
        habilitation = Box::pin(service_gestures::set_right(&mut tx, house, habilitation, by, set_right)).await?;
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    // A revocation closes its page at once, where an acceptance opens none yet; the decision is taken even if this process
    // learns of it a little later.
    if !accepts && let Err(error) = house.publication.refresh(&house.db).await {
        tracing::warn!(%error, "the public list will be refreshed later");
    }
    Ok(habilitation)
}

/// Whether `by` may decide, and `accept` when that is what they do. Apart from the transaction that decides: checks ask the
/// database some twenty questions, and whoever writes in SQLite makes all others wait. What changes of the request between
/// the two changes its version.
async fn allowed(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: &Actor,
    accept: Option<&What>,
    set_right: &Corrections,
) -> Result<(), Undecided> {
    let mut conn = house.db.read().await?;
    let habilitation = read(conn.cx(), id, version).await?;
    if own(conn.cx(), &habilitation, by).await? {
        return Err(Undecided::Own);
    }
    let Some(what) = accept else { return Ok(()) };
    let rules = rules(conn.cx(), house).await?;
    verified(&checked_with(conn.cx(), &habilitation, &rules, set_right).await?, what)
}

/// What a decision would lead to, were it taken now.
pub struct Foreseen {
    /// The mail; `None` when nobody is told.
    pub mail: Option<Preview>,
    /// Whether somebody will have to tell DataPass.
    pub to_report: bool,
}

/// What a decision would lead to; nothing is written. `service`: its mise en service, once begun.
///
/// # Errors
/// [`Undecided::Refused`] when the state does not allow the gesture; a template that does not render.
pub fn preview(
    house: &House,
    habilitation: &Habilitation,
    service: Option<&Progress>,
    by: Actor,
    what: What,
) -> anyhow::Result<Foreseen> {
    let action = Action { at: house.clock.now(), by, what };
    let (after, events) = transition(habilitation.clone(), &action, None, &WorkingDays::default())?;
    let to_report = house.config.decisions == Decisions::Here && after.to_report().is_some();
    Ok(Foreseen { mail: mail::preview(house, habilitation, &after, &events, service)?, to_report })
}

/// Whether the request was filed by who decides on it.
pub(super) async fn own(cx: Cx<'_>, habilitation: &Habilitation, by: &Actor) -> store::Result<bool> {
    let Actor::Instructeur { id, .. } = by else { return Ok(false) };
    Ok(accounts::by_id(cx, *id).await?.is_some_and(|account| is_own(habilitation, &account.email)))
}

/// What the checks say against an acceptance, in one click or not.
fn verified(found: &[Check], what: &What) -> Result<(), Undecided> {
    let blocking: Vec<Check> = checks::blocking(found).cloned().collect();
    if !blocking.is_empty() {
        return Err(Undecided::Blocked(blocking));
    }
    let doubts: Vec<Check> = checks::doubtful(found).cloned().collect();
    if *what == What::AcceptConforming && !doubts.is_empty() {
        return Err(Undecided::NotConforming(doubts));
    }
    Ok(())
}

/// The request, if it still is the version that was read.
pub(super) async fn read(cx: Cx<'_>, id: HabilitationId, version: i64) -> Result<Habilitation, Undecided> {
    let found = habilitations::by_id(cx, id).await?.ok_or(Undecided::NotFound)?;
    if found.version == version { Ok(found) } else { Err(Undecided::Stale) }
}
