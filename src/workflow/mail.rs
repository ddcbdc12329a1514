//! One mail, from the job to the post: gathers the facts a letter needs from where they are. What the letter says is the
//! notifications room's.

use chrono::Duration;
use serde::Deserialize;
use uuid::Uuid;

use super::house::House;
use super::message;
use crate::config::Activation;
use crate::domain::{Event, Habilitation};
use crate::jobs::Failure;
use crate::notifications::{self, Facts, Kind, Letter, Undelivered};
use crate::paths;
use crate::provisioning::{Access, Progress, Status, progress_of};
use crate::publication::qr;
use crate::store::{events, habilitations, provisioning};

/// What the job says.
#[derive(Deserialize)]
pub struct Order {
    habilitation: Uuid,
    kind: String,
    reason: Option<String>,
    /// About changes to a habilitation in force; unknown in orders of earlier versions.
    #[serde(default)]
    reopening: Option<bool>,
    cause: String,
    /// What a mail about a message is about.
    message: Option<Uuid>,
    /// Whom it is for, when it isn't the demandeur.
    account: Option<Uuid>,
}

/// Sends the mail of a job, once.
pub async fn send(house: &House, order: Order) -> Result<(), Failure> {
    let Some(kind) = Kind::from_name(&order.kind) else {
        return Err(Failure::park(format!("unknown kind of mail: {}", order.kind)));
    };
    let found = habilitations::by_id(house.db.read().await?.cx(), order.habilitation).await?;
    let habilitation = found.ok_or_else(|| Failure::park("no such request"))?;
    let row = provisioning::of(house.db.read().await?.cx(), habilitation.id).await?;
    let awaited = row.as_ref().is_some_and(|row| row.status == Status::AwaitingActivation.name());
    // Active or opened meanwhile: nobody is reminded.
    if kind == Kind::RelanceActivation && !awaited {
        return Ok(());
    }
    let service = row.map(|row| progress_of(row, Vec::new()));
    let mut facts = facts(house, &habilitation, order.reason, service.as_ref());
    facts.reopening = order.reopening.unwrap_or(facts.reopening);
    if of_acceptance(kind) {
        let history = events::of(house.db.read().await?.cx(), habilitation.id).await?;
        (facts.comment, facts.reopening) = acceptance(history.into_iter().map(|line| line.event));
    }
    join_qr(kind, &mut facts).map_err(Failure::park)?;
    if let Some(id) = order.message {
        let told = message::facts(house, &habilitation, facts, id, order.account).await?;
        let Some(told) = told else { return Ok(()) };
        facts = told;
    }
    let sent = notifications::deliver(&house.post, &house.db, &house.clock, &habilitation, kind, &facts, &order.cause);
    sent.await.map_err(|error| undelivered(house, error))
}

/// How often a mail that waits for its turn asks again.
const TURN: Duration = Duration::seconds(5);

/// What becomes of the job of a mail that did not leave.
pub(super) fn undelivered(house: &House, error: Undelivered) -> Failure {
    match error {
        Undelivered::Later(why) => Failure::retry(why),
        Undelivered::Busy => Failure::Wait { why: error.to_string(), at: house.clock.now() + TURN },
        Undelivered::Never(why) => Failure::park(why),
    }
}

/// Everything a letter may say of a request, as of now. `service`: its mise en service, once begun.
pub fn facts(house: &House, habilitation: &Habilitation, reason: Option<String>, service: Option<&Progress>) -> Facts {
    let config = &house.config;
    let access = Access::of(habilitation, service, &config.hubee.rules);
    let dossier = &habilitation.dossier;
    let siret = dossier.organisation.siret().map(|s| s.to_string());
    let public = |path: fn(&str) -> String| siret.as_deref().map(|s| config.absolute(&path(s)));
    Facts {
        number: habilitation.number(),
        organisation: dossier.organisation.name.clone(),
        demandeur_name: dossier.demandeur.display_name(),
        demandeur_email: dossier.demandeur.email.clone(),
        deadline: habilitation.state.due(),
        reason,
        comment: None,
        tracking_url: config.absolute(&paths::tracking(&habilitation.tracking_token)),
        datapass_url: paths::datapass_request(config, habilitation.datapass_id),
        form_url: siret.as_deref().map(|s| config.form_of(s)),
        page_url: public(paths::collectivite),
        kit_url: public(|s| paths::collectivite_part(s, "kit")),
        qr_png: None,
        request_url: config.absolute(&paths::request(&habilitation.number())),
        said: None,
        addressee: None,
        reopening: habilitation.is_reopening(),
        editeur: access.editeur,
        account: access.account.name(),
        login: access.login,
        portail_url: config.hubee.portail_url.to_string(),
    }
}

