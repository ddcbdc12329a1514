//! Activation, by us or by the collectivité, and the read-back that alone opens the form.

use chrono::{Duration, SecondsFormat};

use super::journal::{Planned, call};
use super::regrant;
use super::saga::{Next, Saga};
use super::{Step, Turn};
use crate::clients::hubee::{Fault, Subscription};
use crate::config::Activation;
use crate::store;
use crate::store::provisioning::ProvisioningRow;

/// How often a subscription that the collectivité must activate is looked at.
const POLL: Duration = Duration::hours(1);

/// Activates when that is our part; waits when it is the collectivité's.
pub(super) async fn ensure(saga: &Saga<'_>, row: &mut ProvisioningRow) -> store::Result<Next> {
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
    if saga.activation == Activation::Manual {
        return Ok(await_collectivite(saga));
    }
    let now = saga.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let body = if restores { found.restored(&now) } else { found.activated(&now) };
    let planned = Planned::with("PUT", &path, &body);
    match call(saga, row, planned, saga.hubee.replace_subscription(&id, &body), |(), _| {}).await? {
        Ok(()) => Ok(Next::Done),
        // This scope may not: the collectivité will, in its portal.
        Err(failed) if failed.fault == Fault::Forbidden => Ok(await_collectivite(saga)),
        Err(failed) => Ok(Next::after(&failed)),
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
    match call(saga, row, Planned::get(path), saga.hubee.subscription(id), |_, _| {}).await? {
        Ok(found) => Ok(Ok(found)),
        Err(failed) if failed.fault == Fault::Forbidden => Ok(Err(await_collectivite(saga))),
        Err(failed) if failed.fault == Fault::NotFound => Ok(Err(lost(row))),
        Err(failed) => Ok(Err(Next::after(&failed))),
    }
}

fn await_collectivite(saga: &Saga<'_>) -> Next {
    Next::Stop(Turn::AwaitsActivation { again: saga.clock.now() + POLL }, Vec::new())
}

/// The id we hold leads nowhere: look for the subscription again.
fn lost(row: &mut ProvisioningRow) -> Next {
    row.subscription_id = None;
    row.step = Step::Subscription.name().to_owned();
    Next::retry("l’abonnement n’est plus là où il était : il va être recherché")
}
