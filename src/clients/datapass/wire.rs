//! The wire shape of a page of requests. Only what tells one request from another is read here: the answers keep their
//! JSON, which the intake reads like a webhook's. One odd request does not spoil its page.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

/// A page of the list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub demandes: Vec<Demande>,
    /// Items on the page, those not understood included.
    pub length: usize,
}

impl Page {
    pub(super) fn read(items: Vec<Value>) -> Self {
        let length = items.len();
        Self { demandes: items.into_iter().filter_map(Demande::read).collect(), length }
    }
}

/// One request, as the API shows it.
#[derive(Clone, Debug)]
pub struct Demande {
    pub id: i64,
    /// The kind of request: ours is `formulaire_qf`, the owner of the application may see others.
    pub definition: String,
    /// Its history, oldest first.
    pub events: Vec<Occurrence>,
    /// All of it.
    pub content: Value,
}

/// A line of DataPass's own history: no actor, no reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Occurrence {
    pub id: i64,
    /// DataPass's name of the event: `submit`, `approve`…
    pub name: String,
    #[serde(rename = "created_at")]
    pub at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Head {
    id: i64,
    #[serde(default)]
    definition_id: String,
    #[serde(default)]
    events: Vec<Occurrence>,
}

impl Demande {
    fn read(content: Value) -> Option<Self> {
        let Head { id, definition_id, mut events } = Head::deserialize(&content).ok()?;
        events.sort_by_key(|event| (event.at, event.id));
        Some(Self { id, definition: definition_id, events, content })
    }
}
