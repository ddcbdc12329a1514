//! The mise en service, seen from the corridor: runs the saga, then writes what it leads to (opened, delayed), and takes
//! the gestures of the person it asks.

use super::apply::{NotApplied, apply};
use super::decide::Undecided;
use super::follow::provision;
use super::house::House;
use crate::domain::{Action, Actor, Habilitation, HabilitationId, InForce, What};
use crate::jobs::Failure;
use crate::provisioning::{self, Corrections, Ended, Saga, Turn};
use crate::publication;
use crate::store::collectivites::{Ended as Closed, Successor};
use crate::store::provisioning::{self as table, ProvisioningRow};
use crate::store::{self, collectivites, habilitations, jobs, sirene_facts};

/// Runs the saga of a request once, and follows.
pub async fn advance(house: &House, habilitation: Habilitation) -> Result<(), Failure> {
    let Some(in_force) = &habilitation.in_force else { return Ok(()) };
    let before = row(house, habilitation.id).await?;
    let set_right = before.as_ref().map(Corrections::of).unwrap_or_default();
    let register = match set_right.body(&habilitation).and_then(|body| body.siret()) {
        Some(siret) => sirene_facts::of(house.db.read().await?.cx(), siret.as_ref()).await?,
        None => None,
    };
    let saga = Saga {
        db: &house.db,
        clock: &house.clock,
        hubee: &house.hubee,
        activation: house.config.hubee.activation,
        register: register.as_ref().and_then(|fact| fact.organisation.as_ref()),
    };
    let ended = provisioning::advance(&saga, &habilitation).await?;
    if ended.turn == Turn::Opened {
        return open(house, &ended.row).await;
    }
    let moved = before.as_ref().is_none_or(|row| row.status != ended.row.status);
    // What families use already is not announced as late.
    let is_open = before.as_ref().is_some_and(|row| opened_since(row, in_force));
    stand(house, &ended, moved && !is_open).await?;
    match ended.turn {
        Turn::Opened | Turn::Held { .. } => Ok(()),
        Turn::AwaitsActivation { again } => look_again(house, &habilitation, again).await,
        Turn::Retry { why } => Err(Failure::retry(why)),
        Turn::Parked { why } => Err(Failure::park(why)),
    }
}

async fn row(house: &House, id: HabilitationId) -> store::Result<Option<ProvisioningRow>> {
    table::of(house.db.read().await?.cx(), id).await
}

/// Whether the page was opened for the answers in force: an acceptance of others opens it again.
fn opened_since(row: &ProvisioningRow, in_force: &InForce) -> bool {
    row.opened_at.is_some_and(|at| at >= in_force.since)
}

/// Opens the public page, once per acceptance: history, page, and the note that it is open go together.
async fn open(house: &House, run: &ProvisioningRow) -> Result<(), Failure> {
    let id = run.habilitation_id;
    let mut tx = house.db.begin().await?;
    table::progress(tx.cx(), run).await?;
    let known = habilitations::by_id(tx.cx(), id).await?;
    let (Some(habilitation), Some(mut row)) = (known, table::of(tx.cx(), id).await?) else {
        return Err(Failure::park("no such request"));
    };
    if habilitation.in_force.as_ref().is_none_or(|in_force| opened_since(&row, in_force)) {
        return Ok(tx.commit().await?);
    }
    let since = habilitation.in_force.as_ref().map_or(house.clock.now(), |in_force| in_force.since);
    let Some(collectivite) = published(&mut tx, &habilitation, &row, house).await? else {
        return Err(Failure::park("nothing to publish: the body has no SIRET or no commune"));
    };
    let action = Action { at: house.clock.now(), by: Actor::Habilis, what: What::OpenService };
    match apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await {
        Ok(_) => {}
        Err(NotApplied::Store(error)) => return Err(error.into()),
        Err(other) => return Err(Failure::retry(other)),
    }
    let to = Successor { siret: &collectivite.siret, name: &collectivite.name };
    collectivites::close_others(tx.cx(), id, to, Closed::Transferred, house.clock.now()).await?;
    collectivites::open(tx.cx(), &collectivite).await?;
    row.opened_at = Some(house.clock.now().max(since));
    table::save(tx.cx(), &row).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    house.publication.refresh(&house.db).await?;
    Ok(())
}

