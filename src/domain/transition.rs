//! The page of transitions: (state × gesture × who) → state and history. Pure. The buttons offered, the diagram of
//! `docs/architecture.md` and the exhaustive test derive from it. An instructeur is held to the table; DataPass reports
//! facts, which are taken from any state, since its events come late, twice or never.

use super::action::{Action, Actor, What};
use super::datapass::{DatapassState, Snapshot};
use super::event::Event;
use super::habilitation::{Assignee, Habilitation, InForce};
use super::paris::paris;
use super::state::State;
use super::working_days::WorkingDays;

/// A gesture that the state does not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("la demande est à l’état « {state} » : ce geste n’y est pas possible")]
pub struct Refusal {
    pub state: &'static str,
    pub what: &'static str,
}

/// Whether somebody other than DataPass may do `what` in `state`: the table itself.
pub fn allowed(state: &State, in_force: bool, by: &Actor, what: &What) -> bool {
    use State::{Accepted, ChangesRequested, Submitted};
    match by {
        Actor::DataPass => true,
        Actor::Instructeur { .. } => match what {
            What::Accept { .. } | What::Refuse { .. } => matches!(state, Submitted { .. } | ChangesRequested { .. }),
            What::AskChanges { .. } => matches!(state, Submitted { .. }),
            What::Assign { .. } => matches!(state, Submitted { .. } | ChangesRequested { .. } | Accepted { .. }),
            What::Correct { .. } | What::Relaunch => in_force && matches!(state, Accepted { .. }),
            _ => false,
        },
        Actor::Habilis => in_force && matches!(what, What::DelayService { .. } | What::OpenService),
    }
}

/// The request after `action`, and the lines it adds to the history. `snapshot` is what DataPass said with it.
///
/// # Errors
/// [`Refusal`] when the table forbids the gesture; nothing changed.
pub fn transition(
    before: Habilitation,
    action: &Action,
    snapshot: Option<&Snapshot>,
    days: &WorkingDays,
) -> Result<(Habilitation, Vec<Event>), Refusal> {
    if let Some(late) = snapshot.filter(|s| s.mirror.moment < before.datapass.moment) {
        return Ok(written_down(before, late));
    }
    if !allowed(&before.state, before.in_force.is_some(), &action.by, &action.what) {
        return Err(Refusal { state: before.state.label(), what: action.what.name() });
    }
    let mut after = before.clone();
    after.version += 1;
    if let Some(seen) = snapshot {
        take_in(&mut after, seen, &action.what);
    }
    let events = step(&before, &mut after, action, snapshot, days);
    Ok((after, events))
}

/// An event older than what we know: history keeps it, nothing else moves but a submission date we never had.
fn written_down(before: Habilitation, late: &Snapshot) -> (Habilitation, Vec<Event>) {
    let mut after = before;
    after.version += 1;
    after.submitted_at = after.submitted_at.or(late.submitted_at);
    let event = Event::ReceivedLate { event: late.event.clone(), fired_at: late.mirror.moment.fired_at };
    (after, vec![event])
}

/// Copies what DataPass says. A refused or cancelled reopening is serialised with the rejected answers: what is in
/// force then comes from its habilitations, never from the answers of the event.
fn take_in(after: &mut Habilitation, seen: &Snapshot, what: &What) {
    after.datapass = seen.mirror.clone();
    after.submitted_at = seen.submitted_at.or(after.submitted_at);
    let rejected = match what {
        What::CancelReopening => true,
        What::Refuse { .. } => seen.mirror.state == DatapassState::Validated,
        _ => false,
    };
    let in_force = || seen.authorised.clone().or_else(|| after.in_force.as_ref().map(|i| i.dossier.clone()));
    after.dossier = match rejected {
        true => in_force().unwrap_or_else(|| after.dossier.clone()),
        false => seen.dossier.clone(),
    };
    if let (None, Some(dossier)) = (&after.in_force, &seen.authorised)
        && matches!(what, What::Submit | What::Reopen | What::Save | What::CancelReopening | What::Refuse { .. })
    {
        let since = seen.mirror.moment.fired_at;
        after.in_force = Some(InForce { since, by: Actor::DataPass, dossier: dossier.clone() });
    }
}

