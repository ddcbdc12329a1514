//! DataPass's JSON: what a webhook says of a request, what the REST API says of it, and the bytes Rails makes of a
//! payload kept in PostgreSQL. Knows no state beyond the request it is given.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::{
    filing::{Answers, LEGAL_BASIS, RECIPIENTS, RETENTION, URL},
    request::{Authorization, Event, Request},
};
use crate::domain::paris::paris;

pub(super) const DEFINITION: &str = "formulaire_qf";
const CLASS: &str = "AuthorizationRequest::FormulaireQF";
const FORM: &str = "formulaire-qf";

/// The webhook's envelope for `event`, fired at `at`.
pub(super) fn webhook(event: &str, request: &Request, at: DateTime<Utc>) -> Value {
    let answers = match event {
        "create" => first_step(&request.answers),
        _ => request.answers.clone(),
    };
    json!({
        "event": event,
        "fired_at": at.timestamp(),
        "model_type": format!("authorization_request/{DEFINITION}"),
        "model_id": request.id,
        "data": {
            "id": request.id,
            "public_id": request.public_id,
            "type": CLASS,
            "state": request.state.name(),
            "form_uid": FORM,
            "data": shown_answers(&answers),
            "created_at": instant(request.created_at),
            "last_submitted_at": request.last_submitted_at.map(instant),
            "last_validated_at": request.last_validated_at.map(instant),
            "organization": {
                "id": request.organisation.id,
                "name": request.organisation.name,
                "siret": request.organisation.siret,
                "insee_payload": request.organisation.insee_payload,
            },
            "applicant": {
                "id": request.applicant.id,
                "uid": request.applicant.uid,
                "email": request.applicant.email,
                "given_name": request.applicant.given_name,
                "family_name": request.applicant.family_name,
                "phone_number": request.applicant.phone_number,
                "job_title": request.applicant.job_title,
            },
            "service_provider": request.service_provider,
            "authorizations": request.authorizations.iter().map(authorization).collect::<Vec<_>>(),
        },
    })
}

/// The body of a test ping.
pub(super) fn ping(at: DateTime<Utc>) -> Value {
    json!({ "test": true, "timestamp": paris(at).to_rfc3339_opts(SecondsFormat::Secs, false) })
}

/// A request as the REST API shows it: French keys, raw answers, fewer facts on people.
pub(super) fn demande(request: &Request) -> Value {
    json!({
        "id": request.id,
        "public_id": request.public_id,
        "definition_id": DEFINITION,
        "type": CLASS,
        "state": request.state.name(),
        "form_uid": FORM,
        "data": request.answers,
        "created_at": instant(request.created_at),
        "last_submitted_at": request.last_submitted_at.map(instant),
        "last_validated_at": request.last_validated_at.map(instant),
        "reopening": request.reopening,
        "reopened_at": request.reopened_at.map(instant),
        "habilitations": request.authorizations.iter().map(authorization).collect::<Vec<_>>(),
        "organisation": {
            "id": request.organisation.id,
            "siret": request.organisation.siret,
            "insee_payload": request.organisation.insee_payload,
        },
        "applicant": {
            "id": request.applicant.id,
            "email": request.applicant.email,
            "given_name": request.applicant.given_name,
            "family_name": request.applicant.family_name,
            "phone_number": request.applicant.phone_number,
        },
        "events": events(&request.events),
    })
}

/// The history, newest first, a run of updates counting for one.
pub(super) fn events(events: &[Event]) -> Vec<Value> {
    let mut newest_first: Vec<&Event> = events.iter().collect();
    newest_first.sort_by_key(|event| std::cmp::Reverse((event.at, event.id)));
    newest_first.dedup_by(|next, kept| next.name == "update" && kept.name == "update");
    let one = |event: &Event| json!({ "id": event.id, "name": event.name, "created_at": instant(event.at) });
    newest_first.into_iter().map(one).collect()
}

fn authorization(of: &Authorization) -> Value {
    json!({
        "id": of.id,
        "slug": null,
        // No longer written by DataPass: stays false after a revocation, `state` tells.
        "revoked": false,
        "state": of.state.name(),
        "created_at": instant(of.created_at),
        "data": of.answers,
        "authorization_request_class": CLASS,
        "definition_id": DEFINITION,
    })
}

/// The wizard's first step, with the form's own default for the recipients.
fn first_step(answers: &Answers) -> Answers {
    let first = [LEGAL_BASIS, URL, RECIPIENTS];
    answers.iter().filter(|(key, _)| first.contains(&key.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect()
}

/// Webhooks leave blank answers out and show the retention as an integer.
fn shown_answers(answers: &Answers) -> Map<String, Value> {
    let shown = |(key, value): (&String, &Option<String>)| {
        let text = value.as_ref()?;
        let number = (key == RETENTION).then(|| text.parse::<i64>().ok()).flatten();
        Some((key.clone(), number.map_or_else(|| json!(text), |number| json!(number))))
    };
    answers.iter().filter_map(shown).collect()
}

/// Milliseconds and Paris's offset, as Rails writes it.
fn instant(at: DateTime<Utc>) -> String {
    paris(at).to_rfc3339_opts(SecondsFormat::Millis, false)
}

/// The order of the keys in an encoded payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// PostgreSQL's `jsonb`: shortest key first, then by bytes.
    Stored,
    /// The other way round: same value, other bytes.
    Reversed,
}

/// The bytes Rails sends: compact, with `<`, `>`, `&`, U+2028 and U+2029 escaped.
pub(super) fn encode(value: &Value, order: Order) -> String {
    let mut text = String::new();
    write(value, order, &mut text);
    text
}

fn write(value: &Value, order: Order, into: &mut String) {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<(&String, &Value)> = object.iter().collect();
            entries.sort_by_key(|(key, _)| (key.len(), key.as_str()));
            if order == Order::Reversed {
                entries.reverse();
            }
            into.push('{');
            for (rank, (key, value)) in entries.into_iter().enumerate() {
                separate(rank, into);
                write_text(key, into);
                into.push(':');
                write(value, order, into);
            }
            into.push('}');
        }
        Value::Array(items) => {
            into.push('[');
            for (rank, item) in items.iter().enumerate() {
                separate(rank, into);
                write(item, order, into);
            }
            into.push(']');
        }
        Value::String(text) => write_text(text, into),
        Value::Null | Value::Bool(_) | Value::Number(_) => into.push_str(&value.to_string()),
    }
}

fn separate(rank: usize, into: &mut String) {
    if rank > 0 {
        into.push(',');
    }
}

fn write_text(text: &str, into: &mut String) {
    for c in Value::from(text).to_string().chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => into.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_escaped_as_rails_does_and_ordered_as_jsonb() {
        let value = json!({ "bb": "<a> & é\u{2028}\n", "a": [1, null], "cc": true });
        let stored = encode(&value, Order::Stored);
        assert_eq!(stored, r#"{"a":[1,null],"bb":"\u003ca\u003e \u0026 é\u2028\n","cc":true}"#);
        let reversed = encode(&value, Order::Reversed);
        assert_ne!(stored, reversed);
        assert_eq!(serde_json::from_str::<Value>(&reversed).unwrap(), value);
    }
}