async fn published(
    tx: &mut store::Tx,
    habilitation: &Habilitation,
    row: &ProvisioningRow,
    house: &House,
) -> store::Result<Option<collectivites::Collectivite>> {
    let mut completed = habilitation.clone();
    let Some(in_force) = &mut completed.in_force else { return Ok(None) };
    let corrections = Corrections::of(row);
    let organisation = &mut in_force.dossier.organisation;
    if let Some(merged) = &corrections.merged_into {
        *organisation = merged.clone();
    }
    organisation.code_cog = corrections.code_cog.or(organisation.code_cog.take());
    organisation.postal_code = corrections.postal_code.or(organisation.postal_code.take());
    if let Some(siret) = organisation.siret()
        && let Some(fact) = sirene_facts::of(tx.cx(), siret.as_ref()).await?
        && let Some(known) = fact.organisation
    {
        *organisation = organisation.clone().completed_by(&known);
    }
    Ok(publication::collectivite_of(&completed, house.clock.now()))
}

/// Writes where a run stopped and, when it is `news`, a line of history that it takes longer and why: together, so that
/// a process killed here tells it at its next run.
async fn stand(house: &House, ended: &Ended, news: bool) -> Result<(), Failure> {
    let (why, activation) = match &ended.turn {
        Turn::AwaitsActivation { .. } => ("la collectivité doit activer l’abonnement dans HubEE", true),
        Turn::Held { why } | Turn::Retry { why } | Turn::Parked { why } => (why.as_str(), false),
        Turn::Opened => return Ok(()),
    };
    let mut tx = house.db.begin().await?;
    table::progress(tx.cx(), &ended.row).await?;
    let found = habilitations::by_id(tx.cx(), ended.row.habilitation_id).await?;
    if let Some(habilitation) = found.filter(|_| news) {
        let what = What::DelayService { why: why.to_owned(), activation };
        let action = Action { at: house.clock.now(), by: Actor::Habilis, what };
        match apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await {
            // Revoked meanwhile: the delay no longer matters.
            Ok(_) | Err(NotApplied::Refused(_)) => {}
            Err(NotApplied::Store(error)) => return Err(error.into()),
            Err(stale @ NotApplied::Stale) => return Err(Failure::retry(stale)),
        }
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(())
}

async fn look_again(
    house: &House,
    habilitation: &Habilitation,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<(), Failure> {
    let mut tx = house.db.begin().await?;
    jobs::enqueue(tx.cx(), &provision(habilitation, at), house.clock.now()).await?;
    Ok(tx.commit().await?)
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
    let mut habilitation = super::decide::read(&mut tx, id, version).await?;
    let Some(row) = table::of(tx.cx(), id).await? else { return Err(Undecided::NotFound) };
    let old: Corrections = serde_json::from_value(row.corrections.0.clone()).unwrap_or_default();
    // The body that is served is not what this form sets right.
    let new = Corrections { merged_into: old.merged_into.clone(), ..new };
    for what in gestures(&old, &new) {
        let action = Action { at: house.clock.now(), by: by.clone(), what };
        habilitation = apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
    }
    // Written last: what the gestures put under way runs with these corrections.
    if let Some(row) = table::of(tx.cx(), id).await? {
        table::save(tx.cx(), &ProvisioningRow { corrections: serde_json::json!(new).into(), ..row }).await?;
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(habilitation)
}

/// An instructeur starts a stopped mise en service again, as it is.
///
/// # Errors
/// See [`Undecided`].
pub async fn relaunch(house: &House, id: HabilitationId, version: i64, by: Actor) -> Result<Habilitation, Undecided> {
    let mut tx = house.db.begin().await?;
    let habilitation = super::decide::read(&mut tx, id, version).await?;
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
    let flag = |value: bool| if value { "oui".to_owned() } else { "non".to_owned() };
    let fields = [
        ("adresse de l’administrateur", text(&old.email), text(&new.email)),
        ("nom dans HubEE", text(&old.name), text(&new.name)),
        ("code de la commune", text(&old.code_cog), text(&new.code_cog)),
        ("code postal", text(&old.postal_code), text(&new.postal_code)),
        ("rattachement d’un abonnement existant", flag(old.adopt), flag(new.adopt)),
    ];
    fields.into_iter().filter(|(_, before, after)| before != after).collect()
}
