//! The page of transitions: (state × gesture × who) → state and history. Pure. The buttons offered, the diagram of
//! `docs/architecture.md` and the exhaustive test derive from it. An instructeur is held to the table; DataPass reports
//! facts, which are taken from any state, since its events come late, twice or never.

use super::action::{Action, Actor, What};
use super::changes::changes;
use super::datapass::{DatapassState, Snapshot};
use super::dossier::Dossier;
use super::event::Event;
use super::habilitation::{Assignee, Habilitation, InForce, Unreported};
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
    use State::{Accepted, ChangesRequested, Draft, Refused, Revoked, Submitted};
    if let (false, What::Upkeep(upkeep)) = (*by == Actor::DataPass, what) {
        return upkeep.allowed(in_force, by);
    }
    match by {
        Actor::DataPass => true,
        Actor::Instructeur { .. } => match what {
            What::Accept { .. } | What::AcceptConforming | What::Refuse { .. } => {
                matches!(state, Submitted { .. } | ChangesRequested { .. })
            }
            What::OverrideCheck { .. } | What::RestoreCheck { .. } | What::AskSources => {
                matches!(state, Submitted { .. } | ChangesRequested { .. })
            }
            What::AskChanges { .. } => matches!(state, Submitted { .. }),
            What::Correct { .. }
            | What::Relaunch
            | What::DecideService { .. }
            | What::ConfirmAccount
            | What::OpenByHand { .. }
            | What::Revoke { .. } => in_force && matches!(state, Accepted { .. }),
            What::Archive => !in_force && matches!(state, Draft | Refused { .. } | Revoked { .. }),
            What::Assign { .. } => matches!(state, Submitted { .. } | ChangesRequested { .. } | Accepted { .. }),
            _ => false,
        },
        Actor::Habilis => {
            in_force && matches!(what, What::DelayService { .. } | What::OpenService | What::Adjust { .. })
        }
        Actor::Demandeur => {
            let told = matches!(what, What::DeclareActivation | What::ConfirmAccount);
            in_force && matches!(state, Accepted { .. }) && told
        }
    }
}

