//! What people do with a mise en service: set right what is sent, start it again, choose about an abonnement that is
//! there, confirm an éditeur, declare an activation, open the form by hand. Each is a line of history with its author.

use super::apply::apply;
use super::decide::Undecided;
use super::follow::provision;
use super::house::House;
use super::{reminders, service};
use crate::domain::{Action, Actor, Habilitation, HabilitationId, Refusal, What};
use crate::provisioning::{self, Corrections, EditeurChoice, OpenedByHand, Status, Step};
use crate::store::provisioning::{self as table, ProvisioningRow};
use crate::store::{Tx, jobs};

/// What a person chooses about an abonnement that HubEE has already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adoption {
    /// This one, as it was shown.
    AsItStands { id: String },
    /// Nothing now: it is looked at again each day.
    Wait,
    /// Another one, by the id that HubEE's support gave.
    Another { id: String },
}

/// A person chooses about an abonnement that is not as asked.
///
/// # Errors
/// See [`Undecided`].
pub async fn adopt(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    choice: Adoption,
) -> Result<Habilitation, Undecided> {
    let mut tx = house.db.begin().await?;
    let (habilitation, row) = read(&mut tx, id, version).await?;
    let seen = provisioning::progress_of(row.clone(), Vec::new());
    let words = seen.differences.as_ref().map(|d| format!(" ({})", d.in_words())).unwrap_or_default();
    let (decision, attach) = match choice {
        Adoption::AsItStands { id } if seen.differences.as_ref().is_some_and(|d| d.id == id) => {
            (format!("Rattacher l’abonnement existant {id}, tel quel{words}"), Some(id))
        }
        // What HubEE shows is no longer what was read.
        Adoption::AsItStands { .. } => return Err(Undecided::Stale),
        Adoption::Another { id } => (format!("Rattacher l’abonnement {id}, donné par le support HubEE"), Some(id)),
        Adoption::Wait => (format!("Attendre avant de rattacher un abonnement existant{words}"), None),
    };
    let resume = attach.is_some();
    let habilitation = decided(&mut tx, house, habilitation, by, decision, resume).await?;
    if resume {
        let corrections = Corrections { attach, waits: false, parked: None, ..seen.corrections };
        // Found again under the choice, whatever id was held.
        keep(&mut tx, id, |row| {
            row.corrections = serde_json::json!(corrections).into();
            row.subscription_id = None;
            row.step = Step::Organisation.name().to_owned();
        })
        .await?;
    } else {
        let tomorrow = house.clock.now() + service::LOOK_AGAIN;
        keep(&mut tx, id, |row| {
            row.corrections = serde_json::json!(Corrections { waits: true, ..seen.corrections }).into();
            row.next_attempt_at = Some(tomorrow);
        })
        .await?;
        jobs::enqueue(tx.cx(), &provision(&habilitation, tomorrow), house.clock.now()).await?;
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(habilitation)
}

/// A person confirms the éditeur that HubEE will be told, or prefers the portal.
///
/// # Errors
/// See [`Undecided`].
pub async fn choose_editeur(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    choice: EditeurChoice,
) -> Result<Habilitation, Undecided> {
    let mut tx = house.db.begin().await?;
    let (habilitation, row) = read(&mut tx, id, version).await?;
    let decision = match choice.delegate {
        true => format!("Mode d’accès API, délégation à EDT-{}-{}", choice.siret, choice.code_cog),
        false => "Mode d’accès Portail, sans délégation à l’éditeur".to_owned(),
    };
    let habilitation = decided(&mut tx, house, habilitation, by, decision, true).await?;
    let kept: Corrections = serde_json::from_value(row.corrections.0).unwrap_or_default();
    let corrections = Corrections { editeur: Some(choice), parked: None, ..kept };
    keep(&mut tx, id, |row| row.corrections = serde_json::json!(corrections).into()).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(habilitation)
}

/// A person opens the form though HubEE does not show the abonnement as active.
///
/// # Errors
/// See [`Undecided`].
pub async fn open_by_hand(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    reason: String,
) -> Result<Habilitation, Undecided> {
    let mut tx = house.db.begin().await?;
    let (habilitation, row) = read(&mut tx, id, version).await?;
    if !provisioning::progress_of(row, Vec::new()).may_open_by_hand() {
        return Err(Undecided::Refused(Refusal { state: habilitation.state.label(), what: "open_by_hand" }));
    }
    let now = house.clock.now();
    let by_hand = OpenedByHand { by: by.display_name().to_owned(), at: now, reason: reason.clone() };
    let action = Action { at: now, by, what: What::OpenByHand { reason } };
    let habilitation = apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
    keep(&mut tx, id, |row| {
        row.status = Status::Open.name().to_owned();
        row.step = Step::Open.name().to_owned();
        (row.hold, row.last_error, row.error_class, row.next_attempt_at) = (None, None, None, None);
        row.opened_by_hand = Some(serde_json::json!(by_hand).into());
        row.updated_at = now;
    })
    .await?;
    if !service::publish(&mut tx, house, habilitation.clone()).await? {
        return Err(Undecided::Refused(Refusal { state: habilitation.state.label(), what: "open_by_hand" }));
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    if let Err(error) = house.publication.refresh(&house.db).await {
        tracing::warn!(%error, "the public list will be refreshed later");
    }
    Ok(habilitation)
}

/// The demandeur says that they activated what HubEE does not show us: it is looked at once more, and the responsables are
/// told. Said twice, it changes nothing.
///
/// # Errors
/// See [`Undecided`].
pub async fn declare_activation(house: &House, habilitation: Habilitation) -> Result<(), Undecided> {
    let (id, now) = (habilitation.id, house.clock.now());
    let mut tx = house.db.begin().await?;
    let (habilitation, row) = read(&mut tx, id, habilitation.version).await?;
    if row.status != Status::AwaitingActivation.name() || row.declared_at.is_some() {
        return Ok(());
    }
    if provisioning::progress_of(row.clone(), Vec::new()).is_readable() {
        // What HubEE shows is worth more than a word.
        return Err(Undecided::Refused(Refusal { state: habilitation.state.label(), what: "declare_activation" }));
    }
    let action = Action { at: now, by: Actor::Demandeur, what: What::DeclareActivation };
    apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
    keep(&mut tx, id, |row| row.declared_at = Some(now)).await?;
    reminders::tell_activation(&mut tx, house, id, row.awaiting_since.unwrap_or(now), true).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(())
}

/// Somebody says that the demandeur's account at HubEE works, which nothing shows us. Said twice, the first one stays.
///
/// # Errors
/// See [`Undecided`].
pub async fn confirm_account(house: &House, id: HabilitationId, version: i64, by: Actor) -> Result<(), Undecided> {
    let mut tx = house.db.begin().await?;
    let (habilitation, row) = read(&mut tx, id, version).await?;
    if row.account_confirmed_at.is_some() {
        return Ok(());
    }
    if !provisioning::progress_of(row, Vec::new()).may_confirm_account() {
        return Err(Undecided::Refused(Refusal { state: habilitation.state.label(), what: "confirm_account" }));
    }
    let (now, name) =
        (house.clock.now(), matches!(by, Actor::Instructeur { .. }).then(|| by.display_name().to_owned()));
    let action = Action { at: now, by, what: What::ConfirmAccount };
    apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
    keep(&mut tx, id, |row| (row.account_confirmed_at, row.account_confirmed_by) = (Some(now), name)).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn read(
    tx: &mut Tx,
    id: HabilitationId,
    version: i64,
) -> Result<(Habilitation, ProvisioningRow), Undecided> {
    let habilitation = super::decide::read(tx.cx(), id, version).await?;
    let row = table::of(tx.cx(), id).await?.ok_or(Undecided::NotFound)?;
    Ok((habilitation, row))
}

pub(super) async fn decided(
    tx: &mut Tx,
    house: &House,
    habilitation: Habilitation,
    by: Actor,
    decision: String,
    resume: bool,
) -> Result<Habilitation, Undecided> {
    let action = Action { at: house.clock.now(), by, what: What::DecideService { decision, resume } };
    Ok(apply(tx, &house.clock, &house.config.days, habilitation, &action, None).await?)
}

/// Changes the row as it is now, after the gesture put it under way.
pub(super) async fn keep(
    tx: &mut Tx,
    id: HabilitationId,
    change: impl FnOnce(&mut ProvisioningRow),
) -> crate::store::Result<()> {
    if let Some(mut row) = table::of(tx.cx(), id).await? {
        change(&mut row);
        table::save(tx.cx(), &row).await?;
    }
    Ok(())
}

/// An instructeur sets right what is sent to HubEE, and the saga starts again. Each change is a line of history.
///
/// # Errors
/// See [`Undecided`].
pub async fn correct(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    new: Corrections,
) -> Result<Habilitation, Undecided> {
    let mut tx = house.db.begin().await?;
    let habilitation = super::decide::read(tx.cx(), id, version).await?;
    let habilitation = set_right(&mut tx, house, habilitation, by, new).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(habilitation)
}

/// The same, in the caller's transaction.
pub(super) async fn set_right(
    tx: &mut Tx,
    house: &House,
    mut habilitation: Habilitation,
    by: Actor,
    new: Corrections,
) -> Result<Habilitation, Undecided> {
    let id = habilitation.id;
    let Some(row) = table::of(tx.cx(), id).await? else { return Err(Undecided::NotFound) };
    let old = Corrections::of(&row);
    for what in gestures(&old, &new) {
        let action = Action { at: house.clock.now(), by: by.clone(), what };
        habilitation = apply(tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
    }
    let Corrections { email, name, code_cog, postal_code, notified, .. } = new;
    // Written last: what the gestures put under way runs with these corrections. What was decided apart stays.
    keep(tx, id, |row| {
        let new = Corrections { email, name, code_cog, postal_code, notified, ..Corrections::of(row) };
        row.corrections = serde_json::json!(new).into();
    })
    .await?;
    Ok(habilitation)
}

/// An instructeur starts a stopped mise en service again, as it is.
///
/// # Errors
/// See [`Undecided`].
pub async fn relaunch(house: &House, id: HabilitationId, version: i64, by: Actor) -> Result<Habilitation, Undecided> {
    let mut tx = house.db.begin().await?;
    let habilitation = super::decide::read(tx.cx(), id, version).await?;
    let action = Action { at: house.clock.now(), by, what: What::Relaunch };
    let habilitation = apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(habilitation)
}

/// A correction for each field that changes; saving none is asking for another try.
fn gestures(old: &Corrections, new: &Corrections) -> Vec<What> {
    let changed = differences(old, new);
    if changed.is_empty() {
        return vec![What::Relaunch];
    }
    let correct =
        |(field, before, after): (&str, String, String)| What::Correct { field: field.to_owned(), before, after };
    changed.into_iter().map(correct).collect()
}

fn differences(old: &Corrections, new: &Corrections) -> Vec<(&'static str, String, String)> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let fields = [
        ("adresse de l’administrateur", text(&old.email), text(&new.email)),
        ("nom dans HubEE", text(&old.name), text(&new.name)),
        ("code de la commune", text(&old.code_cog), text(&new.code_cog)),
        ("code postal", text(&old.postal_code), text(&new.postal_code)),
        ("adresse des notifications", text(&old.notified), text(&new.notified)),
    ];
    fields.into_iter().filter(|(_, before, after)| before != after).collect()
}
