//! The calls. One gate for all: bearer, headers, one replay after an expired token, redacted trace, meaning of failures.

use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use super::{
    Client, Failed, Fault, NewSubscription, Organisation, Outcome, PROCESS, Reply, Subscription, Trace, fault, http,
    redact,
};

/// Subscriptions asked for at once.
const PAGE: usize = 100;
/// Pages read at most for one body: it has at most one subscription per démarche.
const MAX_PAGES: usize = 20;

const EDITOR: &str = "DINUM";
const APPLICATION: &str = "Habilis";
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Rule PF-HDR: HubEE refuses every call whose headers are longer. Seen before anything starts, when this is compiled.
const HEADER_LENGTH: usize = 50;
const _: () = assert!(
    EDITOR.len() <= HEADER_LENGTH && APPLICATION.len() <= HEADER_LENGTH && VERSION.len() <= HEADER_LENGTH,
    "PF-HDR: HubEE refuses headers of more than 50 characters"
);

impl Client {
    /// The organisation of a key, or `None`.
    pub async fn organisation(&self, key: &str) -> Outcome<Option<Organisation>> {
        let reply = self.call(Method::GET, &format!("/organizations/{key}"), &[], None).await;
        match reply {
            Err(Failed { fault: Fault::NotFound, trace }) => Ok(Reply { value: None, trace }),
            Err(failed) => Err(failed),
            Ok(reply) => read(reply, |json| serde_json::from_value(json).ok().map(Some)),
        }
    }

    /// Every organisation of a SIRET, whatever its branch. Not all scopes may ask.
    pub async fn organisations_of(&self, siret: &str) -> Outcome<Vec<Organisation>> {
        let query = [("type", "SI"), ("companyRegister", siret)];
        let reply = self.call(Method::GET, "/organizations", &query, None).await?;
        read(reply, |json| serde_json::from_value(json).ok())
    }

    /// Creates an organisation. An answer without a body counts: a GET will tell.
    pub async fn create_organisation(&self, organisation: &Organisation) -> Outcome<()> {
        let reply = self.call(Method::POST, "/organizations", &[], Some(&body(organisation))).await?;
        Ok(Reply { value: (), trace: reply.trace })
    }

    /// The form's subscriptions of a SIRET, all branches.
    pub async fn subscriptions(&self, siret: &str) -> Outcome<Vec<Subscription>> {
        let mut all = Vec::new();
        let mut last = Trace::default();
        for page in 0..MAX_PAGES {
            let (offset, size) = ((page * PAGE).to_string(), PAGE.to_string());
            let query =
                [("companyRegister", siret), ("processCode", PROCESS), ("offSet", &offset), ("maxResult", &size)];
            let reply = self.call(Method::GET, "/subscriptions", &query, None).await?;
            let Reply { value, trace } = read(reply, many)?;
            let full = value.len() == PAGE;
            all.extend(value);
            last = trace;
            if !full {
                break;
            }
        }
        Ok(Reply { value: all, trace: last })
    }

    /// A part of the form's subscriptions, whoever they are of, ordered by SIRET: those from `rank` on, at most `size`.
    /// The trace says how many there are. Not all scopes may ask.
    pub async fn subscriptions_from(&self, rank: usize, size: usize) -> Outcome<Vec<Subscription>> {
        let (offset, size) = (rank.to_string(), size.to_string());
        let query = [
            ("processCode", PROCESS),
            ("orderBy", "asc(si_company_register)"),
            ("offSet", &offset),
            ("maxResult", &size),
        ];
        let mut reply = self.call(Method::GET, "/subscriptions", &query, None).await?;
        // Kept nowhere: a page of many people's subscriptions is no evidence about one of them.
        reply.trace.body = None;
        read(reply, many)
    }

    /// Creates a subscription. `None`: it was accepted with an empty body, a GET will tell its id.
    pub async fn create_subscription(&self, subscription: &NewSubscription) -> Outcome<Option<Subscription>> {
        let reply = self.call(Method::POST, "/subscriptions", &[], Some(&body(subscription))).await?;
        Ok(Reply { value: reply.value.and_then(Subscription::read), trace: reply.trace })
    }

    /// Whether HubEE takes our credentials again: a new token, then a harmless look at `key`. An error is a refusal of the
    /// credentials, or an answer that says nothing about them.
    pub async fn prove(&self, key: &str) -> Result<(), Failed> {
        if let Ok(bearer) = self.bearer().await {
            self.forget(&bearer).await;
        }
        match self.organisation(key).await {
            Err(failed) if matches!(failed.fault, Fault::Credentials(_) | Fault::Unknown(_)) => Err(failed),
            _ => Ok(()),
        }
    }

