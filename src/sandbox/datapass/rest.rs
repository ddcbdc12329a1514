//! DataPass's REST API v1, read side: token, requests, history. The right to decide does not exist there, nor here.
//! Knows the JSON through `payload` only.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Form, Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{Datapass, Request, payload};

/// The only OAuth application of the sandbox.
pub const CLIENT_ID: &str = "habilis-bac-a-sable";
pub const CLIENT_SECRET: &str = crate::SANDBOX_DATAPASS_SECRET;

const LIFETIME_SECONDS: i64 = 7200;
const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 1000;

/// Access tokens and when each expires. Not kept on disk.
#[derive(Clone, Default)]
pub(super) struct Tokens(Arc<Mutex<HashMap<String, DateTime<Utc>>>>);

impl Tokens {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, DateTime<Utc>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn issue(&self, now: DateTime<Utc>) -> String {
        let token = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let mut known = self.lock();
        known.retain(|_, expiry| *expiry > now);
        known.insert(token.clone(), now + TimeDelta::seconds(LIFETIME_SECONDS));
        token
    }

    fn accepts(&self, token: &str, now: DateTime<Utc>) -> bool {
        self.lock().get(token).is_some_and(|expiry| *expiry > now)
    }
}

pub(super) fn router(datapass: Datapass) -> Router {
    Router::new()
        .route("/api/v1/oauth/token", post(token))
        .route("/api/oauth/token", post(token))
        .route("/api/v1/demandes", get(list))
        .route("/api/v1/demandes/{id}", get(show))
        .route("/api/v1/demandes/{id}/events", get(events))
        .with_state(datapass)
}

type Pairs = Vec<(String, String)>;

async fn token(State(datapass): State<Datapass>, Form(form): Form<Pairs>) -> Response {
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    if field("grant_type") != "client_credentials" {
        return oauth_error(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Ce type d’autorisation est inconnu.");
    }
    let same = |given: &str, expected: &str| given.as_bytes().ct_eq(expected.as_bytes());
    if !bool::from(same(field("client_id"), CLIENT_ID) & same(field("client_secret"), CLIENT_SECRET)) {
        return oauth_error(StatusCode::UNAUTHORIZED, "invalid_client", "Identifiants d’application inconnus.");
    }
    let allowed = ["public", "read_authorizations"];
    let scope = Some(field("scope")).filter(|scope| !scope.is_empty()).unwrap_or("public read_authorizations");
    if !scope.split_whitespace().all(|one| allowed.contains(&one)) {
        return oauth_error(StatusCode::BAD_REQUEST, "invalid_scope", "La portée demandée est invalide.");
    }
    let now = datapass.clock.now();
    let answer = json!({
        "access_token": datapass.tokens.issue(now),
        "token_type": "Bearer",
        "expires_in": LIFETIME_SECONDS,
        "scope": scope,
        "created_at": now.timestamp(),
    });
    ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

fn oauth_error(status: StatusCode, error: &str, description: &str) -> Response {
    (status, Json(json!({ "error": error, "error_description": description }))).into_response()
}

async fn list(State(datapass): State<Datapass>, headers: HeaderMap, Query(query): Query<Pairs>) -> Response {
    if let Some(refusal) = unauthorized(&datapass, &headers) {
        return refusal;
    }
    let all = |names: &[&str]| -> Vec<String> {
        query.iter().filter(|(key, _)| names.contains(&key.as_str())).map(|(_, value)| value.clone()).collect()
    };
    let number = |name: &str| all(&[name]).first().and_then(|text| text.parse::<usize>().ok());
    let (states, sirets) = (all(&["state", "state[]"]), all(&["siret"]));
    let wanted = |request: &Request| {
        (states.is_empty() || states.iter().any(|state| state == request.state.name()))
            && sirets.first().is_none_or(|siret| *siret == request.organisation.siret)
    };
    let mut requests = datapass.requests();
    requests.retain(wanted);
    requests.sort_by_key(|request| std::cmp::Reverse((request.created_at, request.id)));
    let (offset, limit) = (number("offset").unwrap_or(0), number("limit").unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT));
    Json(requests.iter().skip(offset).take(limit).map(payload::demande).collect::<Vec<Value>>()).into_response()
}

async fn show(State(datapass): State<Datapass>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    one(&datapass, &headers, &id, payload::demande)
}

async fn events(State(datapass): State<Datapass>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    one(&datapass, &headers, &id, |request| Value::from(payload::events(&request.events)))
}

fn one(datapass: &Datapass, headers: &HeaderMap, id: &str, show: impl Fn(&Request) -> Value) -> Response {
    if let Some(refusal) = unauthorized(datapass, headers) {
        return refusal;
    }
    match id.parse().ok().and_then(|id| datapass.request(id)) {
        Some(request) => Json(show(&request)).into_response(),
        None => api_error(StatusCode::NOT_FOUND, "Non trouvé", "La demande n’existe pas."),
    }
}

fn unauthorized(datapass: &Datapass, headers: &HeaderMap) -> Option<Response> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let refusal = || api_error(StatusCode::UNAUTHORIZED, "Non autorisé", "Le jeton est absent, inconnu ou expiré.");
    (!datapass.tokens.accepts(token, datapass.clock.now())).then(refusal)
}

fn api_error(status: StatusCode, title: &str, detail: &str) -> Response {
    let error = json!({ "status": status.as_str(), "title": title, "detail": detail });
    (status, Json(json!({ "errors": [error] }))).into_response()
}
