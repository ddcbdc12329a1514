//! Requests as they were seen, and the log of them that tests and the console read. Holds no token nor secret.

use std::collections::{BTreeMap, VecDeque};

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use url::form_urlencoded;
use uuid::Uuid;

use super::faults::FaultKind;
use super::processes;
use super::routes::{Endpoint, Route, Unrouted};

/// Calls kept; older ones are forgotten.
const KEPT: usize = 20_000;
/// Largest body read, in bytes.
const LARGEST: usize = 1024 * 1024;
/// Header by which a POST says that it is a PATCH.
const OVERRIDE: &str = "x-http-method-override";
/// Headers by which a client says what it is.
pub(super) const CLIENT_HEADERS: [&str; 3] = ["editorName", "applicationName", "softwareVersion"];

/// A request the simulator saw.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Rank since the simulator started, from 1.
    pub number: u64,
    pub at: DateTime<Utc>,
    pub method: String,
    /// Path with its query.
    pub path: String,
    /// None for a path or method the API does not have.
    pub route: Option<Route>,
    /// Those of `editorName`, `applicationName` and `softwareVersion` that were sent.
    pub headers: BTreeMap<String, String>,
    /// The JSON body; a form's fields as an object; tokens and secrets replaced by `***`. None when there was no body
    /// or it could not be read.
    pub body: Option<Value>,
    /// Status answered; none when the answer was lost, or is not known yet.
    pub status: Option<u16>,
    /// The scripted fault that happened to this call.
    pub fault: Option<FaultKind>,
    /// The `X-Request-Id` of the answer.
    pub request_id: String,
}

/// A request read whole.
pub(super) struct Seen {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) endpoint: Result<Endpoint, Unrouted>,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Seen {
    /// None when the body cannot be read, or is too large.
    pub(super) async fn read(request: Request) -> Option<Self> {
        let (parts, body) = request.into_parts();
        let endpoint = match parts.headers.get(OVERRIDE).map(HeaderValue::as_bytes) {
            None => Endpoint::of(parts.method.as_str(), parts.uri.path()),
            Some(b"PATCH") if parts.method == Method::POST => Endpoint::of("PATCH", parts.uri.path()),
            Some(_) => Err(Unrouted::WrongMethod),
        };
        let is_upload = endpoint.as_ref().is_ok_and(|endpoint| endpoint.route.is_upload());
        let body =
            axum::body::to_bytes(body, if is_upload { processes::LARGEST } else { LARGEST }).await.ok()?.to_vec();
        Some(Self {
            endpoint,
            method: parts.method.to_string(),
            path: parts.uri.path_and_query().map_or_else(|| parts.uri.path().to_owned(), ToString::to_string),
            query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            headers: parts.headers,
            body,
        })
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(super) fn route(&self) -> Option<Route> {
        self.endpoint.as_ref().ok().map(|endpoint| endpoint.route)
    }

    /// The identifiers in the path.
    pub(super) fn ids(&self) -> &[String] {
        self.endpoint.as_ref().map_or(&[], |endpoint| &endpoint.ids)
    }

    /// The first identifier in the path, empty when there is none.
    pub(super) fn id(&self) -> &str {
        self.ids().first().map_or("", String::as_str)
    }

    /// An identifier in the path, by its rank, when it is a uuid.
    pub(super) fn uuid(&self, rank: usize) -> Option<Uuid> {
        self.ids().get(rank).and_then(|id| Uuid::parse_str(id).ok())
    }

    /// The last value given to a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn parameters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The fields of a form body; none if the body is announced as anything else.
    pub(super) fn form(&self) -> Option<Vec<(String, String)>> {
        self.has_type("application/x-www-form-urlencoded").then(|| pairs(&self.body))
    }

    pub(super) fn has_type(&self, expected: &str) -> bool {
        let content_type = self.header(header::CONTENT_TYPE.as_str()).and_then(|value| value.split(';').next());
        content_type.is_some_and(|value| value.trim().eq_ignore_ascii_case(expected))
    }

    /// The body as JSON, `null` if it is not: only to be used after the body was validated, or for the log.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// What the client says that it is, as télédossiers keep it.
    pub(super) fn partner(&self) -> Value {
        let sent = CLIENT_HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), self.header(name)?.into())));
        Value::Object(sent.collect())
    }

    pub(super) fn accepts_gzip(&self) -> bool {
        let accepted = self.header(header::ACCEPT_ENCODING.as_str()).unwrap_or_default();
        accepted.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip")) && !parts.any(|weight| weight == "q=0")
        })
    }

    pub(super) fn call(&self, at: DateTime<Utc>, fault: Option<FaultKind>) -> Call {
        let sent = CLIENT_HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), self.header(name)?.to_owned())));
        Call {
            number: 0,
            at,
            method: self.method.clone(),
            path: self.path.clone(),
            route: self.route(),
            headers: sent.collect(),
            body: self.logged_body(),
            status: None,
            fault,
            request_id: Uuid::new_v4().to_string(),
        }
    }

    fn logged_body(&self) -> Option<Value> {
        let body = match self.form() {
            // Families' files are nobody's business, and would fill the log.
            _ if self.route().is_some_and(Route::is_upload) => Value::Null,
            Some(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name, value.into())).collect()),
            None => self.json(),
        };
        (!body.is_null()).then(|| redacted(body))
    }
}

fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}

fn redacted(body: Value) -> Value {
    let Value::Object(fields) = body else { return body };
    let secret = |name: &str| ["token", "secret", "password", "assertion"].iter().any(|word| name.contains(word));
    let hide = |(name, value): (String, Value)| if secret(&name) { (name, "***".into()) } else { (name, value) };
    Value::Object(fields.into_iter().map(hide).collect::<Map<_, _>>())
}

/// How many calls came since the start, and how many met each kind of fault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    pub calls: u64,
    pub faults: BTreeMap<&'static str, u64>,
}

/// The last calls, in order of arrival.
#[derive(Default)]
pub(super) struct CallLog {
    calls: VecDeque<Call>,
    count: u64,
    faults: BTreeMap<&'static str, u64>,
}

impl CallLog {
    /// Logs a call and returns its number.
    pub(super) fn push(&mut self, call: Call) -> u64 {
        self.count += 1;
        if let Some(kind) = call.fault {
            *self.faults.entry(kind.name()).or_default() += 1;
        }
        self.calls.push_back(Call { number: self.count, ..call });
        if self.calls.len() > KEPT {
            self.calls.pop_front();
        }
        self.count
    }

    pub(super) fn answered(&mut self, number: u64, status: u16) {
        // Numbers are consecutive: a call's place is its distance from the oldest one kept.
        let oldest = self.calls.front().map_or(0, |call| call.number);
        let place = number.checked_sub(oldest).and_then(|place| usize::try_from(place).ok());
        if let Some(call) = place.and_then(|place| self.calls.get_mut(place)) {
            call.status = Some(status);
        }
    }

    pub(super) fn traffic(&self) -> Traffic {
        Traffic { calls: self.count, faults: self.faults.clone() }
    }

    pub(super) fn to_vec(&self) -> Vec<Call> {
        self.calls.iter().cloned().collect()
    }

    pub(super) fn last(&self, count: usize) -> Vec<Call> {
        self.calls.iter().skip(self.calls.len().saturating_sub(count)).cloned().collect()
    }

    pub(super) fn clear(&mut self) {
        self.calls.clear();
    }
}
