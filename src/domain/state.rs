//! Where a request stands. Each state carries its facts: when, by whom, why. Only `transition` makes new ones.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::action::Actor;

/// The state of one request. Whether the service itself is open is another matter: see `Habilitation::in_force`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Being filled in DataPass, for the first time or as a reopening.
    Draft,
    /// Complete: an instructeur owes an answer by the end of `due`.
    Submitted {
        at: DateTime<Utc>,
        due: NaiveDate,
    },
    /// Waiting for the demandeur; the clock is stopped.
    ChangesRequested {
        at: DateTime<Utc>,
        by: Actor,
        reason: Option<String>,
    },
    Accepted {
        at: DateTime<Utc>,
        by: Actor,
    },
    Refused {
        at: DateTime<Utc>,
        by: Actor,
        reason: Option<String>,
    },
    Revoked {
        at: DateTime<Utc>,
        by: Actor,
        #[serde(default)]
        reason: Option<String>,
    },
    Archived {
        at: DateTime<Utc>,
        by: Actor,
    },
}

impl State {
    /// Stable name: the `state` column, URLs and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted { .. } => "submitted",
            Self::ChangesRequested { .. } => "changes_requested",
            Self::Accepted { .. } => "accepted",
            Self::Refused { .. } => "refused",
            Self::Revoked { .. } => "revoked",
            Self::Archived { .. } => "archived",
        }
    }

    /// French label of a state's stable name, for pages and mails.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Draft => "Brouillon",
            Self::Submitted { .. } => "À instruire",
            Self::ChangesRequested { .. } => "En attente du demandeur",
            Self::Accepted { .. } => "Acceptée",
            Self::Refused { .. } => "Refusée",
            Self::Revoked { .. } => "Révoquée",
            Self::Archived { .. } => "Archivée",
        }
    }

    /// The day by which an answer is owed, while one is owed.
    pub fn due(&self) -> Option<NaiveDate> {
        match self {
            Self::Submitted { due, .. } => Some(*due),
            _ => None,
        }
    }
}
