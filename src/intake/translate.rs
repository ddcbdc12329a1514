//! From a DataPass event to our own action and snapshot. The door where DataPass's words stop: whatever is odd in a
//! payload becomes an unknown, an ignored event, or a quarantined one; never an error later on.

pub(super) mod payload;

use chrono::{DateTime, Utc};

use super::envelope::{Read, read};
use crate::domain::datapass::Moment;
use crate::domain::{Action, Actor, DatapassState, Mirror, Snapshot, What};
use payload::{Payload, Request};

/// What a kept delivery leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Translation {
    /// Do this, with what DataPass said.
    Act(Box<Action>, Box<Snapshot>),
    /// Understood; nothing to do. The reason is for the record.
    Ignore(String),
    /// Not understood: a person should look.
    Quarantine(String),
}

/// Requests that lead to the form. The other door, API Particulier with the form as a modality, arrives elsewhere.
pub(super) const OUR_TYPE: &str = "authorization_request/formulaire_qf";

/// Translates a body kept at the door.
pub fn translate(body: &[u8]) -> Translation {
    let envelope = match read(body) {
        Read::Event(envelope) => envelope,
        Read::Ping => return Translation::Ignore("essai de DataPass".into()),
        Read::Unreadable { why, .. } => return Translation::Quarantine(why.into()),
    };
    if envelope.model_type != OUR_TYPE {
        return Translation::Ignore(format!("autre type de demande : {}", envelope.model_type));
    }
    let Some(rank) = rank(&envelope.event) else {
        return Translation::Ignore(format!("événement inconnu : {}", envelope.event));
    };
    let request = match serde_json::from_slice(body) {
        Ok(Payload { data }) => data,
        Err(error) => return Translation::Quarantine(format!("contenu incompris : {error}")),
    };
    let Some(state) = DatapassState::parse(&request.state) else {
        return Translation::Quarantine(format!("état inconnu : {}", request.state));
    };
    let moment = Moment { fired_at: envelope.fired_at, rank };
    let what = gesture(&envelope.event, state, request.has_active_authorization());
    let submitted_at = request.last_submitted_at;
    let at = instant(&what, &request, envelope.fired_at);
    let snapshot = Snapshot {
        datapass_id: envelope.model_id,
        event: envelope.event,
        mirror: Mirror { state, moment, public_id: request.public_id, authorisations: request.authorisation_numbers() },
        dossier: request.dossier(),
        submitted_at,
        authorised: request.authorised(),
    };
    Translation::Act(Box::new(Action { at, by: Actor::DataPass, what }), Box::new(snapshot))
}

/// Usual order of gestures within one second, and the list of the events DataPass can send.
pub(super) fn rank(event: &str) -> Option<i64> {
    const ORDER: [&str; 11] = [
        "create",
        "update",
        "reopen",
        "submit",
        "transfer",
        "request_changes",
        "approve",
        "refuse",
        "cancel_reopening",
        "revoke",
        "archive",
    ];
    ORDER.iter().position(|known| *known == event).and_then(|place| i64::try_from(place).ok())
}

/// Our word for an event. `state` is the request's after it; `active`: a habilitation still is.
pub(super) fn gesture(event: &str, state: DatapassState, active: bool) -> What {
    match event {
        "submit" => What::Submit,
        "approve" => What::Accept { comment: None },
        "refuse" => What::Refuse { reason: None },
        "request_changes" => What::AskChanges { reason: None },
        "reopen" => What::Reopen,
        "cancel_reopening" => What::CancelReopening,
        // Revoking one habilitation also fires `revoke`: only the state tells them apart.
        "revoke" if state == DatapassState::Revoked => What::Revoke { reason: None },
        "revoke" => What::RevokeOne { remaining: active },
        "archive" => What::Archive,
        "transfer" => What::Transfer,
        _ => What::Save,
    }
}

/// When the gesture was made. For a submission, the finer instant DataPass keeps: the deadline is counted from it.
fn instant(what: &What, request: &Request, fired_at: DateTime<Utc>) -> DateTime<Utc> {
    match what {
        What::Submit => request.last_submitted_at.unwrap_or(fired_at),
        _ => fired_at,
    }
}
