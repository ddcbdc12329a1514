//! Which route of the API a request is for. Knows paths and methods, nothing of what is behind them.

use axum::http::Method;
use serde::{Deserialize, Serialize};

/// A route of the API, as faults name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Every route: for faults only.
    Any,
    Token,
    GetOrganisation,
    ListOrganisations,
    PostOrganisation,
    PutOrganisation,
    ListSubscriptions,
    GetSubscription,
    PostSubscription,
    PutSubscription,
    ListProcesses,
    GetProcess,
    /// A télédossier: for what it says of its recipients, nothing more.
    PostFolder,
}

impl Route {
    /// All of them, in the order of the API's documentation.
    pub const ALL: [Self; 13] = [
        Self::Any,
        Self::Token,
        Self::GetOrganisation,
        Self::ListOrganisations,
        Self::PostOrganisation,
        Self::PutOrganisation,
        Self::ListSubscriptions,
        Self::GetSubscription,
        Self::PostSubscription,
        Self::PutSubscription,
        Self::ListProcesses,
        Self::GetProcess,
        Self::PostFolder,
    ];

    /// Method and path as validation messages print them.
    pub(super) fn place(self) -> &'static str {
        match self {
            Self::Any => "* *",
            Self::Token => "POST /oauth2/token",
            Self::GetOrganisation => "GET /organizations/{id}",
            Self::ListOrganisations => "GET /organizations",
            Self::PostOrganisation => "POST /organizations",
            Self::PutOrganisation => "PUT /organizations/{id}",
            Self::ListSubscriptions => "GET /subscriptions",
            Self::GetSubscription => "GET /subscriptions/{id}",
            Self::PostSubscription => "POST /subscriptions",
            Self::PutSubscription => "PUT /subscriptions/{id}",
            Self::ListProcesses => "GET /processes",
            Self::GetProcess => "GET /processes/{id}",
            Self::PostFolder => "POST /folders",
        }
    }
}

/// A route and the identifier in its path (empty when the route has none).
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) route: Route,
    pub(super) id: String,
}

/// Why a request has no endpoint.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unrouted {
    UnknownPath,
    WrongMethod,
}

impl Endpoint {
    pub(super) fn of(method: &Method, path: &str) -> Result<Self, Unrouted> {
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let (routes, id): (&[(Method, Route)], &str) = match segments.as_slice() {
            ["oauth2", "token"] => (&[(Method::POST, Route::Token)], ""),
            ["referential", "v1", "organizations"] => {
                (&[(Method::GET, Route::ListOrganisations), (Method::POST, Route::PostOrganisation)], "")
            }
            ["referential", "v1", "organizations", id] => {
                (&[(Method::GET, Route::GetOrganisation), (Method::PUT, Route::PutOrganisation)], id)
            }
            ["referential", "v1", "subscriptions"] => {
                (&[(Method::GET, Route::ListSubscriptions), (Method::POST, Route::PostSubscription)], "")
            }
            ["referential", "v1", "subscriptions", id] => {
                (&[(Method::GET, Route::GetSubscription), (Method::PUT, Route::PutSubscription)], id)
            }
            ["referential", "v1", "processes"] => (&[(Method::GET, Route::ListProcesses)], ""),
            ["referential", "v1", "processes", id] => (&[(Method::GET, Route::GetProcess)], id),
            ["teledossiers", "v1", "folders"] => (&[(Method::POST, Route::PostFolder)], ""),
            _ => return Err(Unrouted::UnknownPath),
        };
        let found = routes.iter().find(|(allowed, _)| allowed == method);
        found.map(|(_, route)| Self { route: *route, id: id.to_owned() }).ok_or(Unrouted::WrongMethod)
    }
}
