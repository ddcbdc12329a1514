//! The subscription: found by the whole triple, else created inactive with its administrator. Its id is kept with the
//! evidence of the call that gave it: under some scopes that is the only time it is seen. One that is not ours is never
//! taken over without a person.

use chrono::{Duration, SecondsFormat};
use serde_json::json;

use super::adoption::{Differences, compare};
use super::journal::{Planned, call};
use super::preflight::Target;
use super::saga::{Next, Saga};
use super::{Account, Corrections, Hold, Rights};
use crate::clients::hubee::{Administrator, Fault, NewSubscription, PROCESS, Subscriber, Subscription};
use crate::store;
use crate::store::provisioning::ProvisioningRow;

/// How long HubEE may hide what it says exists.
const LAG: Duration = Duration::hours(2);

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
        Found::Unreadable if corrections.attach.is_some() => return Ok(on_word(row, corrections)),
        Found::Unreadable => false,
    };
    let new = new(saga, row, target);
    let planned = Planned::with("POST", "/subscriptions", &new);
    let made = saga.hubee.create_subscription(&new);
    let outcome = call(saga, row, planned, made, |created, row| {
        row.subscription_id = created.as_ref().map(|s| s.id().to_owned());
        // The account comes with it, whether or not we saw the answer whole.
        row.account_expected = Some(Account::New.name().to_owned());
        row.differences = None;
    });
    match outcome.await? {
        Ok(Some(_)) => Ok(Next::Done),
        Ok(None) if readable => again(saga, row, target, corrections).await,
        Ok(None) => Ok(unseen(row)),
        Err(failed) if failed.fault == Fault::AlreadyExists && readable => again(saga, row, target, corrections).await,
        Err(failed) if failed.fault == Fault::AlreadyExists => Ok(unseen(row)),
        Err(failed) => Ok(Next::after(&failed)),
    }
}

/// It exists, and our scope may not look at it: only the collectivité, who sees it in the portal, can go on. The next
/// steps know it by the id that is missing, and nothing is created again.
fn unseen(row: &mut ProvisioningRow) -> Next {
    row.account_expected.get_or_insert_with(|| Account::Unknown.name().to_owned());
    Next::Done
}

/// Looks for the subscription that exists and whose id is unknown. `None`: it is found, or is not there after all.
pub(super) async fn seek(
    saga: &Saga<'_>,
    row: &mut ProvisioningRow,
    target: &Target,
    corrections: &Corrections,
) -> store::Result<Option<Next>> {
    Ok(match find(saga, row, target, corrections).await? {
        Found::Settled(Next::Done) | Found::Nothing => None,
        Found::Settled(next) => Some(next),
        Found::Unreadable if corrections.attach.is_some() => {
            on_word(row, corrections);
            None
        }
        Found::Unreadable => Some(Next::Awaits(vec![Hold::new(
            "ID-INCONNU",
            "L’abonnement existe dans HubEE et nos identifiants ne permettent pas de le lire.",
            "La collectivité est invitée à l’activer dans le portail, puis à le dire sur sa page de suivi ; le support \
             HubEE peut donner son identifiant, à rattacher ici.",
        )])),
    })
}

/// The id that a person got from HubEE's support: it can't be compared, only the collectivité can go on.
fn on_word(row: &mut ProvisioningRow, corrections: &Corrections) -> Next {
    row.subscription_id.clone_from(&corrections.attach);
    row.account_expected = Some(Account::Unknown.name().to_owned());
    Next::Done
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
    let chosen = |all: &[Subscription]| {
        let mut mine = all.iter().filter(|s| s.is_of(siret, branch));
        let wanted = corrections.attach.as_deref();
        match (wanted, mine.next(), mine.next()) {
            (_, None, _) => Choice::None,
            (Some(id), Some(one), more) => {
                match [Some(one), more].into_iter().flatten().chain(mine).find(|s| s.id() == id) {
                    Some(wanted) => Choice::One(compare(wanted, target, number), true),
                    None => Choice::Elsewhere,
                }
            }
            (None, Some(one), None) => Choice::One(compare(one, target, number), false),
            (None, Some(_), Some(_)) => Choice::Several,
        }
    };
    let listed = call(saga, row, Planned::get(&path), saga.hubee.subscriptions(siret), |all, row| {
        note(row, |rights| rights.list = Some(true));
        if let Choice::One(differences, decided) = chosen(all) {
            row.differences = Some(json!(differences).into());
            if decided || !differences.decide() {
                row.account_expected = Some(Account::found(&differences).name().to_owned());
                row.subscription_id = Some(differences.id);
            }
        }
    });
    match listed.await? {
        Ok(all) => Ok(match chosen(&all) {
            Choice::None => Found::Nothing,
            Choice::One(..) if row.subscription_id.is_some() => Found::Settled(Next::Done),
            Choice::One(differences, _) => Found::Settled(another(&differences)),
            Choice::Several => Found::Settled(Next::hold(
                "ADOPTION",
                "HubEE montre plusieurs abonnements pour cette organisation et ce formulaire.",
                "Demandez au support HubEE lequel garder, puis rattachez-le.",
            )),
            Choice::Elsewhere => Found::Settled(Next::hold(
                "ADOPTION",
                "L’abonnement choisi n’est pas de cette organisation ou de ce formulaire.",
                "Vérifiez son identifiant, puis choisissez à nouveau.",
            )),
        }),
        Err(failed) if failed.fault == Fault::Forbidden => {
            note(row, |rights| rights.list = Some(false));
            Ok(Found::Unreadable)
        }
        Err(failed) => Ok(Found::Settled(Next::after(&failed))),
    }
}

/// What HubEE shows for the triple.
enum Choice {
    None,
    /// How it differs, and whether a person chose it.
    One(Differences, bool),
    Several,
    /// A person chose one that is not among them.
    Elsewhere,
}

/// Keeps what our credentials may do.
pub(super) fn note(row: &mut ProvisioningRow, change: impl FnOnce(&mut Rights)) {
    let mut rights = Rights::of(row);
    change(&mut rights);
    row.rights = Some(json!(rights).into());
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
        Found::Nothing if row.failing_since.is_some_and(|since| saga.clock.now() - since >= LAG) => Ok(Next::hold(
            "ADOPTION",
            "HubEE dit que l’abonnement existe, et ne le montre pas depuis deux heures.",
            "Demandez son identifiant au support HubEE, puis relancez.",
        )),
        Found::Nothing => Ok(Next::retry("HubEE ne montre pas encore l’abonnement")),
        Found::Unreadable => Ok(unseen(row)),
    }
}

/// One that can't be used without a person.
fn another(differences: &Differences) -> Next {
    let words = differences.in_words();
    if differences.has("administrator") {
        return Next::hold(
            "ADMINISTRATEUR",
            format!("La collectivité a déjà un abonnement, dont l’administrateur est différent ({words})."),
            "HubEE ne créera pas de compte pour le demandeur : demandez-le au support HubEE avec le texte proposé, puis choisissez.",
        );
    }
    Next::hold(
        "ADOPTION",
        format!("La collectivité a déjà un abonnement qui diffère de la demande ({words})."),
        "Vérifiez avec la collectivité, puis choisissez : il restera tel quel.",
    )
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
        email: target.notified.clone(),
        local_administrator: Administrator {
            email: target.email.clone(),
            first_name: target.first_name.clone(),
            last_name: target.last_name.clone(),
            function: target.function.clone(),
            phone_number: target.phone.clone(),
        },
    }
}
