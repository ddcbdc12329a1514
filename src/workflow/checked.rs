//! Gathers what the automatic checks read of a request, and has them made: for its page, for a decision, for the lists.

use super::heard;
use super::house::House;
use crate::domain::Habilitation;
use crate::instruction::checks::Rules;
use crate::instruction::{Check, Facts, Known, checks};
use crate::provisioning::Corrections;
use crate::store::{self, Cx, documents, habilitations, sirene_facts};

/// The checks of a request as of now, for its page.
///
/// # Errors
/// When the database can't be reached.
pub async fn checks_of(house: &House, habilitation: &Habilitation) -> store::Result<Vec<Check>> {
    let mut conn = house.db.read().await?;
    let rules = rules(conn.cx(), house).await?;
    checked(conn.cx(), habilitation, &rules).await
}

/// The same, what HubEE takes being judged on what would be sent to it.
///
/// # Errors
/// When the database can't be reached.
pub async fn checks_with(
    house: &House,
    habilitation: &Habilitation,
    set_right: &Corrections,
) -> store::Result<Vec<Check>> {
    let mut conn = house.db.read().await?;
    let rules = rules(conn.cx(), house).await?;
    checked_with(conn.cx(), habilitation, &rules, set_right).await
}

pub(super) async fn checked_with(
    mut cx: Cx<'_>,
    habilitation: &Habilitation,
    rules: &Rules,
    set_right: &Corrections,
) -> store::Result<Vec<Check>> {
    let mut found = checked(cx.cx(), habilitation, rules).await?;
    if set_right.is_none() {
        return Ok(found);
    }
    let told = checked(cx, &set_right.applied(habilitation), rules).await?;
    // Every other check is about what the demandeur said.
    for check in found.iter_mut().filter(|check| checks::may_mend(check)) {
        if let Some(mended) = told.iter().find(|one| one.code == check.code) {
            check.clone_from(mended);
        }
    }
    Ok(found)
}

/// The rules in use.
pub(super) async fn rules(mut cx: Cx<'_>, house: &House) -> store::Result<Rules> {
    let changes = store::checks::settings(cx.cx()).await?;
    let mut rules = Rules::of(changes.iter().map(|row| (row.revision, row.code.as_str(), row.severity.as_str())));
    rules.hubee = house.config.hubee.rules;
    rules.editions = store::registers::editions(cx).await?;
    Ok(rules)
}

pub(super) async fn checked(cx: Cx<'_>, habilitation: &Habilitation, rules: &Rules) -> store::Result<Vec<Check>> {
    let known = known(cx, habilitation).await?;
    Ok(checks::run(&Facts { habilitation, known: &known }, rules))
}

/// What checks read beside the request itself.
async fn known(mut cx: Cx<'_>, habilitation: &Habilitation) -> store::Result<Known> {
    let mut known = Known {
        overrides: store::checks::overrides_of(cx.cx(), habilitation.id).await?,
        documents: documents::of(cx.cx(), habilitation.id).await?,
        fetched: documents::fetched(cx.cx(), habilitation.id).await?,
        ..Known::default()
    };
    if let Some(editeur) = habilitation.dossier.editeur.as_ref().and_then(|editeur| editeur.siret.as_deref()) {
        known.editeur = sirene_facts::of(cx.cx(), editeur).await?;
    }
    let organisation = &habilitation.dossier.organisation;
    if let Some(siret) = organisation.siret().map(|siret| siret.to_string()) {
        known.sirene = sirene_facts::of(cx.cx(), &siret).await?;
        known.related = habilitations::of_siren(cx.cx(), &siret[..9], habilitation.id).await?;
    }
    known.sources = heard::sources(cx.cx(), habilitation, known.sirene.as_ref()).await?;
    if let Some(code_cog) = &organisation.code_cog {
        let neighbours = habilitations::of_place(cx.cx(), code_cog, habilitation.id).await?;
        let others =
            neighbours.into_iter().filter(|one| known.related.iter().all(|o| o.datapass_id != one.datapass_id));
        let others: Vec<_> = others.collect();
        known.related.extend(others);
    }
    Ok(known)
}
