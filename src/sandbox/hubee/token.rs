//! Tokens: client credentials in, an opaque token with one scope out, good for an hour of the clock.
//! Knows who may call which route, not what the routes do.

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::calls::Seen;
use super::envelope::Answer;
use super::routes::Route;
use super::state::State;
use super::switches::Switches;
use super::{CLIENT_ID, CLIENT_SECRET};

/// What a token opens, and until when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    scope: Scope,
    expires_at: DateTime<Utc>,
}

/// A role of the API; the names are case-sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Admin,
    Datapass,
    Osl,
}

impl Scope {
    fn named(name: &str) -> Option<Self> {
        match name {
            "ADMIN" => Some(Self::Admin),
            "DATAPASS" => Some(Self::Datapass),
            "OSL" => Some(Self::Osl),
            _ => None,
        }
    }

    pub(super) fn allows(self, route: Route, switches: &Switches) -> bool {
        let datapass = &switches.datapass;
        match (self, route) {
            (Self::Admin, _) => true,
            (Self::Osl, _) => {
                matches!(route, Route::GetSubscription | Route::ListSubscriptions | Route::PostFolder)
            }
            (Self::Datapass, Route::PostSubscription) => true,
            (Self::Datapass, Route::GetOrganisation) => datapass.get_organisation,
            (Self::Datapass, Route::PostOrganisation) => datapass.post_organisation,
            (Self::Datapass, Route::ListOrganisations) => datapass.list_organisations,
            (Self::Datapass, Route::GetSubscription) => datapass.get_subscription,
            (Self::Datapass, Route::ListSubscriptions) => datapass.list_subscriptions,
            (Self::Datapass, Route::PutSubscription) => datapass.put_subscription,
            (
                Self::Datapass,
                Route::PutOrganisation
                | Route::ListProcesses
                | Route::GetProcess
                | Route::PostFolder
                | Route::Any
                | Route::Token,
            ) => false,
        }
    }
}

/// `POST /oauth2/token`: HTTP Basic, a form with `grant_type` and one upper-case `scope`.
pub(super) fn issue(state: &mut State, seen: &Seen, now: DateTime<Utc>) -> Result<Answer, Answer> {
    if !is_known_client(seen) {
        return Err(refusal(401, "invalid_client", "Client Authentication failed."));
    }
    let form = seen.form().ok_or_else(|| refusal(400, "invalid_request", "Missing grant_type parameter value"))?;
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    match field("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(refusal(400, "unsupported_grant_type", "Unsupported grant_type value")),
        None => return Err(refusal(400, "invalid_request", "Missing grant_type parameter value")),
    }
    let name = field("scope").unwrap_or_default();
    let scope = Scope::named(name).ok_or_else(|| refusal(400, "invalid_scope", "Invalid scope"))?;
    let seconds = state.store().switches.token_seconds;
    let secret = Uuid::new_v4().to_string();
    state.tokens.retain(|_, token| token.expires_at > now);
    let token = Token { scope, expires_at: now + Duration::seconds(i64::from(seconds)) };
    state.tokens.insert(secret.clone(), token);
    Ok(Answer::json(200, json!({"access_token": secret, "scope": name, "token_type": "Bearer", "expires_in": seconds})))
}

/// The scope of the request's token.
pub(super) fn scope(state: &State, seen: &Seen, now: DateTime<Utc>) -> Result<Scope, Answer> {
    let secret = seen.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let token = secret.and_then(|secret| state.tokens.get(secret)).filter(|token| token.expires_at > now);
    token.map(|token| token.scope).ok_or_else(Answer::invalid_token)
}

fn is_known_client(seen: &Seen) -> bool {
    let given = seen.header("authorization").and_then(|value| value.strip_prefix("Basic "));
    let given = given.and_then(|encoded| BASE64_STANDARD.decode(encoded).ok()).unwrap_or_default();
    given.ct_eq(format!("{CLIENT_ID}:{CLIENT_SECRET}").as_bytes()).into()
}

/// An OAuth error: not HubEE's envelope.
fn refusal(status: u16, error: &str, description: &str) -> Answer {
    Answer::json(status, json!({"error": error, "error_description": description}))
}
