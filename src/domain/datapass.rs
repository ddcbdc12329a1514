//! What DataPass last said of a request: kept beside our own state, since a decision may be taken on either side and
//! the two must be compared, never confused. Order rules for events that arrive late live here.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::dossier::Dossier;

/// `data.state` of DataPass's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatapassState {
    Draft,
    Submitted,
    ChangesRequested,
    Validated,
    Refused,
    Revoked,
    Archived,
}

impl DatapassState {
    /// DataPass's own spelling.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::ChangesRequested => "changes_requested",
            Self::Validated => "validated",
            Self::Refused => "refused",
            Self::Revoked => "revoked",
            Self::Archived => "archived",
        }
    }

    /// The state named so, if DataPass has one.
    pub fn parse(name: &str) -> Option<Self> {
        [
            Self::Draft,
            Self::Submitted,
            Self::ChangesRequested,
            Self::Validated,
            Self::Refused,
            Self::Revoked,
            Self::Archived,
        ]
        .into_iter()
        .find(|state| state.name() == name)
    }

    /// French words for a page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "brouillon",
            Self::Submitted => "soumise",
            Self::ChangesRequested => "modifications demandées",
            Self::Validated => "validée",
            Self::Refused => "refusée",
            Self::Revoked => "révoquée",
            Self::Archived => "archivée",
        }
    }
}

/// Place of an event in DataPass's own time: one-second instants, so that the usual order of gestures breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    pub fired_at: DateTime<Utc>,
    /// Rank of the event among those of one second.
    pub rank: i64,
}

/// The newest thing DataPass told us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    pub state: DatapassState,
    pub moment: Moment,
    pub public_id: Option<Uuid>,
    /// Numbers of its habilitations there, shown `H18734`; whatever their state.
    pub authorisations: Vec<i64>,
}

/// One event's content, in our words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub datapass_id: i64,
    /// DataPass's event name, for the history.
    pub event: String,
    pub mirror: Mirror,
    pub dossier: Dossier,
    pub submitted_at: Option<DateTime<Utc>>,
    /// Answers of the newest active habilitation, when DataPass holds one: what is in force, whatever `dossier` says.
    pub authorised: Option<Dossier>,
}
