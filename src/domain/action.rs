//! What may happen to a request, in our own words: DataPass's events are translated into these at the door.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::changes::Change;
use super::habilitation::Assignee;
use super::upkeep::Upkeep;

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    Instructeur {
        id: Uuid,
        name: String,
    },
    /// Somebody in DataPass: its events do not say who.
    DataPass,
    /// The service itself.
    Habilis,
    /// Whoever holds the link of the tracking page.
    Demandeur,
}

impl Actor {
    /// Name shown in the history.
    pub fn display_name(&self) -> &str {
        match self {
            Self::Instructeur { name, .. } => name,
            Self::DataPass => "DataPass",
            Self::Habilis => "Habilis",
            Self::Demandeur => "le demandeur",
        }
    }
}

/// One gesture, by somebody, at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    pub at: DateTime<Utc>,
    pub by: Actor,
    pub what: What,
}

/// The gestures themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Answers seen before they are complete.
    Save,
    Submit,
    Accept {
        comment: Option<String>,
    },
    /// Accepted in one click: every check was fine, whoever decides added nothing.
    AcceptConforming,
    Refuse {
        reason: Option<String>,
    },
    AskChanges {
        reason: Option<String>,
    },
    Reopen,
    CancelReopening,
    /// The whole request loses its habilitation.
    Revoke {
        reason: Option<String>,
    },
    /// DataPass revoked one habilitation among several; `remaining` says whether another one is still active.
    RevokeOne {
        remaining: bool,
    },
    Archive,
    /// Another demandeur, maybe another body: the snapshot that comes along says which.
    Transfer,
    /// The saga can't finish by itself at once: it waits, retries, or a person is asked.
    DelayService {
        why: String,
        /// What is awaited is the collectivité's own activation.
        activation: bool,
    },
    /// HubEE read back as active: families may use the form.
    OpenService,
    /// An instructeur starts a stopped mise en service again.
    Relaunch,
    /// An instructeur corrected what is sent to HubEE.
    Correct {
        field: String,
        before: String,
        after: String,
    },
    /// What is sent to HubEE was set right by itself.
    Adjust {
        changes: Vec<Change>,
    },
    /// A person settled what the mise en service asked, in a French sentence.
    DecideService {
        decision: String,
        /// The mise en service goes on at once.
        resume: bool,
    },
    /// The demandeur says that the abonnement is active, which HubEE does not show us.
    DeclareActivation,
    /// Somebody says that the demandeur's account at HubEE works.
    ConfirmAccount,
    /// A person opens the form without HubEE's proof.
    OpenByHand {
        reason: String,
    },
    /// An instructeur judges that a check must not count on this request.
    OverrideCheck {
        /// `C17`.
        code: String,
        /// What it says.
        sentence: String,
        /// Of that and of what it read.
        fingerprint: String,
        reason: String,
    },
    /// The check counts again.
    RestoreCheck {
        code: String,
    },
    /// Somebody has the registers asked again about the request.
    AskSources,
    /// Somebody takes the request, hands it over, or releases it.
    Assign {
        to: Option<Assignee>,
    },
    /// What happens to the service, beside the request itself.
    Upkeep(Upkeep),
}

impl What {
    /// Stable name, for the transition table and refusals.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Save => "save",
            Self::Submit => "submit",
            Self::Accept { .. } => "accept",
            Self::AcceptConforming => "accept_conforming",
            Self::Refuse { .. } => "refuse",
            Self::AskChanges { .. } => "ask_changes",
            Self::Reopen => "reopen",
            Self::CancelReopening => "cancel_reopening",
            Self::Revoke { .. } => "revoke",
            Self::RevokeOne { .. } => "revoke_one",
            Self::Archive => "archive",
            Self::Transfer => "transfer",
            Self::DelayService { .. } => "delay_service",
            Self::OpenService => "open_service",
            Self::Relaunch => "relaunch",
            Self::Correct { .. } => "correct",
            Self::Adjust { .. } => "adjust",
            Self::DecideService { .. } => "decide_service",
            Self::DeclareActivation => "declare_activation",
            Self::ConfirmAccount => "confirm_account",
            Self::OpenByHand { .. } => "open_by_hand",
            Self::OverrideCheck { .. } => "override_check",
            Self::RestoreCheck { .. } => "restore_check",
            Self::AskSources => "ask_sources",
            Self::Assign { .. } => "assign",
            Self::Upkeep(upkeep) => upkeep.name(),
        }
    }
}
