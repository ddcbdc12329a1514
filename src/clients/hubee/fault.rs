//! What a failed call means, after HubEE's error envelope `{"errors":[{"code","message"}]}` and the habits of its gateway.
//! A write whose outcome is unknown must be looked for before it is tried again.

use serde_json::Value;

use super::Trace;
use super::trace::without_values;

/// The meaning of a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No answer, an unreadable one, or a 5xx: a write may have been committed. Look before trying again.
    Unknown(String),
    /// 429: nothing was done, come back later.
    Busy,
    /// The credentials are refused: nothing will pass until an operator mends them.
    Credentials(String),
    /// 403: this scope may not.
    Forbidden,
    NotFound,
    /// The organisation or the subscription is already there.
    AlreadyExists,
    /// 400, or another of its family: what we sent will never be accepted as it is. HubEE's own words, else its status.
    Invalid(String),
}

impl Fault {
    /// What we sent and HubEE refuses, in the words of our pages; empty when it does not say.
    pub fn refused_fields(&self) -> Vec<&'static str> {
        match self {
            Self::Invalid(message) => super::fields::refused(message),
            _ => Vec::new(),
        }
    }
}

/// A failure and what to keep of the exchange.
#[derive(Debug)]
pub struct Failed {
    pub fault: Fault,
    pub trace: Trace,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(why) => write!(f, "HubEE ne répond pas comme attendu ({why})"),
            Self::Busy => f.write_str("HubEE demande d’attendre (429)"),
            Self::Credentials(why) => write!(f, "HubEE refuse nos identifiants ({why})"),
            Self::Forbidden => f.write_str("HubEE ne permet pas ce geste à nos identifiants (403)"),
            Self::NotFound => f.write_str("HubEE ne trouve pas cet objet (404)"),
            Self::AlreadyExists => f.write_str("HubEE le connaît déjà"),
            Self::Invalid(message) => write!(f, "HubEE refuse les données envoyées : {message}"),
        }
    }
}

/// Reads the meaning of a non-2xx answer.
pub fn of_answer(status: u16, body: &[u8]) -> Fault {
    let message = message(body);
    match status {
        400 if message.contains("already exists") => Fault::AlreadyExists,
        401 => Fault::Credentials(message),
        403 => Fault::Forbidden,
        404 => Fault::NotFound,
        429 => Fault::Busy,
        // Asked too late or too early: the same, later, may pass.
        408 | 425 => Fault::Unknown(format!("HTTP {status}")),
        400..=499 if message.is_empty() => Fault::Invalid(format!("HTTP {status}")),
        400..=499 => Fault::Invalid(message),
        _ => Fault::Unknown(format!("HTTP {status}")),
    }
}

/// The envelope's messages, joined and shortened; empty when there is no envelope.
fn message(body: &[u8]) -> String {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let errors = json.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text: Vec<&str> = errors.iter().filter_map(|e| e.get("message")?.as_str()).collect();
    let text = text.join(" ; ").split_whitespace().collect::<Vec<_>>().join(" ");
    without_values(&text).chars().take(600).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(code: i64, message: &str) -> Vec<u8> {
        serde_json::json!({"errors": [{"code": code, "message": message}]}).to_string().into_bytes()
    }

    #[test]
    fn each_signature_has_its_meaning() {
        let exists = "Organization SI-21730132400018-73132 already exists";
        assert_eq!(of_answer(400, &envelope(400, exists)), Fault::AlreadyExists);
        let refused = "Bad Request : Validation failed.\n\t[ERROR][REQUEST][POST /subscriptions @body] x";
        assert!(matches!(of_answer(400, &envelope(400, refused)), Fault::Invalid(m) if m.contains("[ERROR][REQUEST]")));
        let quoting = r#"[Path '/localAdministrator/email'] ECMA 262 regex "^a$" does not match input string "c@d.fr""#;
        let kept = r#"[Path '/localAdministrator/email'] ECMA 262 regex "^a$" does not match input string "•••""#;
        assert_eq!(of_answer(400, &envelope(400, quoting)), Fault::Invalid(kept.into()));
        assert!(matches!(of_answer(401, &envelope(900_901, "Invalid Credentials")), Fault::Credentials(_)));
        assert_eq!(of_answer(403, &envelope(403, "Unauthorized user")), Fault::Forbidden);
        assert_eq!(of_answer(404, b""), Fault::NotFound);
        assert_eq!(of_answer(406, b"<html>"), Fault::Invalid("HTTP 406".into()));
        assert!(matches!(of_answer(408, b""), Fault::Unknown(_)));
        assert_eq!(of_answer(429, b""), Fault::Busy);
        assert!(matches!(of_answer(500, &envelope(500, "Bad Response : Validation failed")), Fault::Unknown(_)));
        assert!(matches!(of_answer(502, b"<html>"), Fault::Unknown(_)));
    }
}
