//! Setting a check aside on one request, and letting it count again: with a reason, on what was read, never on one's own
//! request. Like every gesture it is a line of history and a new version; what is set aside is kept beside, for the checks.

use super::apply::{NotApplied, apply};
use super::checked::{checked, rules};
use super::decide::{Undecided, own, read};
use super::house::House;
use super::recheck::count;
use crate::clock::Clock;
use crate::config::Decisions;
use crate::domain::{Action, Actor, Event, Habilitation, HabilitationId, What};
use crate::instruction::Check;
use crate::store::checks::{self as table, OverrideRow, Tally};
use crate::store::{self, Tx};

/// Why a check was not set aside. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotSetAside {
    /// As for any gesture.
    #[error(transparent)]
    Gesture(#[from] Undecided),
    /// Nobody may: French, why.
    #[error("{0}")]
    Firm(&'static str),
    /// The check no longer says what was read.
    #[error("the check says something else now")]
    Changed,
}

impl From<store::Error> for NotSetAside {
    fn from(error: store::Error) -> Self {
        Self::Gesture(error.into())
    }
}

/// What is set aside: the code of a check, the fingerprint of what was read of it, and why.
#[derive(Clone, Copy, Debug)]
pub struct Judgement<'a> {
    pub code: &'a str,
    pub fingerprint: &'a str,
    /// Already known to be long enough.
    pub reason: &'a str,
}

/// Sets a check aside on the `version` of a request that `by` has read.
///
/// # Errors
/// See [`NotSetAside`].
pub async fn set_aside(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    judged: Judgement<'_>,
) -> Result<Habilitation, NotSetAside> {
    let mut tx = house.db.begin().await?;
    let habilitation = open(house, &mut tx, id, version, &by).await?;
    let rules = rules(tx.cx(), house).await?;
    let checks = checked(tx.cx(), &habilitation, &rules).await?;
    let check = checks.iter().find(|check| check.code == judged.code).ok_or(NotSetAside::Changed)?;
    let sentence = judge(check, &judged)?;
    let what = What::OverrideCheck {
        code: check.code.to_owned(),
        sentence,
        fingerprint: judged.fingerprint.to_owned(),
        reason: judged.reason.to_owned(),
    };
    done(house, tx, habilitation, by, what).await
}

/// The sentence that is set aside, when it may be.
fn judge(check: &Check, judged: &Judgement<'_>) -> Result<String, NotSetAside> {
    if check.fingerprint() != judged.fingerprint {
        return Err(NotSetAside::Changed);
    }
    if let Some(why) = check.firm() {
        return Err(NotSetAside::Firm(why));
    }
    if !check.may_be_overridden() || check.is_lifted() {
        return Err(NotSetAside::Changed);
    }
    Ok(check.sentence.clone())
}

/// Lets a check count again, whoever set it aside.
///
/// # Errors
/// See [`NotSetAside`].
pub async fn restore(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    code: &str,
) -> Result<Habilitation, NotSetAside> {
    let mut tx = house.db.begin().await?;
    let habilitation = open(house, &mut tx, id, version, &by).await?;
    let rows = table::overrides_of(tx.cx(), habilitation.id).await?;
    if rows.iter().all(|row| row.code != code) {
        return Err(NotSetAside::Changed);
    }
    done(house, tx, habilitation, by, What::RestoreCheck { code: code.to_owned() }).await
}

/// The request as it was read, when it is not that of who asks.
async fn open(
    house: &House,
    tx: &mut Tx,
    id: HabilitationId,
    version: i64,
    by: &Actor,
) -> Result<Habilitation, NotSetAside> {
    if house.config.decisions == Decisions::Datapass {
        return Err(Undecided::DecidedInDatapass.into());
    }
    let habilitation = read(tx.cx(), id, version).await?;
    if own(tx.cx(), &habilitation, by).await? {
        return Err(Undecided::Own.into());
    }
    Ok(habilitation)
}

async fn done(
    house: &House,
    mut tx: Tx,
    habilitation: Habilitation,
    by: Actor,
    what: What,
) -> Result<Habilitation, NotSetAside> {
    let action = Action { at: house.clock.now(), by, what };
    let applied = apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await;
    let habilitation = applied.map_err(|error: NotApplied| Undecided::from(error))?;
    count(&mut tx, &habilitation, house).await?;
    tx.commit().await?;
    Ok(habilitation)
}

/// Keeps what an event sets aside or lets count again; whoever applied it has the request checked anew.
pub(super) async fn keep(
    tx: &mut Tx,
    clock: &Clock,
    after: &Habilitation,
    action: &Action,
    event: &Event,
) -> store::Result<()> {
    let (code, by) = match event {
        Event::CheckOverridden { code, sentence, fingerprint, reason } => {
            let Actor::Instructeur { id, name } = &action.by else { return Ok(()) };
            let known = table::overrides_of(tx.cx(), after.id).await?;
            let row = OverrideRow {
                code: code.clone(),
                fingerprint: fingerprint.clone(),
                sentence: sentence.clone(),
                reason: reason.clone(),
                account_id: *id,
                author: name.clone(),
                at: action.at,
            };
            table::set_aside(tx.cx(), after.id, &row).await?;
            (code, i64::from(known.iter().all(|row| row.code != *code)))
        }
        Event::CheckRestored { code } => {
            table::restore(tx.cx(), after.id, code).await?;
            (code, -1)
        }
        _ => return Ok(()),
    };
    let tally = Tally { code: code.clone(), overridden: by, ..Tally::default() };
    table::count(tx.cx(), clock.today(), &[tally]).await
}
