//! A register read over HTTP: paced, timed, capped, and each way of not answering told in French. Knows no register in
//! particular: what a status means there is the caller's.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{RequestBuilder, StatusCode, header};
use serde_json::Value;
use url::Url;

use super::answer::Unavailable;
use super::http;
use super::pace::Pace;
use crate::clock::Clock;

/// Largest answer read, in bytes: the longest known is the council of Paris, in hundreds of kilobytes.
const CAP: usize = 2 * 1024 * 1024;

pub(super) struct Register {
    http: reqwest::Client,
    root: Url,
    patience: Duration,
    pace: Pace,
}

/// A status, and the JSON that came with it, if it was.
pub(super) struct Reply {
    pub status: StatusCode,
    json: Option<Value>,
}

impl Reply {
    /// The JSON of a success.
    pub fn success(self) -> Result<Value, Unavailable> {
        if self.status != StatusCode::OK {
            return Err(Unavailable::because(format!("réponse HTTP {}", self.status.as_u16())));
        }
        self.json.ok_or_else(|| Unavailable::because("réponse qui n’est pas du JSON"))
    }
}

impl Register {
    /// # Errors
    /// When the TLS library can't be set up.
    pub fn new(root: &Url, patience: Duration, clock: Clock, per_minute: u32, burst: i32) -> anyhow::Result<Self> {
        let pace = Pace::new(clock, per_minute, burst);
        Ok(Self { http: http::client()?, root: root.clone(), patience, pace })
    }

    /// A demand for a path below the root.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.root.as_str().trim_end_matches('/')))
    }

    /// Sends it. A refusal to answer (429, 5xx) is already told; every other status is the caller's to read.
    pub async fn send(&self, request: RequestBuilder) -> Result<Reply, Unavailable> {
        self.pace.take()?;
        let response = request
            .header(header::ACCEPT, "application/json")
            .timeout(self.patience)
            .send()
            .await
            .map_err(|error| Unavailable::because(http::plain(&error)))?;
        let status = response.status();
        if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
            let wait = response.headers().get(header::RETRY_AFTER).and_then(|value| self.wait(value.to_str().ok()?));
            let busy = status == StatusCode::TOO_MANY_REQUESTS;
            let again = (busy || wait.is_some()).then(|| self.pace.close(wait));
            let why = if busy { "trop d’appels (HTTP 429)" } else { "service indisponible (HTTP 503)" };
            return Err(Unavailable { why: why.into(), again, held: false });
        }
        if status.is_server_error() {
            return Err(Unavailable::because(format!("erreur HTTP {}", status.as_u16())));
        }
        let body = http::body_within(response, CAP).await.map_err(Unavailable::because)?;
        Ok(Reply { status, json: serde_json::from_slice(&body).ok() })
    }

    /// `Retry-After`: seconds, or a date.
    fn wait(&self, text: &str) -> Option<chrono::Duration> {
        if let Ok(seconds) = text.trim().parse() {
            return chrono::Duration::try_seconds(seconds);
        }
        let at = DateTime::parse_from_rfc2822(text.trim()).ok()?;
        Some(self.pace.wait_until(at.with_timezone(&Utc)))
    }
}

/// A text of an object: trimmed, neither blank nor withheld.
pub(super) fn text(object: &Value, name: &str) -> Option<String> {
    let found = object.get(name)?.as_str()?.trim();
    (!found.is_empty() && found != "[ND]").then(|| found.to_owned())
}
