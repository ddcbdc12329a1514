//! What is kept of an exchange: enough to explain it to HubEE's support, nothing that names a person.

use serde_json::Value;

/// Keys whose values name or reach a person.
const PERSONAL: [&str; 7] = ["email", "firstName", "lastName", "function", "phoneNumber", "mobileNumber", "name"];

/// One exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// `None` when no answer came.
    pub status: Option<u16>,
    /// HubEE's `X-Request-Id`.
    pub request_id: Option<String>,
    /// Redacted body when it was JSON; of another, its type and length alone.
    pub body: Option<Value>,
    /// Seconds that HubEE asks to wait for, when it is busy: an hour at most.
    pub retry_after: Option<u32>,
    /// Lines of the whole list, when the answer is a part of one and says so.
    pub total: Option<usize>,
}

/// The same JSON with every personal value replaced by a mark.
pub fn redact(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(key, inner)| (key.clone(), redact_field(key, inner))).collect(),
        Value::Array(items) => items.iter().map(redact).collect(),
        other => other.clone(),
    }
}

fn redact_field(key: &str, value: &Value) -> Value {
    match value {
        Value::String(_) if PERSONAL.contains(&key) => Value::String("•••".into()),
        Value::String(text) if key == "message" => Value::String(without_values(text)),
        other => redact(other),
    }
}

/// HubEE's words without the values it quotes: « String "…" is too long », « does not match input string "…" ».
pub(super) fn without_values(message: &str) -> String {
    let mut parts = message.split("tring \"");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str("tring \"•••\"");
        kept.push_str(part.split_once('"').map_or("", |(_, rest)| rest));
    }
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_are_hidden_at_any_depth() {
        let sent =
            json!({"datapassId": 1, "email": "a@b.fr", "localAdministrator": {"email": "c@d.fr", "firstName": "Ada"}});
        let kept = json!({"datapassId": 1, "email": "•••", "localAdministrator": {"email": "•••", "firstName": "•••"}});
        assert_eq!(redact(&sent), kept);
        let refused = json!({"errors": [{"code": 400, "message": "String \"Ada\" is too long"}]});
        assert_eq!(redact(&refused)["errors"][0]["message"], "String \"•••\" is too long");
        assert_eq!(redact(&json!([{"lastName": "X"}, null])), json!([{"lastName": "•••"}, null]));
    }
}
