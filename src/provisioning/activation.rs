//! Activation, by us or by the collectivité, and the read-back that alone opens the form.

use chrono::{Duration, SecondsFormat};

use super::journal::{Planned, call};
use super::preflight::Target;
use super::regrant;
use super::saga::{Next, Saga};
use super::subscription::note;
use super::{Corrections, Hold, Step, subscription};
use crate::clients::hubee::{Fault, Settings, Subscription};
use crate::config::Activation;
use crate::store;
use crate::store::provisioning::ProvisioningRow;

/// How often a subscription that the collectivité must activate is looked at.
pub(super) const POLL: Duration = Duration::hours(1);

/// Activates when that is our part; waits when it is the collectivité's, or was left to it.
pub(super) async fn ensure(
    saga: &Saga<'_>,
    row: &mut ProvisioningRow,
    target: &Target,
    corrections: &Corrections,
) -> store::Result<Next> {
    if row.subscription_id.is_none()
        && let Some(next) = subscription::seek(saga, row, target, corrections).await?
    {
        return Ok(next);
    }
    let Some(id) = row.subscription_id.clone() else { return Ok(lost(row)) };
    let path = format!("/subscriptions/{id}");
    let found = match read(saga, row, &id, &path).await? {
        Ok(found) => found,
        Err(next) => return Ok(next),
    };
    if found.is_active() {
        return Ok(Next::Done);
    }
    let restores = regrant::is_ours(saga.db, &found, row.siret.as_deref().unwrap_or_default()).await?;
    if !restores && !found.status().eq_ignore_ascii_case("Inactif") {
        return Ok(Next::hold(
            "ACTIVATION",
            format!("L’abonnement est à l’état « {} » dans HubEE.", found.status()),
            "Demandez à la collectivité ou au support HubEE pourquoi, puis relancez.",
        ));
    }
    if corrections.skips(Step::Activation, &target.siret) || saga.activation == Activation::Manual {
        return Ok(Next::Awaits(Vec::new()));
    }
    let settings = match settings(&found, target) {
        Ok(settings) => settings,
        Err(next) => return Ok(next),
    };
    let now = saga.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let body = if restores { found.restored(&now, &settings) } else { found.activated(&now, &settings) };
    let planned = Planned::with("PUT", &path, &body);
    let update = call(saga, row, planned, saga.hubee.replace_subscription(&id, &body), |(), row| {
        note(row, |rights| rights.update = Some(true));
    });
    match update.await? {
        Ok(()) => Ok(Next::Done),
        // This scope may not: the collectivité will, in its portal.
        Err(failed) if failed.fault == Fault::Forbidden => {
            note(row, |rights| rights.update = Some(false));
            Ok(Next::Awaits(Vec::new()))
        }
        Err(failed) => Ok(Next::after(&failed)),
    }
}

/// How télédossiers will reach the collectivité: by its éditeur when there is one, and a person confirmed it. A mode that
/// somebody chose in HubEE stays, and asks nothing.
fn settings(found: &Subscription, target: &Target) -> Result<Settings, Next> {
    let Some(editeur) = target.editeur.as_ref().filter(|_| found.access_mode() != Some("PORTAIL")) else {
        return Ok(Settings::default());
    };
    match (editeur.confirmed, editeur.delegation()) {
        (true, Some(delegation)) => Ok(Settings { delegation: Some(delegation) }),
        (false, Some(delegation)) => {
            let sentence = format!(
                "La demande passe par un éditeur : mode d’accès API, délégation à EDT-{}-{}.",
                delegation.company_register, delegation.branch_code
            );
            let remedy = "Confirmez ce qui sera écrit dans HubEE, ou choisissez le portail.";
            let hold = Hold::new("EDITEUR", sentence, remedy);
            Err(Next::Held(vec![Hold { delegation: Some(delegation), ..hold }]))
        }
        (_, None) => Err(Next::hold(
            "PF-EDIT",
            "Le SIRET ou la commune de l’éditeur est inconnu : HubEE ne peut pas recevoir sa délégation.",
            "Choisissez le portail, la collectivité déléguera elle-même dans HubEE, ou relancez quand Sirene le connaîtra.",
        )),
    }
}

/// Reads it back: only an `Actif` seen now opens the form.
pub(super) async fn verify(saga: &Saga<'_>, row: &mut ProvisioningRow) -> store::Result<Next> {
    let Some(id) = row.subscription_id.clone() else { return Ok(lost(row)) };
    let path = format!("/subscriptions/{id}");
    match read(saga, row, &id, &path).await? {
        Ok(found) if found.is_active() => Ok(Next::Done),
        Ok(_) => {
            row.step = Step::Activation.name().to_owned();
            Ok(Next::retry("l’abonnement relu dans HubEE n’est pas encore actif"))
        }
        Err(next) => Ok(next),
    }
}

async fn read(
    saga: &Saga<'_>,
    row: &mut ProvisioningRow,
    id: &str,
    path: &str,
) -> store::Result<Result<Subscription, Next>> {
    let now = saga.clock.now();
    let looked = call(saga, row, Planned::get(path), saga.hubee.subscription(id), |found, row| {
        note(row, |rights| rights.read = Some(true));
        (row.observed, row.observed_at) = (Some(found.redacted().into()), Some(now));
    });
    match looked.await? {
        Ok(found) => Ok(Ok(found)),
        Err(failed) if failed.fault == Fault::Forbidden => {
            note(row, |rights| rights.read = Some(false));
            Ok(Err(Next::Awaits(Vec::new())))
        }
        Err(failed) if failed.fault == Fault::NotFound => Ok(Err(gone(row))),
        Err(failed) => Ok(Err(Next::after(&failed))),
    }
}

/// HubEE does not know the id: look for the subscription again, unless a person gave it.
fn gone(row: &mut ProvisioningRow) -> Next {
    let corrections: Corrections = serde_json::from_value(row.corrections.0.clone()).unwrap_or_default();
    if corrections.attach.is_some() && corrections.attach == row.subscription_id {
        return Next::hold(
            "ADOPTION",
            "HubEE ne connaît pas l’abonnement choisi.",
            "Vérifiez son identifiant, puis choisissez à nouveau.",
        );
    }
    lost(row)
}

/// The id we hold leads nowhere: look for the subscription again.
fn lost(row: &mut ProvisioningRow) -> Next {
    row.subscription_id = None;
    row.step = Step::Subscription.name().to_owned();
    Next::retry("l’abonnement n’est plus là où il était : il va être recherché")
}
