//! Télédossiers: folders, their cases, files, events and notifications, as far as the API documents them, and what
//! happens to them without anyone calling. A bounded number is kept, and of a file only what was found of it, never a
//! byte. Must not know how a caller proved who it is.

mod attachments;
mod cases;
mod events;
mod folders;
mod notifications;
mod ticks;

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::calls::Seen;
use super::envelope::Answer;
use super::routes::Route;
use super::state::{State, Store};
use super::subscriptions::Subscription;
use super::token::{Caller, Scope};
use super::triple::Triple;
use super::validation::Schema;
pub use cases::Case;
pub use folders::Folder;
pub use notifications::Notification;

/// Folders kept; older ones are forgotten, with their notifications.
const KEPT: usize = 500;
/// Notifications kept, all queues together; older ones are forgotten.
const NOTIFICATIONS_KEPT: usize = 5000;
/// Cases, and files, of a folder; events of a case: more are refused, so that memory stays bounded.
const MOST: usize = 50;

/// Everything that was sent, oldest first.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Teledossiers {
    pub(super) folders: VecDeque<Folder>,
    pub(super) notifications: VecDeque<Notification>,
}

/// What a call of this API works on.
struct Turn<'a> {
    seen: &'a Seen,
    caller: &'a Caller,
    now: DateTime<Utc>,
}

/// Shape of a route's requests; none for a route of another API.
pub(super) fn schema(route: Route) -> Schema {
    match route {
        Route::PostFolder => folders::POST,
        Route::PatchFolder => folders::PATCH,
        Route::GetCase => cases::GET,
        Route::PatchCase => cases::PATCH,
        Route::PostEvent => events::POST,
        Route::PatchEvent => events::PATCH,
        Route::ListNotifications => notifications::LIST,
        _ => folders::BY_ID,
    }
}

/// Carries out a call whose shape was checked.
pub(super) fn carry_out(
    state: &mut State,
    route: Route,
    seen: &Seen,
    caller: &Caller,
    now: DateTime<Utc>,
) -> Result<Answer, Answer> {
    let turn = Turn { seen, caller, now };
    match route {
        Route::PostFolder => folders::post(state.store_mut(), &turn),
        Route::GetFolder => folders::get(state.store(), &turn),
        Route::PatchFolder => folders::patch(state.store_mut(), &turn),
        Route::DeleteFolder => folders::delete(state.store_mut(), &turn),
        Route::PutFolderAttachment => folders::put_attachment(state.store_mut(), &turn),
        Route::GetCase => cases::get(state.store(), &turn),
        Route::PatchCase => cases::patch(state.store_mut(), &turn),
        Route::PostEvent => events::post(state.store_mut(), &turn),
        Route::GetEvent => events::get(state.store(), &turn),
        Route::PatchEvent => events::patch(state.store_mut(), &turn),
        Route::DeleteEvent => events::delete(state.store_mut(), &turn),
        Route::PutEventAttachment => events::put_attachment(state.store_mut(), &turn),
        Route::ListNotifications => Ok(notifications::list(state.store(), &turn)),
        Route::DeleteNotification => notifications::delete(state.store_mut(), &turn),
        _ => Err(Answer::not_found("Resource")),
    }
}

impl Turn<'_> {
    fn is(&self, scope: Scope) -> bool {
        self.caller.scope == scope
    }

    fn owns(&self, owner: &Triple) -> bool {
        self.is(Scope::Admin) || self.caller.owner == *owner
    }

    /// A text of the body.
    fn text(&self, name: &str) -> Option<String> {
        self.seen.json().get(name).and_then(Value::as_str).map(str::to_owned)
    }
}

impl Teledossiers {
    /// Keeps one more, and forgets the oldest past the limit.
    fn keep(&mut self, folder: Folder) {
        self.folders.push_back(folder);
        if self.folders.len() > KEPT
            && let Some(oldest) = self.folders.pop_front()
        {
            self.forget_notifications(&oldest);
        }
    }

    fn forget_notifications(&mut self, folder: &Folder) {
        self.notifications.retain(|one| !folder.cases.iter().any(|case| case.id == one.case_id));
    }

    /// Whether an identifier is of a folder, or of a case, that concerns this SIRET.
    pub(super) fn concern(&self, siret: &str, id: Uuid) -> bool {
        let theirs = |case: &Case| case.recipient.company_register == siret;
        self.folders
            .iter()
            .any(|folder| folder.cases.iter().any(|case| theirs(case) && (folder.id == id || case.id == id)))
    }

    fn find(&self, case: Uuid) -> Option<(&Folder, &Case)> {
        self.folders.iter().find_map(|folder| Some((folder, folder.cases.iter().find(|one| one.id == case)?)))
    }

    /// Ranks of a case's folder, and of the case in it.
    fn place(&self, case: Uuid) -> Option<(usize, usize)> {
        let rank = |folder: &Folder| folder.cases.iter().position(|one| one.id == case);
        self.folders.iter().enumerate().find_map(|(place, folder)| Some((place, rank(folder)?)))
    }
}

/// The subscription by which an organisation receives, whatever its state.
fn subscription<'a>(all: &'a [Subscription], recipient: &Triple, process: &str) -> Option<&'a Subscription> {
    all.iter().find(|one| one.is_for(recipient, process))
}

/// A case of the path and its folder, for whoever may see it.
fn readable<'a>(store: &'a Store, turn: &Turn<'_>) -> Result<(&'a Folder, &'a Case), Answer> {
    let found = turn.seen.uuid(0).and_then(|id| store.teledossiers.find(id));
    let (folder, case) = found.ok_or_else(|| Answer::not_found("Case"))?;
    let owner = if turn.is(Scope::Si) { &case.recipient } else { &folder.osl };
    if turn.owns(owner) { Ok((folder, case)) } else { Err(Answer::unauthorized_user()) }
}

/// The case of the path, to be changed by whoever may, and what else the change may touch.
fn writable<'a>(store: &'a mut Store, turn: &Turn<'_>) -> Result<cases::Open<'a>, Answer> {
    let id = readable(store, turn)?.1.id;
    cases::Open::of(store, id).ok_or_else(|| Answer::not_found("Case"))
}
