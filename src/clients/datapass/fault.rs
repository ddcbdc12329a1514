//! What a failed call means. Nothing is changed by reading: all but a refusal of our rights is worth another try.

use serde_json::Value;

/// The meaning of a failure. Texts hold nothing personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No answer, a 5xx, a 429, or a token refused twice.
    Unavailable(String),
    /// An answer, but not what the contract says: HTML, another shape, too large.
    Unreadable(String),
    /// The token server does not know our application.
    Credentials(String),
    /// The application may not read requests: 403, or 422 for a token that lacks the scope.
    Forbidden(String),
}

impl Fault {
    /// Whether it may pass by itself; otherwise a person must mend something.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Unreadable(_))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unavailable(why) => write!(f, "l’API de DataPass ne répond pas comme attendu ({why})"),
            Self::Unreadable(why) => write!(f, "la réponse de l’API de DataPass est illisible ({why})"),
            Self::Credentials(why) => write!(
                f,
                "DataPass ne reconnaît pas l’application ({why}) : vérifiez DATAPASS_CLIENT_ID et \
                 DATAPASS_CLIENT_SECRET"
            ),
            Self::Forbidden(why) => write!(
                f,
                "DataPass ne laisse pas l’application lire les demandes ({why}) : il lui faut la portée \
                 read_authorizations, et à son propriétaire le rôle développeur sur le formulaire"
            ),
        }
    }
}

/// Reads the meaning of an answer other than 200 to a call of the API.
pub fn of_answer(status: u16, body: &[u8]) -> Fault {
    match status {
        403 | 422 => Fault::Forbidden(with_detail(status, body)),
        401 => Fault::Unavailable("jeton refusé deux fois".into()),
        _ => Fault::Unavailable(format!("HTTP {status}")),
    }
}

/// Reads the meaning of an answer other than 200 of the token server.
pub fn of_token(status: u16) -> Fault {
    match status {
        400 | 401 | 403 | 422 => Fault::Credentials(format!("HTTP {status}")),
        _ => Fault::Unavailable(format!("jeton : HTTP {status}")),
    }
}

/// The status, and the API's own words when it has some: `{"errors":[{"title","detail"}]}`.
fn with_detail(status: u16, body: &[u8]) -> String {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = json.pointer("/errors/0").cloned().unwrap_or_default();
    let detail = error.get("detail").or_else(|| error.get("title")).and_then(Value::as_str).unwrap_or_default();
    let detail: String = detail.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect();
    if detail.is_empty() { format!("HTTP {status}") } else { format!("HTTP {status}, « {detail} »") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_its_meaning() {
        let lacking = r#"{"errors":[{"status":"422","title":"x","detail":"Portée  insuffisante"}]}"#;
        let forbidden = of_answer(422, lacking.as_bytes());
        assert_eq!(forbidden, Fault::Forbidden("HTTP 422, « Portée insuffisante »".into()));
        assert!(!forbidden.is_passing() && forbidden.to_string().contains("read_authorizations"));
        assert_eq!(of_answer(403, b"<html>"), Fault::Forbidden("HTTP 403".into()));
        for status in [401, 404, 429, 500, 502, 503] {
            assert!(of_answer(status, b"<html>").is_passing(), "{status}");
        }
        assert!(!of_token(401).is_passing() && of_token(503).is_passing());
    }
}
