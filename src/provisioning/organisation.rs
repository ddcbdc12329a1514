//! The organisation: found by its key, else created, then found. A SIRET that HubEE knows under another branch is a
//! person's decision: a second organisation for one SIRET can never be removed.

use super::journal::{Planned, call};
use super::preflight::Target;
use super::saga::{Next, Saga};
use super::subscription::note;
use crate::clients::hubee::{Failed, Fault, Organisation};
use crate::store;
use crate::store::provisioning::ProvisioningRow;

pub(super) async fn ensure(saga: &Saga<'_>, row: &mut ProvisioningRow, target: &Target) -> store::Result<Next> {
    let key = Organisation::key(&target.siret, &target.branch_code);
    let path = format!("/organizations/{key}");
    match look(saga, row, &key, &path).await? {
        Ok(Seen::There(found)) => return Ok(usable(&found)),
        Ok(Seen::Nothing | Seen::Unreadable) => {}
        Err(failed) => return Ok(Next::after(&failed)),
    }
    if let Some(stop) = other_branch(saga, row, target).await? {
        return Ok(stop);
    }
    if let Some(stop) = create(saga, row, target).await? {
        return Ok(stop);
    }
    // Done only when HubEE shows it.
    match look(saga, row, &key, &path).await? {
        Ok(Seen::There(found)) => Ok(usable(&found)),
        Ok(Seen::Nothing) => Ok(Next::retry("HubEE ne montre pas encore l’organisation créée")),
        // It said that it made it, or that it is there: nobody can know more.
        Ok(Seen::Unreadable) => Ok(Next::Done),
        Err(failed) => Ok(Next::after(&failed)),
    }
}

enum Seen {
    There(Box<Organisation>),
    Nothing,
    /// Our scope may not look.
    Unreadable,
}

/// Looks for it by its key, and keeps whether we may.
async fn look(
    saga: &Saga<'_>,
    row: &mut ProvisioningRow,
    key: &str,
    path: &str,
) -> store::Result<Result<Seen, Failed>> {
    let asked = call(saga, row, Planned::get(path), saga.hubee.organisation(key), |_, row| {
        note(row, |rights| rights.organisation = Some(true));
    });
    Ok(match asked.await? {
        Ok(Some(found)) => Ok(Seen::There(Box::new(found))),
        Ok(None) => Ok(Seen::Nothing),
        Err(failed) if failed.fault == Fault::Forbidden => {
            note(row, |rights| rights.organisation = Some(false));
            Ok(Seen::Unreadable)
        }
        Err(failed) => Err(failed),
    })
}

fn usable(found: &Organisation) -> Next {
    if found.status.eq_ignore_ascii_case("Actif") {
        return Next::Done;
    }
    Next::hold(
        "ORGANISATION",
        format!("L’organisation existe dans HubEE à l’état « {} ».", found.status),
        "Demandez au support HubEE de la réactiver, puis relancez.",
    )
}

/// Whether HubEE knows the SIRET under another branch. Scopes that may not ask go on: creation will tell.
async fn other_branch(saga: &Saga<'_>, row: &mut ProvisioningRow, target: &Target) -> store::Result<Option<Next>> {
    let path = format!("/organizations?type=SI&companyRegister={}", target.siret);
    let asked = call(saga, row, Planned::get(&path), saga.hubee.organisations_of(&target.siret), |_, _| {}).await?;
    let known = match asked {
        Ok(known) => known,
        Err(failed) => {
            let unable = matches!(failed.fault, Fault::Forbidden | Fault::Invalid(_) | Fault::NotFound);
            return Ok((!unable).then(|| Next::after(&failed)));
        }
    };
    let other = known.iter().find(|o| o.company_register == target.siret && o.branch_code != target.branch_code);
    Ok(other.map(|found| {
        Next::hold(
            "PF-DUP",
            format!("HubEE connaît déjà ce SIRET sous le code guichet {}.", found.branch_code),
            "Indiquez ce code comme code de commune pour l’utiliser, ou demandez au support HubEE de le corriger.",
        )
    }))
}

async fn create(saga: &Saga<'_>, row: &mut ProvisioningRow, target: &Target) -> store::Result<Option<Next>> {
    let new = Organisation {
        kind: "SI".into(),
        company_register: target.siret.clone(),
        branch_code: target.branch_code.clone(),
        name: target.name.clone(),
        code: target.sigle.clone(),
        country: Some("France".into()),
        postal_code: Some(target.postal_code.clone()),
        territory: Some(target.territory.clone()),
        email: Some(target.email.clone()),
        status: "Actif".into(),
    };
    let planned = Planned::with("POST", "/organizations", &new);
    match call(saga, row, planned, saga.hubee.create_organisation(&new), |(), _| {}).await? {
        Ok(()) => Ok(None),
        // Somebody was faster, or our own earlier answer was lost: either way it is there.
        Err(failed) if failed.fault == Fault::AlreadyExists => Ok(None),
        Err(failed) => Ok(Some(Next::after(&failed))),
    }
}
