//! Which route of the API a request is for. Knows paths and methods, nothing of what is behind them.

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
    PostFolder,
    GetFolder,
    PatchFolder,
    DeleteFolder,
    PutFolderAttachment,
    GetCase,
    PatchCase,
    PostEvent,
    GetEvent,
    PatchEvent,
    DeleteEvent,
    PutEventAttachment,
    ListNotifications,
    DeleteNotification,
}

impl Route {
    /// All of them, in the order of the API's documentation.
    pub const ALL: [Self; 26] = [
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
        Self::GetFolder,
        Self::PatchFolder,
        Self::DeleteFolder,
        Self::PutFolderAttachment,
        Self::GetCase,
        Self::PatchCase,
        Self::PostEvent,
        Self::GetEvent,
        Self::PatchEvent,
        Self::DeleteEvent,
        Self::PutEventAttachment,
        Self::ListNotifications,
        Self::DeleteNotification,
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
            Self::GetFolder => "GET /folders/{id}",
            Self::PatchFolder => "PATCH /folders/{id}",
            Self::DeleteFolder => "DELETE /folders/{id}",
            Self::PutFolderAttachment => "PUT /folders/{id}/attachments/{attachmentId}",
            Self::GetCase => "GET /cases/{id}",
            Self::PatchCase => "PATCH /cases/{id}",
            Self::PostEvent => "POST /cases/{id}/events",
            Self::GetEvent => "GET /cases/{id}/events/{eventId}",
            Self::PatchEvent => "PATCH /cases/{id}/events/{eventId}",
            Self::DeleteEvent => "DELETE /cases/{id}/events/{eventId}",
            Self::PutEventAttachment => "PUT /cases/{id}/events/{eventId}/attachments/{attachmentId}",
            Self::ListNotifications => "GET /notifications",
            Self::DeleteNotification => "DELETE /notifications/{id}",
        }
    }

    /// Routes of the télédossiers' API that only whoever sends them has.
    pub(super) fn is_of_folders(self) -> bool {
        matches!(
            self,
            Self::PostFolder | Self::GetFolder | Self::PatchFolder | Self::DeleteFolder | Self::PutFolderAttachment
        )
    }

    /// Routes of the télédossiers' API that both sides have.
    pub(super) fn is_of_cases(self) -> bool {
        matches!(
            self,
            Self::GetCase
                | Self::PatchCase
                | Self::PostEvent
                | Self::GetEvent
                | Self::PatchEvent
                | Self::DeleteEvent
                | Self::PutEventAttachment
                | Self::ListNotifications
                | Self::DeleteNotification
        )
    }

    /// Whether the body is a file.
    pub(super) fn is_upload(self) -> bool {
        matches!(self, Self::PutFolderAttachment | Self::PutEventAttachment)
    }

    /// Names of the identifiers in the path, in order.
    pub(super) fn path_names(self) -> impl Iterator<Item = &'static str> {
        self.place().split('/').filter_map(captured)
    }

    fn base(self) -> &'static str {
        match self {
            Self::Any | Self::Token => "",
            route if route.is_of_folders() || route.is_of_cases() => "/teledossiers/v1",
            _ => "/referential/v1",
        }
    }

    /// The identifiers in `path`, if it is this route's.
    fn identifiers(self, path: &str) -> Option<Vec<String>> {
        let (_, pattern) = self.place().split_once(' ')?;
        let (expected, given) = (pattern.split('/'), path.strip_prefix(self.base())?.split('/'));
        if expected.clone().count() != given.clone().count() {
            return None;
        }
        let mut identifiers = Vec::new();
        for (expected, given) in expected.zip(given) {
            match captured(expected) {
                Some(_) => identifiers.push(given.to_owned()),
                None if expected == given => {}
                None => return None,
            }
        }
        Some(identifiers)
    }
}

fn captured(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// A route and the identifiers in its path.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) route: Route,
    pub(super) ids: Vec<String>,
}

/// Why a request has no endpoint.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unrouted {
    UnknownPath,
    WrongMethod,
}

impl Endpoint {
    pub(super) fn of(method: &str, path: &str) -> Result<Self, Unrouted> {
        let mut reason = Unrouted::UnknownPath;
        for route in Route::ALL {
            let Some(ids) = route.identifiers(path) else { continue };
            if route.place().split(' ').next() == Some(method) {
                return Ok(Self { route, ids });
            }
            reason = Unrouted::WrongMethod;
        }
        Err(reason)
    }
}
