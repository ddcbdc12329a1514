//! From a DataPass event to our own action and snapshot. The door where DataPass's words stop: whatever is odd in a
//! payload becomes an unknown, an ignored event, or a quarantined one; never an error later on.

mod payload;

use chrono::{DateTime, Utc};

use super::envelope::{Read, read};
use crate::domain::datapass::Moment;
use crate::domain::{Action, Actor, DatapassState, Mirror, Snapshot, What};
use payload::Payload;

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
const OUR_TYPE: &str = "authorization_request/formulaire_qf";

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
    let payload: Payload = match serde_json::from_slice(body) {
        Ok(payload) => payload,
        Err(error) => return Translation::Quarantine(format!("contenu incompris : {error}")),
    };
    let Some(state) = DatapassState::parse(&payload.data.state) else {
        return Translation::Quarantine(format!("état inconnu : {}", payload.data.state));
    };
    let moment = Moment { fired_at: envelope.fired_at, rank };
    let what = gesture(&envelope.event, &payload, state);
    let submitted_at = payload.data.last_submitted_at;
    let at = instant(&what, &payload, envelope.fired_at);
    let snapshot = Snapshot {
        datapass_id: envelope.model_id,
        event: envelope.event,
        mirror: Mirror {
            state,
            moment,
            public_id: payload.data.public_id,
            authorisations: payload.authorisation_numbers(),
        },
        dossier: payload.dossier(),
        submitted_at,
        authorised: payload.authorised(),
    };
    Translation::Act(Box::new(Action { at, by: Actor::DataPass, what }), Box::new(snapshot))
}

/// Usual order of gestures within one second, and the list of the events DataPass can send.
fn rank(event: &str) -> Option<i64> {
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

fn gesture(event: &str, payload: &Payload, state: DatapassState) -> What {
    match event {
        "submit" => What::Submit,
        "approve" => What::Accept { comment: None },
        "refuse" => What::Refuse { reason: None },
        "request_changes" => What::AskChanges { reason: None },
        "reopen" => What::Reopen,
        "cancel_reopening" => What::CancelReopening,
        // Revoking one habilitation also fires `revoke`: only the state tells them apart.
        "revoke" if state == DatapassState::Revoked => What::Revoke { reason: None },
        "revoke" => What::RevokeOne { remaining: payload.has_active_authorization() },
        "archive" => What::Archive,
        "transfer" => What::Transfer,
        _ => What::Save,
    }
}

/// When the gesture was made. For a submission, the finer instant DataPass keeps: the deadline is counted from it.
fn instant(what: &What, payload: &Payload, fired_at: DateTime<Utc>) -> DateTime<Utc> {
    match what {
        What::Submit => payload.data.last_submitted_at.unwrap_or(fired_at),
        _ => fired_at,
    }
}