fn step(
    before: &Habilitation,
    after: &mut Habilitation,
    action: &Action,
    snapshot: Option<&Snapshot>,
    days: &WorkingDays,
) -> Vec<Event> {
    let (at, by) = (action.at, action.by.clone());
    match &action.what {
        What::Save => vec![Event::Saved],
        What::Submit => submit(before, after, at, days),
        What::Accept { comment } => accept(before, after, action, comment.clone()),
        What::Refuse { .. } | What::AskChanges { .. } if contradicts(before, &by) => contradiction(before, snapshot),
        What::Refuse { reason } => refuse(after, action, reason.clone()),
        What::AskChanges { reason } => {
            let confirmed = matches!((&before.state, &by), (State::ChangesRequested { .. }, Actor::DataPass));
            if confirmed {
                return vec![Event::Confirmed];
            }
            after.state = State::ChangesRequested { at, by, reason: reason.clone() };
            vec![Event::ChangesRequested { reason: reason.clone() }]
        }
        What::Reopen => {
            after.state = State::Draft;
            vec![Event::Reopened]
        }
        What::CancelReopening => {
            restore(after, at, by);
            vec![Event::ReopeningCancelled]
        }
        What::Revoke => {
            after.in_force = None;
            after.state = State::Revoked { at, by };
            vec![Event::Revoked]
        }
        What::RevokeOne { remaining } => {
            if !remaining {
                after.in_force = None;
            }
            vec![if *remaining { Event::PartlyRevoked } else { Event::Revoked }]
        }
        What::Archive => {
            after.state = State::Archived { at, by };
            vec![Event::Archived]
        }
        What::Transfer => {
            let who =
                |h: &Habilitation| format!("{} ({})", h.dossier.demandeur.display_name(), h.dossier.organisation.name);
            vec![Event::Transferred { from: who(before), to: who(after) }]
        }
        What::DelayService { why, activation } => {
            vec![Event::ServiceDelayed { why: why.clone(), activation: *activation }]
        }
        What::Relaunch => vec![Event::Relaunched],
        What::OpenService => vec![Event::ServiceOpened],
        What::Correct { field, before, after } => {
            vec![Event::Corrected { field: field.clone(), before: before.clone(), after: after.clone() }]
        }
        What::Assign { to } => {
            after.assignee = to.clone();
            let name = |who: &Option<Assignee>| who.as_ref().map(|who| who.name.clone());
            vec![Event::Assigned { from: name(&before.assignee), to: name(to) }]
        }
    }
}

fn submit(
    before: &Habilitation,
    after: &mut Habilitation,
    at: chrono::DateTime<chrono::Utc>,
    days: &WorkingDays,
) -> Vec<Event> {
    let due = days.deadline(paris(at).date_naive());
    let again = before.submitted_at.is_some_and(|first| first < at);
    after.submitted_at = Some(at);
    after.state = State::Submitted { at, due };
    vec![Event::Submitted { again, reopening: after.in_force.is_some() }]
}

fn accept(before: &Habilitation, after: &mut Habilitation, action: &Action, comment: Option<String>) -> Vec<Event> {
    let same_answers = before.in_force.as_ref().is_some_and(|i| i.dossier == after.dossier);
    if matches!(before.state, State::Accepted { .. }) && same_answers {
        return vec![Event::Confirmed];
    }
    let by = action.by.clone();
    let dossier = after.dossier.clone();
    after.in_force = Some(InForce { since: action.at, by: by.clone(), dossier });
    after.state = State::Accepted { at: action.at, by };
    vec![Event::Accepted { comment }]
}

fn refuse(after: &mut Habilitation, action: &Action, reason: Option<String>) -> Vec<Event> {
    if matches!((&after.state, &action.by), (State::Refused { .. }, Actor::DataPass)) {
        return vec![Event::Confirmed];
    }
    if after.in_force.is_some() {
        restore(after, action.at, action.by.clone());
        return vec![Event::ReopeningRefused { reason }];
    }
    after.state = State::Refused { at: action.at, by: action.by.clone(), reason: reason.clone() };
    vec![Event::Refused { reason }]
}

/// Back to what is in force: the changes are dropped.
fn restore(after: &mut Habilitation, at: chrono::DateTime<chrono::Utc>, by: Actor) {
    match &after.in_force {
        Some(kept) => {
            after.dossier = kept.dossier.clone();
            after.state = State::Accepted { at: kept.since, by: kept.by.clone() };
        }
        None => after.state = State::Accepted { at, by },
    }
}

/// DataPass says no where an instructeur said yes, and DataPass never confirmed that yes. What was decided here
/// stands until a person settles it: families may already be using the form.
fn contradicts(before: &Habilitation, by: &Actor) -> bool {
    *by == Actor::DataPass
        && matches!(&before.state, State::Accepted { by: Actor::Instructeur { .. }, .. })
        && before.datapass.state != DatapassState::Validated
}

fn contradiction(before: &Habilitation, snapshot: Option<&Snapshot>) -> Vec<Event> {
    let theirs = snapshot.map_or(before.datapass.state, |s| s.mirror.state).label().to_owned();
    vec![Event::Contradicted { ours: before.state.label().to_lowercase(), theirs }]
}
