//! Asks HubEE what it already has of a body, for the checks: read only, and never while our credentials are known to be
//! refused; whoever learns it here tells, as a mise en service would. Must not know what a check makes of it.

use super::alarm::{self, Alarm};
use super::house::House;
use crate::clients::hubee::{Fault, Organisation, Subscription};
use crate::clients::{Answer, Unavailable};
use crate::domain::sources::{Abonnement, Branch, InHubee};
use crate::provisioning::{self, ErrorClass, Gate, admit};
use crate::store;

/// Organisations and abonnements of a SIRET.
pub(super) async fn of(house: &House, siret: &str) -> Answer<InHubee> {
    ask(house, siret).await.map(Some).into()
}

async fn ask(house: &House, siret: &str) -> Result<InHubee, Unavailable> {
    let key = Organisation::key(siret, "00000");
    match admit(&house.db, &house.clock, &house.hubee, &key).await {
        Ok(Gate::Open) => {}
        Ok(Gate::Shut { why, until }) => return Err(Unavailable { why, again: Some(until), held: false }),
        Err(error) => return Err(Unavailable::because(error.to_string())),
    }
    let known = read(house, siret).await;
    if let Err(Fault::Credentials(why)) = &known {
        refused(house, why).await.map_err(|error| Unavailable::because(error.to_string()))?;
    }
    known.map_err(|fault| Unavailable::because(fault.to_string()))
}

/// Nobody calls HubEE for a while, and operators are told.
async fn refused(house: &House, why: &str) -> store::Result<()> {
    let mut tx = house.db.begin().await?;
    if provisioning::refused(&mut tx, why, house.clock.now()).await? {
        alarm::tell(&mut tx, house, Alarm::Class(ErrorClass::Credentials)).await?;
    }
    tx.commit().await
}

async fn read(house: &House, siret: &str) -> Result<InHubee, Fault> {
    let organisations = match house.hubee.organisations_of(siret).await {
        Ok(reply) => reply.value.into_iter().map(branch).collect(),
        // Nothing under this SIRET.
        Err(failed) if failed.fault == Fault::NotFound => Vec::new(),
        Err(failed) if failed.fault == Fault::Forbidden => {
            return Ok(InHubee { organisations: Vec::new(), abonnements: None });
        }
        Err(failed) => return Err(failed.fault),
    };
    let abonnements = match house.hubee.subscriptions(siret).await {
        Ok(reply) => Some(reply.value.iter().map(abonnement).collect()),
        Err(failed) if failed.fault == Fault::NotFound => Some(Vec::new()),
        Err(failed) if failed.fault == Fault::Forbidden => None,
        Err(failed) => return Err(failed.fault),
    };
    Ok(InHubee { organisations, abonnements })
}

fn branch(known: Organisation) -> Branch {
    Branch { code: known.branch_code, status: known.status }
}

fn abonnement(known: &Subscription) -> Abonnement {
    let text = |value: Option<&str>| value.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    Abonnement {
        branch: known.branch().to_owned(),
        datapass_id: known.datapass_id().filter(|id| *id != 0),
        status: known.status().to_owned(),
        access_mode: text(known.access_mode()),
        administrator: text(known.administrator_email()).map(|address| address.to_lowercase()),
    }
}
