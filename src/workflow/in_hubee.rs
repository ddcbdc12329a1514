//! Asks HubEE what it already has of a body, for the checks of a request, on whose journal each call is: read only, and
//! never while our credentials are known to be refused; whoever learns it here tells, as a mise en service would. Must not
//! know what a check makes of it.

use super::alarm::{self, Alarm};
use super::house::House;
use crate::clients::hubee::{Fault, Organisation, Outcome, PROCESS, Subscription};
use crate::clients::{Answer, Unavailable};
use crate::domain::HabilitationId;
use crate::domain::sources::{Abonnement, Branch, InHubee};
use crate::provisioning::{self, CHECKS, ErrorClass, Gate, Planned, admit};
use crate::store;

/// Organisations and abonnements of a SIRET, read for a request.
pub(super) async fn of(house: &House, request: HabilitationId, siret: &str) -> Answer<InHubee> {
    ask(house, request, siret).await.map(Some).into()
}

async fn ask(house: &House, request: HabilitationId, siret: &str) -> Result<InHubee, Unavailable> {
    let key = Organisation::key(siret, "00000");
    match admit(&house.db, &house.clock, &house.hubee, &key).await {
        Ok(Gate::Open) => {}
        Ok(Gate::Shut { why, until }) => return Err(Unavailable { why, again: Some(until), held: false }),
        Err(error) => return Err(Unavailable::because(error.to_string())),
    }
    let known = read(house, request, siret).await.map_err(|error| Unavailable::because(error.to_string()))?;
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

async fn read(house: &House, request: HabilitationId, siret: &str) -> store::Result<Result<InHubee, Fault>> {
    let path = format!("/organizations?type=SI&companyRegister={siret}");
    let organisations = match noted(house, request, &path, house.hubee.organisations_of(siret)).await? {
        Ok(known) => known.into_iter().map(branch).collect(),
        // Nothing under this SIRET.
        Err(Fault::NotFound) => Vec::new(),
        Err(Fault::Forbidden) => return Ok(Ok(InHubee { organisations: Vec::new(), abonnements: None })),
        Err(fault) => return Ok(Err(fault)),
    };
    let path = format!("/subscriptions?companyRegister={siret}&processCode={PROCESS}");
    let abonnements = match noted(house, request, &path, house.hubee.subscriptions(siret)).await? {
        Ok(known) => Some(known.iter().map(abonnement).collect()),
        Err(Fault::NotFound) => Some(Vec::new()),
        Err(Fault::Forbidden) => None,
        Err(fault) => return Ok(Err(fault)),
    };
    Ok(Ok(InHubee { organisations, abonnements }))
}

/// Makes a call that is on the journal of the request.
async fn noted<T>(
    house: &House,
    request: HabilitationId,
    path: &str,
    made: impl Future<Output = Outcome<T>>,
) -> store::Result<Result<T, Fault>> {
    let planned = Planned::get(path);
    let made = provisioning::noted(&house.db, &house.clock, request, CHECKS, planned, made).await?;
    Ok(made.map_err(|failed| failed.fault))
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
