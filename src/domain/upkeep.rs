//! What happens to a service once it was granted: pauses, the end of its abonnement, a move to another body, differences
//! settled by a person. Lines of history; none of them moves the state of the request.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::action::Actor;

/// One of them. Serialised as it stands: never rename a variant without a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Upkeep {
    /// The form is closed to families for a while.
    Paused { reason: String },
    /// The form is open to families again.
    Resumed,
    /// The abonnement of this SIRET no longer receives anything; `how` that is known, in French.
    Stopped { siret: String, how: String },
    /// There was nothing to stop; why, in French.
    NothingToStop { siret: String, how: String },
    /// We can't suspend it: a person must, by this day.
    StopByHand { siret: String, why: String, due: NaiveDate },
    /// Suspended, and active again without us.
    Undone { siret: String },
    /// What is in force holds for another SIRET: a transfer, or communes that merged.
    Moved { from: String, to: String, name: String, merger: bool },
    /// HubEE's local administrator is not the demandeur.
    OtherAdministrator { siret: String },
    /// A person dealt with a difference: what it was, what was done, why.
    Settled { difference: String, gesture: String, reason: String },
}

impl Upkeep {
    /// Stable name, for the transition table and refusals.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Paused { .. } => "pause",
            Self::Resumed => "resume",
            Self::Stopped { .. } => "note_stop",
            Self::NothingToStop { .. } => "note_nothing_to_stop",
            Self::StopByHand { .. } => "note_stop_by_hand",
            Self::Undone { .. } => "note_undone",
            Self::Moved { .. } => "move",
            Self::OtherAdministrator { .. } => "note_administrator",
            Self::Settled { .. } => "settle",
        }
    }

    /// Whether somebody other than DataPass may write it: gestures on a service need one that is in force.
    pub fn allowed(&self, in_force: bool, by: &Actor) -> bool {
        match self {
            Self::Paused { .. } | Self::Resumed => in_force && matches!(by, Actor::Instructeur { .. }),
            Self::Moved { .. } => in_force && *by != Actor::Demandeur,
            _ => *by != Actor::Demandeur,
        }
    }

    /// What was written with it, to be quoted.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Paused { reason } | Self::Settled { reason, .. } => Some(reason.as_str()).filter(|r| !r.is_empty()),
            Self::StopByHand { why, .. } => Some(why),
            _ => None,
        }
    }
}
