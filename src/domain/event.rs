//! What did happen to a request: the lines of its history, append-only, and what jobs are derived from.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::changes::Change;
use super::upkeep::Upkeep;

/// One line of history. Serialised as it stands: never rename a variant without a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    Saved,
    Submitted {
        /// Answers to a change request, or a new try.
        again: bool,
        /// A habilitation is in force meanwhile.
        reopening: bool,
        /// Since the submission before; `None` for the first one, and for those written before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        changes: Option<Vec<Change>>,
    },
    Accepted {
        comment: Option<String>,
    },
    /// The acceptance that follows was made in one click, all checks being fine.
    Conforming,
    Refused {
        reason: Option<String>,
    },
    /// The changes are dropped; the habilitation in force stays.
    ReopeningRefused {
        reason: Option<String>,
    },
    ChangesRequested {
        reason: Option<String>,
    },
    Reopened,
    ReopeningCancelled,
    Revoked {
        reason: Option<String>,
    },
    PartlyRevoked,
    Archived,
    Transferred {
        from: String,
        to: String,
        /// `None` when written before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        changes: Option<Vec<Change>>,
    },
    /// DataPass now says what we had decided.
    Confirmed,
    /// DataPass says something else than what we had decided.
    Contradicted {
        ours: String,
        theirs: String,
    },
    /// An older event came after a newer one: written down, not applied.
    ReceivedLate {
        event: String,
        fired_at: DateTime<Utc>,
    },
    /// DataPass never managed to tell us of this event (its own name): we found it by asking.
    Recovered {
        event: String,
        fired_at: DateTime<Utc>,
    },
    ServiceDelayed {
        why: String,
        activation: bool,
    },
    Relaunched,
    ServiceOpened,
    Corrected {
        field: String,
        before: String,
        after: String,
    },
    /// What is sent to HubEE was set right by itself; each field names its rule.
    Adjusted {
        changes: Vec<Change>,
    },
    /// A person settled what the mise en service asked.
    ServiceDecided {
        decision: String,
        resume: bool,
    },
    /// The demandeur says that the abonnement is active.
    ActivationDeclared,
    /// Somebody says that the demandeur's account at HubEE works.
    AccountConfirmed,
    /// The form is opened by a person, without HubEE's proof.
    OpenedByHand {
        reason: String,
    },
    /// An instructeur set a check aside: what it said, and why it must not count.
    CheckOverridden {
        code: String,
        sentence: String,
        fingerprint: String,
        reason: String,
    },
    CheckRestored {
        code: String,
    },
    /// Registers are asked again, whatever the age of what they said.
    SourcesAsked,
    /// Names of who was in charge, and who is.
    Assigned {
        from: Option<String>,
        to: Option<String>,
    },
    /// What happened to the service, beside the request itself.
    Upkeep(Upkeep),
}

impl Event {
    /// Stable name: the `kind` column.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Submitted { .. } => "submitted",
            Self::Accepted { .. } => "accepted",
            Self::Conforming => "conforming",
            Self::Refused { .. } => "refused",
            Self::ReopeningRefused { .. } => "reopening_refused",
            Self::ChangesRequested { .. } => "changes_requested",
            Self::Reopened => "reopened",
            Self::ReopeningCancelled => "reopening_cancelled",
            Self::Revoked { .. } => "revoked",
            Self::PartlyRevoked => "partly_revoked",
            Self::Archived => "archived",
            Self::Transferred { .. } => "transferred",
            Self::Confirmed => "confirmed",
            Self::Contradicted { .. } => "contradicted",
            Self::ReceivedLate { .. } => "received_late",
            Self::Recovered { .. } => "recovered",
            Self::ServiceDelayed { .. } => "service_delayed",
            Self::Relaunched => "relaunched",
            Self::ServiceOpened => "service_opened",
            Self::Corrected { .. } => "corrected",
            Self::Adjusted { .. } => "adjusted",
            Self::ServiceDecided { .. } => "service_decided",
            Self::ActivationDeclared => "activation_declared",
            Self::AccountConfirmed => "account_confirmed",
            Self::OpenedByHand { .. } => "opened_by_hand",
            Self::CheckOverridden { .. } => "check_overridden",
            Self::CheckRestored { .. } => "check_restored",
            Self::SourcesAsked => "sources_asked",
            Self::Assigned { .. } => "assigned",
            Self::Upkeep(_) => "upkeep",
        }
    }
}
