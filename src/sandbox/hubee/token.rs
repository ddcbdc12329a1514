//! Tokens: client credentials in, an opaque token with one scope out, good for an hour of the clock.
//! Knows who may call which route, not what the routes do.

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::calls::Seen;
use super::clients::{self, Client};
use super::envelope::Answer;
use super::routes::Route;
use super::state::{State, Store};
use super::switches::Switches;
use super::triple::Triple;

/// What a token opens, and until when.
#[derive(Clone, Debug)]
pub(super) struct Token {
    caller: Caller,
    expires_at: DateTime<Utc>,
}

/// Who speaks: in which role, and for which organisation.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) scope: Scope,
    pub(super) owner: Triple,
}

/// A role of the API; the names are case-sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Admin,
    Datapass,
    /// Whoever sends télédossiers.
    Osl,
    /// Whoever receives them.
    Si,
}

impl Scope {
    pub(super) const ALL: [Self; 4] = [Self::Admin, Self::Datapass, Self::Osl, Self::Si];

    fn named(name: &str) -> Option<Self> {
        match name {
            "ADMIN" => Some(Self::Admin),
            "DATAPASS" => Some(Self::Datapass),
            "OSL" => Some(Self::Osl),
            "SI" => Some(Self::Si),
            _ => None,
        }
    }

    pub(super) fn allows(self, route: Route, switches: &Switches) -> bool {
        let datapass = &switches.datapass;
        match (self, route) {
            (Self::Admin, _) => true,
            (Self::Osl, Route::GetSubscription | Route::ListSubscriptions) => true,
            (Self::Osl, _) => route.is_of_folders() || route.is_of_cases(),
            (Self::Si, _) => route.is_of_cases(),
            (Self::Datapass, Route::PostSubscription) => true,
            (Self::Datapass, Route::GetOrganisation) => datapass.get_organisation,
            (Self::Datapass, Route::PostOrganisation) => datapass.post_organisation,
            (Self::Datapass, Route::ListOrganisations) => datapass.list_organisations,
            (Self::Datapass, Route::GetSubscription) => datapass.get_subscription,
            (Self::Datapass, Route::ListSubscriptions) => datapass.list_subscriptions,
            (Self::Datapass, Route::PutSubscription) => datapass.put_subscription,
            (Self::Datapass, _) => false,
        }
    }
}

/// `POST /oauth2/token`: HTTP Basic, a form with `grant_type` and one upper-case `scope`.
pub(super) fn issue(state: &mut State, seen: &Seen, now: DateTime<Utc>) -> Result<Answer, Answer> {
    let client = authenticated(state.store(), seen)
        .ok_or_else(|| refusal(401, "invalid_client", "Client Authentication failed."))?;
    let form = seen.form().ok_or_else(|| refusal(400, "invalid_request", "Missing grant_type parameter value"))?;
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    match field("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(refusal(400, "unsupported_grant_type", "Unsupported grant_type value")),
        None => return Err(refusal(400, "invalid_request", "Missing grant_type parameter value")),
    }
    let name = field("scope").unwrap_or_default();
    let scope = Scope::named(name).filter(|scope| client.scopes.contains(scope));
    let scope = scope.ok_or_else(|| refusal(400, "invalid_scope", "Invalid scope"))?;
    let seconds = state.store().switches.token_seconds;
    let secret = Uuid::new_v4().to_string();
    state.tokens.retain(|_, token| token.expires_at > now);
    let caller = Caller { scope, owner: client.owner };
    let token = Token { caller, expires_at: now + Duration::seconds(i64::from(seconds)) };
    state.tokens.insert(secret.clone(), token);
    Ok(Answer::json(200, json!({"access_token": secret, "scope": name, "token_type": "Bearer", "expires_in": seconds})))
}

/// Whose the request's token is.
pub(super) fn caller(state: &State, seen: &Seen, now: DateTime<Utc>) -> Result<Caller, Answer> {
    let secret = seen.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let token = secret.and_then(|secret| state.tokens.get(secret)).filter(|token| token.expires_at > now);
    token.map(|token| token.caller.clone()).ok_or_else(Answer::invalid_token)
}

/// The client whose id and secret the request gives.
fn authenticated(store: &Store, seen: &Seen) -> Option<Client> {
    let given = seen.header("authorization").and_then(|value| value.strip_prefix("Basic "))?;
    let given = String::from_utf8(BASE64_STANDARD.decode(given).ok()?).ok()?;
    let (id, secret) = given.split_once(':')?;
    let client = clients::find(store, id)?;
    bool::from(client.secret.as_bytes().ct_eq(secret.as_bytes())).then_some(client)
}

/// An OAuth error: not HubEE's envelope.
fn refusal(status: u16, error: &str, description: &str) -> Answer {
    Answer::json(status, json!({"error": error, "error_description": description}))
}
