//! What a body is, before anything is made of it: a test ping, an event, or something we can't read. Says when two
//! deliveries are one: same event, same request, same instant, same content whatever the order of its keys (a manual
//! replay goes through a column that reorders them; two saves may share one second).

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The fields every event carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub event: String,
    pub fired_at: DateTime<Utc>,
    pub model_type: String,
    pub model_id: i64,
    /// The same for a delivery and all its repeats.
    pub dedup_key: String,
}

/// What a body turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// `{"test": true, "timestamp": …}` and nothing else.
    Ping,
    Event(Envelope),
    /// Why it can't be read, and what tells it from another such body.
    Unreadable {
        why: &'static str,
        dedup_key: String,
    },
}

#[derive(Deserialize)]
struct Wire {
    event: String,
    fired_at: i64,
    model_type: String,
    model_id: Option<i64>,
    data: Value,
}

/// A zero inside a JSON text: allowed there, kept by no database, and never typed by anybody.
const ZERO: &[u8] = br"\u0000";
/// The end of the year 9999: a later instant is a mistake that dates can't be made of.
const LAST_SECOND: i64 = 253_402_300_799;

/// Reads a body.
pub fn read(body: &[u8]) -> Read {
    if body.windows(ZERO.len()).any(|window| window == ZERO) {
        return unreadable("un texte contient un caractère nul", body);
    }
    let Ok(json) = serde_json::from_slice::<Value>(body) else {
        return unreadable("ce n’est pas du JSON", body);
    };
    if is_ping(&json) {
        return Read::Ping;
    }
    // Keys of `Value` are sorted, so this text is the same for two orders of one content.
    let content = fingerprint(json.to_string().as_bytes());
    let Ok(wire) = serde_json::from_value::<Wire>(json) else {
        return unreadable("il manque un champ de l’enveloppe (event, fired_at, model_type, data)", body);
    };
    let model_id = wire.model_id.or_else(|| wire.data.get("id")?.as_i64());
    let fired_at = Some(wire.fired_at).filter(|seconds| (0..=LAST_SECOND).contains(seconds));
    let (Some(model_id), Some(fired_at)) = (model_id, fired_at.and_then(|s| DateTime::from_timestamp(s, 0))) else {
        return unreadable("le numéro de demande ou l’instant est incompris", body);
    };
    let dedup_key = format!("{}|{}|{model_id}|{}|{content}", wire.event, wire.model_type, wire.fired_at);
    Read::Event(Envelope { event: wire.event, fired_at, model_type: wire.model_type, model_id, dedup_key })
}

fn is_ping(json: &Value) -> bool {
    json.as_object().is_some_and(|map| {
        map.len() == 2
            && map.get("test") == Some(&Value::Bool(true))
            && map.get("timestamp").is_some_and(Value::is_string)
    })
}

fn unreadable(why: &'static str, body: &[u8]) -> Read {
    Read::Unreadable { why, dedup_key: format!("unreadable|{}", fingerprint(body)) }
}

fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(body: &str) -> String {
        match read(body.as_bytes()) {
            Read::Event(envelope) => envelope.dedup_key,
            other => panic!("not an event: {other:?}"),
        }
    }

    #[test]
    fn order_of_keys_does_not_matter_content_does() {
        let one = r#"{"event":"submit","fired_at":1788768723,"model_type":"t","model_id":1,"data":{"id":1,"b":[{"x":1,"y":2}]}}"#;
        let same = r#"{"data":{"b":[{"y":2,"x":1}],"id":1},"model_id":1,"model_type":"t","fired_at":1788768723,"event":"submit"}"#;
        let other = one.replace(r#""x":1"#, r#""x":3"#);
        assert_eq!(key(one), key(same));
        assert_ne!(key(one), key(&other));
    }

    #[test]
    fn pings_and_unreadable_bodies() {
        assert_eq!(read(br#"{"test":true,"timestamp":"2026-09-07T09:30:00+02:00"}"#), Read::Ping);
        for body in ["", "{", "[]", "{}", r#"{"test":true}"#, r#"{"event":"submit","fired_at":"x"}"#] {
            assert!(matches!(read(body.as_bytes()), Read::Unreadable { .. }), "{body}");
        }
        for far in ["99999999999999999", "253402300800", "-1"] {
            let far = format!(r#"{{"event":"submit","fired_at":{far},"model_type":"t","model_id":1,"data":{{}}}}"#);
            assert!(matches!(read(far.as_bytes()), Read::Unreadable { .. }), "{far}");
        }
    }

    #[test]
    fn the_request_number_may_be_only_inside_the_data() {
        let body = r#"{"event":"submit","fired_at":1788768723,"model_type":"t","data":{"id":61234}}"#;
        assert!(matches!(read(body.as_bytes()), Read::Event(e) if e.model_id == 61234));
    }
}
