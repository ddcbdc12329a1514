//! A decision taken here: on the version that was read, by somebody who may, when nothing blocks it.

use super::apply::{NotApplied, apply};
use super::house::House;
use crate::config::Decisions;
use crate::domain::{Action, Actor, Habilitation, HabilitationId, Refusal, What};
use crate::instruction::{self, Check};
use crate::store::{self, Tx, habilitations, sirene_facts};

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
    if house.config.decisions == Decisions::Datapass {
        return Err(Undecided::DecidedInDatapass);
    }
    let mut tx = house.db.begin().await?;
    let habilitation = read(&mut tx, id, version).await?;
    if matches!(what, What::Accept { .. }) {
        let blocking: Vec<Check> = instruction::blocking(checks(&mut tx, &habilitation).await?);
        if !blocking.is_empty() {
            return Err(Undecided::Blocked(blocking));
        }
    }
    let action = Action { at: house.clock.now(), by, what };
    let applied = apply(&mut tx, &house.clock, habilitation, &action, None).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(applied.habilitation)
}

/// The request, if it still is the version that was read.
pub(super) async fn read(tx: &mut Tx, id: HabilitationId, version: i64) -> Result<Habilitation, Undecided> {
    let found = habilitations::by_id(tx.cx(), id).await?.ok_or(Undecided::NotFound)?;
    if found.version == version { Ok(found) } else { Err(Undecided::Stale) }
}

async fn checks(tx: &mut Tx, habilitation: &Habilitation) -> store::Result<Vec<Check>> {
    let siret = habilitation.dossier.organisation.siret().map(|s| s.to_string());
    let (sirene, siblings) = match &siret {
        Some(siret) => (
            sirene_facts::of(tx.cx(), siret).await?,
            habilitations::siblings(tx.cx(), siret, habilitation.id).await?,
        ),
        None => (None, Vec::new()),
    };
    let facts = instruction::Facts { habilitation, sirene: sirene.as_ref(), siblings: &siblings };
    Ok(instruction::run(&facts))
}

/// The checks of a request as of now, for its page.
///
/// # Errors
/// When the database can't be reached.
pub async fn checks_of(house: &House, habilitation: &Habilitation) -> store::Result<Vec<Check>> {
    let siret = habilitation.dossier.organisation.siret().map(|s| s.to_string());
    let mut conn = house.db.read().await?;
    let (sirene, siblings) = match &siret {
        Some(siret) => (
            sirene_facts::of(conn.cx(), siret).await?,
            habilitations::siblings(conn.cx(), siret, habilitation.id).await?,
        ),
        None => (None, Vec::new()),
    };
    let facts = instruction::Facts { habilitation, sirene: sirene.as_ref(), siblings: &siblings };
    Ok(instruction::run(&facts))
}