/// The mails that tell of an acceptance, at one stage or another of its mise en service.
fn of_acceptance(kind: Kind) -> bool {
    matches!(kind, Kind::MiseEnServiceEnCours | Kind::ActivationAFaire | Kind::EnService)
}

fn join_qr(kind: Kind, facts: &mut Facts) -> anyhow::Result<()> {
    if kind == Kind::EnService {
        facts.qr_png = facts.form_url.as_deref().map(qr::png).transpose()?;
    }
    Ok(())
}

/// What the instructeur added to the acceptance in force, and whether something was in force before it. `history`:
/// newest first.
fn acceptance(history: impl Iterator<Item = Event>) -> (Option<String>, bool) {
    let mut standing = history.skip_while(|event| !matches!(event, Event::Accepted { .. }));
    let comment = match standing.next() {
        Some(Event::Accepted { comment }) => comment,
        _ => None,
    };
    let before = standing.find(|event| matches!(event, Event::Accepted { .. } | Event::Revoked { .. }));
    (comment, matches!(before, Some(Event::Accepted { .. })))
}

/// The mail that a decision will send, written by the same hand as the one that leaves.
#[derive(Clone, Debug)]
pub struct Preview {
    pub kind: Kind,
    pub to_name: String,
    pub to: String,
    pub letter: Letter,
}

/// The mail that `events` on `after` lead to. An acceptance is told once its mise en service allows: the mail is the one
/// of a mise en service without incident.
///
/// # Errors
/// When a template is wrong.
pub(super) fn preview(
    house: &House,
    before: &Habilitation,
    after: &Habilitation,
    events: &[Event],
    service: Option<&Progress>,
) -> anyhow::Result<Option<Preview>> {
    let accepted = match house.config.hubee.activation {
        Activation::Manual if before.in_force.is_none() => Kind::ActivationAFaire,
        _ => Kind::EnService,
    };
    let told = events.iter().rev().find_map(|event| match event {
        Event::Accepted { comment } => Some((accepted, None, comment.clone(), before.in_force.is_some())),
        Event::ChangesRequested { reason } => {
            Some((Kind::ModificationsDemandees, reason.clone(), None, after.is_reopening()))
        }
        Event::Refused { reason } => Some((Kind::Refus, reason.clone(), None, false)),
        Event::ReopeningRefused { reason } => Some((Kind::Refus, reason.clone(), None, true)),
        Event::Revoked { reason } => Some((Kind::Revocation, reason.clone(), None, false)),
        _ => None,
    });
    let Some((kind, reason, comment, reopening)) = told else { return Ok(None) };
    let mut facts = facts(house, after, reason, service);
    (facts.comment, facts.reopening) = (comment, reopening);
    join_qr(kind, &mut facts)?;
    let letter = notifications::compose(kind, &facts)?;
    Ok(Some(Preview { kind, to_name: facts.demandeur_name, to: facts.demandeur_email, letter }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acceptance_over_a_habilitation_in_force_is_about_its_changes() {
        let accepted = |comment: Option<&str>| Event::Accepted { comment: comment.map(str::to_owned) };
        let revoked = || Event::Revoked { reason: None };
        for (history, expected) in [
            (vec![accepted(None)], (None, false)),
            (vec![Event::ServiceOpened, accepted(Some("Bravo")), Event::Conforming], (Some("Bravo".to_owned()), false)),
            (vec![accepted(None), Event::Reopened, accepted(Some("Avant"))], (None, true)),
            (vec![accepted(None), revoked(), accepted(None)], (None, false)),
            (vec![revoked()], (None, false)),
        ] {
            assert_eq!(acceptance(history.clone().into_iter()), expected, "{history:?}");
        }
    }
}
