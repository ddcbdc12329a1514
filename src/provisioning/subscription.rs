//! The subscription: found by the whole triple, else created inactive with its administrator. Its id is kept with the
//! evidence of the call that gave it: under some scopes that is the only time it is seen. One that is not ours is never
//! taken over without a person.

use chrono::SecondsFormat;

use super::Corrections;
use super::journal::{Planned, call};
use super::preflight::Target;
use super::saga::{Next, Saga};
use crate::clients::hubee::{Administrator, Fault, NewSubscription, PROCESS, Subscriber, Subscription};
use crate::store;
use crate::store::provisioning::ProvisioningRow;

pub(super) async fn ensure(
    saga: &Saga<'_>,
    row: &mut ProvisioningRow,
    target: &Target,
    corrections: &Corrections,
) -> store::Result<Next> {
    if row.subscription_id.is_some() {
        return Ok(Next::Done);
    }
    let readable = match find(saga, row, target, corrections).await? {
        Found::Settled(next) => return Ok(next),
        Found::Nothing => true,
        Found::Unreadable => false,
    };
    let new = new(saga, row, target);
    let planned = Planned::with("POST", "/subscriptions", &new);
    let made = saga.hubee.create_subscription(&new);
    let outcome = call(saga, row, planned, made, |created, row| {
        row.subscription_id = created.as_ref().map(|s| s.id().to_owned());
    });
    match outcome.await? {
        Ok(Some(_)) => Ok(Next::Done),
        Ok(None) => again(saga, row, target, corrections).await,
        Err(failed) if failed.fault == Fault::AlreadyExists && readable => again(saga, row, target, corrections).await,
        Err(failed) if failed.fault == Fault::AlreadyExists => Ok(Next::hold(
            "ADOPTION",
            "Un abonnement existe déjà dans HubEE et nos identifiants ne permettent pas de le lire.",
            "Demandez son état au support HubEE.",
        )),
        Err(failed) => Ok(Next::after(&failed)),
    }
}

enum Found {
    Settled(Next),
    Nothing,
    /// This scope may not list.
    Unreadable,
}

async fn find(
    saga: &Saga<'_>,
    row: &mut ProvisioningRow,
    target: &Target,
    corrections: &Corrections,
) -> store::Result<Found> {
    let path = format!("/subscriptions?companyRegister={}&processCode={PROCESS}", target.siret);
    let (siret, branch, number) = (&target.siret, &target.branch_code, row.datapass_id);
    let ours = |s: &&Subscription| s.is_of(siret, branch);
    let listed = call(saga, row, Planned::get(&path), saga.hubee.subscriptions(siret), |all, row| {
        let mut mine = all.iter().filter(ours);
        if let (Some(one), None) = (mine.next(), mine.next())
            && (one.datapass_id() == Some(number) || corrections.adopt)
            && is_alive(one)
        {
            row.subscription_id = Some(one.id().to_owned());
        }
    });
    match listed.await? {
        Ok(all) => Ok(match all.iter().filter(ours).collect::<Vec<_>>().as_slice() {
            [] => Found::Nothing,
            [_] if row.subscription_id.is_some() => Found::Settled(Next::Done),
            [one] => Found::Settled(not_ours(one, number)),
            _ => Found::Settled(Next::hold(
                "ADOPTION",
                "HubEE montre plusieurs abonnements pour cette organisation et ce formulaire.",
                "Demandez au support HubEE lequel garder.",
            )),
        }),
        Err(failed) if failed.fault == Fault::Forbidden => Ok(Found::Unreadable),
        Err(failed) => Ok(Found::Settled(Next::after(&failed))),
    }
}

/// After a creation whose object we did not see: it must be there, now or a little later.
async fn again(
    saga: &Saga<'_>,
    row: &mut ProvisioningRow,
    target: &Target,
    corrections: &Corrections,
) -> store::Result<Next> {
    match find(saga, row, target, corrections).await? {
        Found::Settled(next) => Ok(next),
        Found::Nothing => Ok(Next::retry("HubEE ne montre pas encore l’abonnement")),
        Found::Unreadable => Ok(Next::hold(
            "ADOPTION",
            "HubEE a pris l’abonnement sans donner son identifiant, et nos identifiants ne permettent pas de le lire.",
            "Demandez son identifiant au support HubEE.",
        )),
    }
}

fn is_alive(subscription: &Subscription) -> bool {
    matches!(subscription.status(), "Actif" | "Inactif")
}

fn not_ours(found: &Subscription, number: i64) -> Next {
    if found.datapass_id() == Some(number) {
        let sentence = format!("L’abonnement existe dans HubEE à l’état « {} ».", found.status());
        return Next::hold("ADOPTION", sentence, "Demandez au support HubEE pourquoi, puis relancez.");
    }
    let other =
        found.datapass_id().filter(|id| *id != 0).map_or("créé à la main".to_owned(), |id| format!("de D{id}"));
    let mode = found.access_mode().unwrap_or("non choisi");
    let sentence = format!(
        "La collectivité a déjà un abonnement ({other}, état « {} », mode d’accès {mode}, administrateur peut-être différent).",
        found.status()
    );
    Next::hold("ADOPTION", sentence, "Vérifiez avec la collectivité, puis rattachez-le : il restera tel quel.")
}

fn new(saga: &Saga<'_>, row: &ProvisioningRow, target: &Target) -> NewSubscription {
    let now = saga.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    NewSubscription {
        datapass_id: row.datapass_id,
        process_code: PROCESS,
        subscriber: Subscriber {
            kind: "SI".into(),
            company_register: target.siret.clone(),
            branch_code: target.branch_code.clone(),
        },
        notification_frequency: "Unitaire",
        status: "Inactif",
        validate_date_time: now.clone(),
        update_date_time: now,
        email: target.email.clone(),
        local_administrator: Administrator {
            email: target.email.clone(),
            first_name: target.first_name.clone(),
            last_name: target.last_name.clone(),
            function: target.function.clone(),
            phone_number: target.phone.clone(),
        },
    }
}
