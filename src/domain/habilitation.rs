//! The habilitation: one DataPass request, what was decided on it here, and what DataPass last said.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::action::Actor;
use super::datapass::{DatapassState, Mirror, Snapshot};
use super::dossier::Dossier;
use super::state::State;

/// Our own key (UUID v7). People see `D` + [`Habilitation::datapass_id`].
pub type HabilitationId = Uuid;

/// One request and all that is known of it. Changed by [`super::transition`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Habilitation {
    pub id: HabilitationId,
    pub datapass_id: i64,
    /// Counts changes: whoever decides says which version they read.
    pub version: i64,
    pub state: State,
    pub dossier: Dossier,
    /// What families' data may be asked under, today; stays during a reopening.
    pub in_force: Option<InForce>,
    /// The last decision taken here, until DataPass says the same.
    pub unreported: Option<Unreported>,
    pub datapass: Mirror,
    pub submitted_at: Option<DateTime<Utc>>,
    /// Unguessable key of the demandeur's tracking page.
    pub tracking_token: String,
    pub created_at: DateTime<Utc>,
}

/// The habilitation in force: since when, by whom, and on which answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    pub since: DateTime<Utc>,
    pub by: Actor,
    pub dossier: Dossier,
}

/// A decision taken here that DataPass does not know of: it offers no way to decide from outside, so that a person must
/// take it again there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreported {
    /// What taking it in DataPass is called there. Not the state that follows: a refused reopening is `validated` again.
    pub expected: DatapassState,
    pub at: DateTime<Utc>,
    pub by: Actor,
}

impl Habilitation {
    /// A request heard of for the first time: a draft until the event that made it known is applied.
    pub fn first_seen(id: HabilitationId, tracking_token: String, seen: &Snapshot, now: DateTime<Utc>) -> Self {
        Self {
            id,
            datapass_id: seen.datapass_id,
            version: 0,
            state: State::Draft,
            dossier: seen.dossier.clone(),
            in_force: None,
            unreported: None,
            datapass: seen.mirror.clone(),
            submitted_at: None,
            tracking_token,
            created_at: now,
        }
    }

    /// `D61234`: the number DataPass shows to everybody.
    pub fn number(&self) -> String {
        format!("D{}", self.datapass_id)
    }

    /// The decision that a person must still take again in DataPass, by its name there.
    pub fn to_report(&self) -> Option<DatapassState> {
        self.unreported.as_ref().map(|decision| decision.expected)
    }

    /// A habilitation is in force while this request is being changed.
    pub fn is_reopening(&self) -> bool {
        let open = matches!(self.state, State::Draft | State::Submitted { .. } | State::ChangesRequested { .. });
        open && self.in_force.is_some()
    }
}