    /// The subscription of an id.
    pub async fn subscription(&self, id: &str) -> Outcome<Subscription> {
        let reply = self.call(Method::GET, &format!("/subscriptions/{id}"), &[], None).await?;
        read(reply, Subscription::read)
    }

    /// Replaces a subscription.
    pub async fn replace_subscription(&self, id: &str, new: &Value) -> Outcome<()> {
        let reply = self.call(Method::PUT, &format!("/subscriptions/{id}"), &[], Some(new)).await?;
        Ok(Reply { value: (), trace: reply.trace })
    }

    /// One call, replayed once when the token is no longer known.
    async fn call(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Outcome<Option<Value>> {
        let bearer = self.bearer().await?;
        match self.send(&bearer, method.clone(), path, query, body).await {
            Err(Failed { fault: Fault::Credentials(_), .. }) => {
                self.forget(&bearer).await;
                let fresh = self.bearer().await?;
                self.send(&fresh, method, path, query, body).await
            }
            outcome => outcome,
        }
    }

    async fn send(
        &self,
        bearer: &str,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Outcome<Option<Value>> {
        let root = self.config.api_url.as_str().trim_end_matches('/');
        let mut request = self
            .http
            .request(method, format!("{root}/referential/v1{path}"))
            .bearer_auth(bearer)
            .header("editorName", EDITOR)
            .header("applicationName", APPLICATION)
            .header("softwareVersion", VERSION);
        if !query.is_empty() {
            request = request.query(query);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let lost = |why: String, trace: Trace| Failed { fault: Fault::Unknown(why), trace };
        let response = request.send().await.map_err(|e| lost(http::plain(&e), Trace::default()))?;
        let status = response.status().as_u16();
        let request_id = response.headers().get("x-request-id").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let range = response.headers().get("content-range").and_then(|v| v.to_str().ok());
        let retry_after = patience(response.headers());
        let kind = media_type(response.headers());
        let mut trace =
            Trace { status: Some(status), request_id, body: None, retry_after, total: range.and_then(total) };
        let bytes = http::body(response).await.map_err(|why| lost(why, trace.clone()))?;
        let json: Option<Value> = serde_json::from_slice(&bytes).ok();
        trace.body = json.as_ref().map(redact).or_else(|| unread(&kind, bytes.len()));
        if !(200..300).contains(&status) {
            return Err(Failed { fault: fault::of_answer(status, &bytes), trace });
        }
        if json.is_none() && !bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(lost(format!("HTTP {status}, réponse illisible"), trace));
        }
        Ok(Reply { value: json, trace })
    }
}

/// What is kept of a body that is no JSON: what it said to be and how long it was, never its text.
fn unread(kind: &str, length: usize) -> Option<Value> {
    (length > 0).then(|| serde_json::json!({ "réponse non lue": format!("{kind}, {length} octets") }))
}

/// `text/html`, without its parameters; said to be unknown when it is absent or is no name of a type.
fn media_type(headers: &reqwest::header::HeaderMap) -> String {
    let said = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = said.split(';').next().unwrap_or_default().trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/+-.".contains(&byte);
    if (1..=50).contains(&name.len()) && name.bytes().all(plain) { name.to_owned() } else { "type inconnu".into() }
}

/// The longest wait that is believed, in seconds.
const LONGEST_WAIT: u32 = 3600;

/// `Retry-After`, in seconds; its other shape, a date, is left to our own pace.
pub(super) fn patience(headers: &reqwest::header::HeaderMap) -> Option<u32> {
    let seconds: u32 = headers.get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    Some(seconds.min(LONGEST_WAIT))
}

/// The total of `subcriptions 0-24/310`: its first word is misspelt, and may be mended one day.
fn total(range: &str) -> Option<usize> {
    range.rsplit_once('/')?.1.trim().parse().ok()
}

fn body(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn many(json: Value) -> Option<Vec<Subscription>> {
    match json {
        Value::Array(items) => items.into_iter().map(Subscription::read).collect(),
        _ => None,
    }
}

/// Reads a 2xx body, which must be there and of the expected shape.
fn read<T>(reply: Reply<Option<Value>>, shape: impl FnOnce(Value) -> Option<T>) -> Outcome<T> {
    let Reply { value, trace } = reply;
    match value.and_then(shape) {
        Some(value) => Ok(Reply { value, trace }),
        None => Err(Failed { fault: Fault::Unknown("réponse d’une autre forme que prévu".into()), trace }),
    }
}
