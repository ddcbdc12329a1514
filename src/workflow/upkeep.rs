//! The gestures of an instructeur on a service in force: pause it, resume it, hand it to the commune that its own became
//! part of. Each on the version that was read, each a line of history.

use serde_json::json;
use siret::Siret;

use super::apply::apply;
use super::decide::{Undecided, read};
use super::house::House;
use super::sirene::learn;
use super::stopping::{Departure, depart};
use crate::domain::{Action, Actor, Habilitation, HabilitationId, Organisation, Refusal, Upkeep, What};
use crate::provisioning::Corrections;
use crate::store::provisioning::{self as saga, ProvisioningRow};
use crate::store::sirene_facts::SireneFact;
use crate::store::{self, Tx, collectivites, sirene_facts};

/// Closes the form to families for a while; its abonnement stays as it is.
///
/// # Errors
/// See [`Undecided`]; refused when no form is open, or when it is paused.
pub async fn pause(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    reason: &str,
) -> Result<Habilitation, Undecided> {
    let what = Upkeep::Paused { reason: reason.to_owned() };
    let mut tx = house.db.begin().await?;
    let habilitation = write(house, &mut tx, id, version, by, what).await?;
    let paused = collectivites::pause(tx.cx(), id, reason, house.clock.now()).await?;
    published(house, tx, habilitation, paused, "pause").await
}

/// Opens a paused form again.
///
/// # Errors
/// See [`Undecided`]; refused when it is not paused.
pub async fn resume(house: &House, id: HabilitationId, version: i64, by: Actor) -> Result<Habilitation, Undecided> {
    let mut tx = house.db.begin().await?;
    let habilitation = write(house, &mut tx, id, version, by, Upkeep::Resumed).await?;
    let resumed = collectivites::resume(tx.cx(), id).await?;
    published(house, tx, habilitation, resumed, "resume").await
}

async fn write(
    house: &House,
    tx: &mut Tx,
    id: HabilitationId,
    version: i64,
    by: Actor,
    what: Upkeep,
) -> Result<Habilitation, Undecided> {
    let before = read(tx.cx(), id, version).await?;
    let action = Action { at: house.clock.now(), by, what: What::Upkeep(what) };
    Ok(apply(tx, &house.clock, &house.config.days, before, &action, None).await?)
}

async fn published(
    house: &House,
    tx: Tx,
    habilitation: Habilitation,
    moved: bool,
    what: &'static str,
) -> Result<Habilitation, Undecided> {
    if !moved {
        // Nothing of it is kept: the transaction is dropped.
        return Err(Undecided::Refused(Refusal { state: habilitation.state.label(), what }));
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    if let Err(error) = house.publication.refresh(&house.db).await {
        tracing::warn!(%error, "the public list will be refreshed later");
    }
    Ok(habilitation)
}

/// Why a merger was not opened.
#[derive(Debug, thiserror::Error)]
pub enum NotMerged {
    #[error(transparent)]
    Undecided(#[from] Undecided),
    /// The SIRET can't be merged into: why and what to do, in French.
    #[error("{0}")]
    Siret(String),
}

impl From<store::Error> for NotMerged {
    fn from(error: store::Error) -> Self {
        Self::Undecided(error.into())
    }
}

/// Hands the service to the commune that its own became part of: the old page closes and says so, the new commune gets
/// its own mise en service under the same request, unless it is served already; the old abonnement ends.
///
/// # Errors
/// See [`NotMerged`].
pub async fn merge(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    into: &str,
) -> Result<Habilitation, NotMerged> {
    let Ok(into) = into.parse::<Siret>() else {
        return Err(NotMerged::Siret(
            "SIRET de la nouvelle commune : quatorze chiffres, sans erreur de frappe.".into(),
        ));
    };
    let fact = establishment(house, &into).await?;
    let body = active(fact.organisation).map_err(NotMerged::Siret)?;
    let mut tx = house.db.begin().await?;
    let before = read(tx.cx(), id, version).await?;
    let Some(row) = saga::of(tx.cx(), id).await? else {
        return Err(NotMerged::Siret("La mise en service n’a pas commencé : il n’y a rien à transmettre.".into()));
    };
    let served = row.siret.clone().or_else(|| Corrections::of(&row).body(&before)?.siret().map(|s| s.to_string()));
    let from = served.unwrap_or_default();
    if from == into.to_string() {
        return Err(NotMerged::Siret(
            "Ce SIRET est déjà celui de la collectivité : indiquez celui de la nouvelle.".into(),
        ));
    }
    let other = collectivites::of_siret(tx.cx(), into.as_ref()).await?;
    let is_served = other.is_some_and(|form| form.closed_at.is_none());
    let was = before.in_force.clone();
    let what = Upkeep::Moved { from, to: into.to_string(), name: body.name.clone(), merger: true };
    let action = Action { at: house.clock.now(), by, what: What::Upkeep(what) };
    let applied = apply(&mut tx, &house.clock, &house.config.days, before, &action, None).await;
    let after = applied.map_err(Undecided::from)?;
    let (to, name) = (into.to_string(), body.name.clone());
    let departure = Departure { to: &to, name: &name, merger: true, is_served };
    depart(&mut tx, &after, was.as_ref(), row, &departure, house.clock.now()).await?;
    if let Some(row) = saga::of(tx.cx(), id).await? {
        let corrections = Corrections { merged_into: Some(body), ..Corrections::of(&row) };
        saga::save(tx.cx(), &ProvisioningRow { corrections: json!(corrections).into(), ..row }).await?;
    }
    Ok(published(house, tx, after, true, "merge").await?)
}

/// What Sirene says of the new commune: asked now, or else what it said before.
async fn establishment(house: &House, siret: &Siret) -> Result<SireneFact, NotMerged> {
    if let Some(Ok(fact)) = learn(house, siret).await? {
        return Ok(fact);
    }
    let kept = sirene_facts::of(house.db.read().await?.cx(), siret.as_ref()).await?;
    kept.ok_or_else(|| {
        NotMerged::Siret(
            "Sirene ne répond pas : la nouvelle commune ne peut pas être vérifiée. Réessayez plus tard.".into(),
        )
    })
}

fn active(found: Option<Organisation>) -> Result<Organisation, String> {
    match found {
        None => Err("Sirene ne connaît pas ce SIRET : vérifiez-le.".into()),
        Some(body) if body.active == Some(false) => {
            Err("Sirene dit cet établissement fermé : indiquez celui de la commune qui existe aujourd’hui.".into())
        }
        Some(body) => Ok(body),
    }
}