/// Whether somebody may do `what` on this request: the table, and DataPass first told of what was decided before a
/// request leaves every list.
pub fn may(habilitation: &Habilitation, by: &Actor, what: &What) -> bool {
    let told = *by == Actor::DataPass || *what != What::Archive || habilitation.unreported.is_none();
    told && allowed(&habilitation.state, habilitation.in_force.is_some(), by, what)
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
    if !may(&before, &action.by, &action.what) {
        return Err(Refusal { state: before.state.label(), what: action.what.name() });
    }
    let mut after = before.clone();
    after.version += 1;
    let missed = snapshot.and_then(|seen| missed(&before, action, seen));
    let mut events = Vec::new();
    if let Some(seen) = snapshot {
        take_in(&mut after, seen, &action.what);
        let accepts =
            [missed.as_ref(), Some(action)].into_iter().flatten().any(|a| matches!(a.what, What::Accept { .. }));
        if !revoked_here(&before) {
            events.extend(adopt(&mut after, seen).filter(|_| !accepts));
        }
    }
    for gesture in missed.iter().chain([action]) {
        events.extend(step(&before, &mut after, gesture, days));
        after.unreported = unreported(&before, &after, gesture);
    }
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

/// The gesture whose own event is late, or lost for ever: an event that moves no state shows another state than the one
/// we knew.
fn missed(before: &Habilitation, action: &Action, seen: &Snapshot) -> Option<Action> {
    let known = if before.version == 0 { DatapassState::Draft } else { before.datapass.state };
    if !matches!(action.what, What::Save | What::Transfer | What::RevokeOne { .. }) || seen.mirror.state == known {
        return None;
    }
    let (at, what) = match seen.mirror.state {
        DatapassState::Draft => (None, What::Reopen),
        DatapassState::Submitted => (seen.submitted_at, What::Submit),
        DatapassState::ChangesRequested => (None, What::AskChanges { reason: None }),
        DatapassState::Validated => (None, What::Accept { comment: None }),
        DatapassState::Refused => (None, What::Refuse { reason: None }),
        DatapassState::Revoked => (None, What::Revoke { reason: None }),
        DatapassState::Archived => (None, What::Archive),
    };
    Some(Action { at: at.unwrap_or(action.at), by: action.by.clone(), what })
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
    after.dossier.demandeur = seen.dossier.demandeur.clone();
}

/// DataPass holds a habilitation whose approval we never heard of: it is in force, and must be provisioned.
fn adopt(after: &mut Habilitation, seen: &Snapshot) -> Option<Event> {
    let dossier = seen.authorised.clone().filter(|_| after.in_force.is_none())?;
    after.in_force = Some(InForce { since: seen.mirror.moment.fired_at, by: Actor::DataPass, dossier });
    Some(Event::Accepted { comment: None })
}

fn step(before: &Habilitation, after: &mut Habilitation, action: &Action, days: &WorkingDays) -> Vec<Event> {
    let (at, by) = (action.at, action.by.clone());
    if contradicts(before, action) {
        after.dossier = before.dossier.clone();
        return vec![contradiction(before, &action.what)];
    }
    match &action.what {
        What::Save => vec![Event::Saved],
        What::Submit => submit(before, after, at, days),
        What::Accept { comment } => accept(before, after, action, comment.clone()),
        What::AcceptConforming => {
            let mut events = vec![Event::Conforming];
            events.extend(accept(before, after, action, None));
            events
        }
        What::Refuse { .. } | What::AskChanges { .. } | What::Revoke { .. } | What::Archive
            if confirms(before, action) =>
        {
            vec![Event::Confirmed]
        }
        What::Refuse { reason } => refuse(after, action, reason.clone()),
        What::AskChanges { reason } => {
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
        What::Revoke { reason } => {
            after.in_force = None;
            after.state = State::Revoked { at, by, reason: reason.clone() };
            vec![Event::Revoked { reason: reason.clone() }]
        }
        What::RevokeOne { remaining } => {
            if !remaining {
                after.in_force = None;
            }
            vec![if *remaining { Event::PartlyRevoked } else { Event::Revoked { reason: None } }]
        }
        What::Archive => {
            after.state = State::Archived { at, by };
            vec![Event::Archived]
        }
        What::Transfer => {
            let who =
                |h: &Habilitation| format!("{} ({})", h.dossier.demandeur.display_name(), h.dossier.organisation.name);
            let changes = Some(changes(&before.dossier, &after.dossier));
            // DataPass holds for whoever it was handed to: the habilitation in force too.
            if let Some(in_force) = &mut after.in_force {
                in_force.dossier.organisation = after.dossier.organisation.clone();
                in_force.dossier.demandeur = after.dossier.demandeur.clone();
            }
            vec![Event::Transferred { from: who(before), to: who(after), changes }]
        }
        What::DelayService { why, activation } => {
            vec![Event::ServiceDelayed { why: why.clone(), activation: *activation }]
        }
        What::Relaunch => vec![Event::Relaunched],
        What::OpenService => vec![Event::ServiceOpened],
        What::Correct { field, before, after } => {
            vec![Event::Corrected { field: field.clone(), before: before.clone(), after: after.clone() }]
        }
        What::Adjust { changes } => vec![Event::Adjusted { changes: changes.clone() }],
        What::DecideService { decision, resume } => {
            vec![Event::ServiceDecided { decision: decision.clone(), resume: *resume }]
        }
        What::DeclareActivation => vec![Event::ActivationDeclared],
        What::ConfirmAccount => vec![Event::AccountConfirmed],
        What::OpenByHand { reason } => vec![Event::OpenedByHand { reason: reason.clone() }],
        What::OverrideCheck { code, sentence, fingerprint, reason } => {
            let (code, sentence, fingerprint) = (code.clone(), sentence.clone(), fingerprint.clone());
            vec![Event::CheckOverridden { code, sentence, fingerprint, reason: reason.clone() }]
        }
        What::RestoreCheck { code } => vec![Event::CheckRestored { code: code.clone() }],
        What::AskSources => vec![Event::SourcesAsked],
        What::Assign { to } => {
            after.assignee = to.clone();
            let name = |who: &Option<Assignee>| who.as_ref().map(|who| who.name.clone());
            vec![Event::Assigned { from: name(&before.assignee), to: name(to) }]
        }
        What::Upkeep(upkeep) => vec![Event::Upkeep(upkeep.clone())],
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
    // What it changes is known to who keeps the submission before.
    vec![Event::Submitted { again, reopening: after.in_force.is_some(), changes: None }]
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
            // The demandeur is no answer: a transfer since then stands.
            after.dossier = Dossier { demandeur: after.dossier.demandeur.clone(), ..kept.dossier.clone() };
            after.state = State::Accepted { at: kept.since, by: kept.by.clone() };
        }
        None => after.state = State::Accepted { at, by },
    }
}

/// What a decision is called in DataPass.
fn expected(what: &What) -> Option<DatapassState> {
    match what {
        What::Accept { .. } | What::AcceptConforming => Some(DatapassState::Validated),
        What::Refuse { .. } => Some(DatapassState::Refused),
        What::AskChanges { .. } => Some(DatapassState::ChangesRequested),
        What::Revoke { .. } => Some(DatapassState::Revoked),
        What::Archive => Some(DatapassState::Archived),
        _ => None,
    }
}

/// What is left to report to DataPass after `action`: a decision taken here, until DataPass says anything that settles
/// it. A contradiction settles nothing.
fn unreported(before: &Habilitation, after: &Habilitation, action: &Action) -> Option<Unreported> {
    let (at, by) = (action.at, action.by.clone());
    match (&action.by, expected(&action.what)) {
        (Actor::Instructeur { .. }, Some(DatapassState::Revoked)) => {
            let expected = revocation_there(after.datapass.state)?;
            Some(Unreported { expected, at, by, contradicted: None })
        }
        (Actor::Instructeur { .. }, Some(expected)) => Some(Unreported { expected, at, by, contradicted: None }),
        (Actor::DataPass, _) if revoked_here(before) || contradicts(before, action) => {
            let mut known = after.unreported.clone()?;
            if revoked_here(before) {
                known.expected = revocation_there(after.datapass.state)?;
            }
            if contradicts(before, action) {
                known.contradicted = Some(theirs(before, &action.what));
            }
            Some(known)
        }
        (Actor::DataPass, None) if matches!(action.what, What::Save | What::Transfer | What::RevokeOne { .. }) => {
            after.unreported.clone()
        }
        (Actor::DataPass, _) => None,
        _ => after.unreported.clone(),
    }
}

/// What must still be done in DataPass of a request revoked here: it revokes what it validated, refuses what it still
/// reads, and nothing of what never came to be there.
fn revocation_there(state: DatapassState) -> Option<DatapassState> {
    match state {
        DatapassState::Validated | DatapassState::Draft => Some(DatapassState::Revoked),
        DatapassState::Submitted | DatapassState::ChangesRequested => Some(DatapassState::Refused),
        DatapassState::Refused | DatapassState::Revoked | DatapassState::Archived => None,
    }
}

/// Revoked here, and DataPass was not told: nothing it says meanwhile opens the service again.
fn revoked_here(habilitation: &Habilitation) -> bool {
    matches!(habilitation.state, State::Revoked { .. }) && habilitation.unreported.is_some()
}

/// DataPass says what was decided here and not reported yet.
fn confirms(before: &Habilitation, action: &Action) -> bool {
    action.by == Actor::DataPass && before.to_report().is_some() && before.to_report() == expected(&action.what)
}

/// DataPass says no where an instructeur said yes, and DataPass never confirmed that yes; or it goes on with what an
/// instructeur revoked. What was decided here stands until a person settles it: families are concerned.
fn contradicts(before: &Habilitation, action: &Action) -> bool {
    if action.by != Actor::DataPass {
        return false;
    }
    if revoked_here(before) {
        return match action.what {
            // Refusing a reopening leaves there the habilitation that is revoked here.
            What::Refuse { .. } => before.to_report() != Some(DatapassState::Refused),
            What::Submit
            | What::Accept { .. }
            | What::AcceptConforming
            | What::AskChanges { .. }
            | What::Reopen
            | What::CancelReopening => true,
            _ => false,
        };
    }
    let no =
        matches!(action.what, What::Refuse { .. } | What::AskChanges { .. } | What::CancelReopening | What::Archive);
    no && before.to_report() == Some(DatapassState::Validated)
}

fn contradiction(before: &Habilitation, said: &What) -> Event {
    Event::Contradicted { ours: before.state.label().to_lowercase(), theirs: theirs(before, said) }
}

/// What DataPass says, in French.
fn theirs(before: &Habilitation, said: &What) -> String {
    let words = match said {
        What::CancelReopening => "réouverture annulée",
        What::Reopen => "rouverte",
        What::Submit => DatapassState::Submitted.label(),
        // A refused reopening is `validated` in DataPass: its state would say the contrary.
        other => expected(other).unwrap_or(before.datapass.state).label(),
    };
    words.to_owned()
}

#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
