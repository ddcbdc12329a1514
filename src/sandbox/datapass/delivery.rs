//! One webhook to deliver: its frozen bytes, its signature, what each attempt met, and when DataPass would try again.
//! Sends one when told to; decides nothing of which or in what order.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{Request as HttpRequest, StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use crate::sandbox::wire::{Failure, exchange};

/// What DataPass waits for an answer, and reads of it.
const PATIENCE: Duration = Duration::from_secs(60);
const ANSWER_CAP: usize = 1 << 20;

/// Where webhooks go, and the secret that signs them.
#[derive(Clone, Debug)]
pub struct Webhook {
    pub url: String,
    pub secret: String,
}

/// Whether a ping is signed with the webhook's secret, or with another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signed {
    #[default]
    Good,
    Bad,
}

/// What an attempt met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    Answered(u16),
    Refused,
    TimedOut,
    Broken(String),
}

impl Outcome {
    /// Exactly 200, 201 and 204 satisfy DataPass.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Answered(200 | 201 | 204))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub at: DateTime<Utc>,
    pub outcome: Outcome,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Never sent, or answered by a status that DataPass retries.
    Pending,
    Delivered,
    /// No answer at all: DataPass forgets it. Only a manual replay sends it again.
    Lost,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    pub id: Uuid,
    /// The event's name; `ping` for a test.
    pub event: String,
    /// None for a ping.
    pub request_id: Option<i64>,
    /// The exact bytes, UTF-8.
    pub body: String,
    pub fired_at: DateTime<Utc>,
    pub attempts: Vec<Attempt>,
    /// The delivery that this one replays.
    pub replay_of: Option<Uuid>,
    pub signed: Signed,
}

impl Delivery {
    pub(super) fn new(event: &str, request_id: Option<i64>, body: String, fired_at: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::new_v4(),
            event: event.to_owned(),
            request_id,
            body,
            fired_at,
            attempts: Vec::new(),
            replay_of: None,
            signed: Signed::Good,
        }
    }

    /// A test sent when the webhook is created or activated.
    pub fn is_ping(&self) -> bool {
        self.request_id.is_none()
    }

    pub fn status(&self) -> Status {
        match self.attempts.last().map(|attempt| &attempt.outcome) {
            None => Status::Pending,
            Some(outcome) if outcome.is_success() => Status::Delivered,
            Some(Outcome::Answered(_)) if !self.is_ping() => Status::Pending,
            Some(_) => Status::Lost,
        }
    }

    /// A few words for people.
    pub fn summary(&self) -> String {
        match (self.attempts.last().map(|attempt| &attempt.outcome), self.attempts.len()) {
            (None, _) => "en attente".to_owned(),
            (Some(outcome), _) if outcome.is_success() => "remise".to_owned(),
            (Some(Outcome::Answered(status)), _) if self.is_ping() => format!("refusée (réponse {status})"),
            (Some(Outcome::Answered(status)), tries) => {
                format!("à réessayer (réponse {status}, {tries} essai{})", if tries > 1 { "s" } else { "" })
            }
            (Some(Outcome::Refused), _) => "perdue (connexion refusée)".to_owned(),
            (Some(Outcome::TimedOut), _) => "perdue (délai dépassé)".to_owned(),
            (Some(Outcome::Broken(_)), _) => "perdue (connexion impossible)".to_owned(),
        }
    }

    /// When DataPass would send it next: n⁴ + 2 s after the nth attempt, and up to 15 % more. None when it would not.
    pub fn due_at(&self) -> Option<DateTime<Utc>> {
        let Some(last) = self.attempts.last() else { return Some(DateTime::<Utc>::MIN_UTC) };
        if self.status() != Status::Pending {
            return None;
        }
        let tries = u64::try_from(self.attempts.len()).unwrap_or(u64::MAX).min(40);
        let wait = (tries.pow(4) + 2) * 1000;
        let jitter = wait * 15 * u64::from(self.id.as_bytes()[0]) / 25_500;
        last.at.checked_add_signed(TimeDelta::milliseconds(i64::try_from(wait + jitter).unwrap_or(i64::MAX)))
    }

    /// The `X-Hub-Signature-256` header under `secret`.
    pub(super) fn signature(&self, secret: &str) -> String {
        match self.signed {
            Signed::Good => signature(secret, self.body.as_bytes()),
            Signed::Bad => signature(&format!("pas {secret}"), self.body.as_bytes()),
        }
    }

    /// Posts it to `webhook`; gives what it met and the answer's body.
    pub(super) async fn send(&self, webhook: &Webhook) -> (Outcome, Bytes) {
        let request = HttpRequest::post(&webhook.url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, "Faraday v2.13.4")
            .header("X-Hub-Signature-256", self.signature(&webhook.secret))
            .header("X-App-Environment", "sandbox")
            .body(Body::from(self.body.clone()));
        let request = match request {
            Ok(request) => request,
            Err(error) => return (Outcome::Broken(error.to_string()), Bytes::new()),
        };
        match exchange(request, PATIENCE, ANSWER_CAP).await {
            Ok((status, body)) => (Outcome::Answered(status.as_u16()), body),
            Err(Failure::Refused) => (Outcome::Refused, Bytes::new()),
            Err(Failure::TimedOut) => (Outcome::TimedOut, Bytes::new()),
            Err(Failure::Broken(why)) => (Outcome::Broken(why), Bytes::new()),
        }
    }
}

/// `sha256=` and the lowercase hexadecimal HMAC-SHA256 of `body` under `secret`, taken as text.
pub fn signature(secret: &str, body: &[u8]) -> String {
    // HMAC takes keys of any length: this never fails.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body);
    let digest = mac.finalize().into_bytes();
    digest.iter().fold(String::from("sha256="), |text, byte| format!("{text}{byte:02x}"))
}

/// The `token_id` of an answer: DataPass keeps it as the request's external id, whatever the event.
pub(super) fn token_id(status: &Outcome, body: &[u8]) -> Option<String> {
    let Outcome::Answered(code) = status else { return None };
    StatusCode::from_u16(*code).ok().filter(StatusCode::is_success)?;
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    answer.get("token_id")?.as_str().filter(|id| !id.is_empty()).map(str::to_owned)
}
