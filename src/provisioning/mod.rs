//! The mise en service at HubEE: organisation, subscription (the demandeur's account is its side effect), activation,
//! read-back. A durable saga: each step is found or else created, then verified; each call has its intent written before
//! and its evidence after; it ends open, waiting, or held for a person, and never lost. Must not know what follows.

mod account;
mod activation;
mod adoption;
mod awaited;
mod by_hand;
mod circuit;
pub mod drift;
mod failure;
mod journal;
mod lane;
mod organisation;
mod preflight;
mod progress;
mod regrant;
mod relance;
mod saga;
mod subscription;
pub mod suspension;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::clients::hubee::Delegation;
use crate::domain::{Dossier, Editeur, Habilitation, Organisation};
use crate::store::provisioning::ProvisioningRow;

pub use account::{Access, Account, Confirmed};
pub use adoption::{Difference, Differences};
pub use awaited::{Awaited, awaited};
pub use by_hand::{Parked, SKIPPABLE, Skipped, is_parked, park, skip};
pub use circuit::{Gate, admit, probe, refused};
pub use failure::{ErrorClass, GIVE_UP, pace};
pub use journal::{CHECKS, Planned, noted};
pub use lane::{enter, leave};
pub use preflight::{Prepared, Target, is_branch, prepare};
pub use progress::{Place, Progress, StepView, of as progress_of, progress};
pub use relance::{ESCALATION, due as relance_due, unheard};
pub use saga::{Ended, Look, Saga, advance, begin, look, shut, unpublishable};

/// The steps, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Preflight,
    Organisation,
    Subscription,
    Activation,
    Verification,
    Open,
}

impl Step {
    pub const ALL: [Self; 6] =
        [Self::Preflight, Self::Organisation, Self::Subscription, Self::Activation, Self::Verification, Self::Open];

    /// Stable name: the `step` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Preflight => "preflight",
            Self::Organisation => "organisation",
            Self::Subscription => "subscription",
            Self::Activation => "activation",
            Self::Verification => "verification",
            Self::Open => "open",
        }
    }

    /// What it does, for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Preflight => "Contrôle des données à transmettre",
            Self::Organisation => "Organisation connue de HubEE",
            Self::Subscription => "Abonnement au formulaire et compte du demandeur",
            Self::Activation => "Activation de l’abonnement",
            Self::Verification => "Relecture dans HubEE",
            Self::Open => "Page publique ouverte",
        }
    }

    /// The step named so; an unknown name starts over, which is harmless since every step looks before it acts.
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|step| step.name() == name).unwrap_or(Self::Preflight)
    }
}

/// How a mise en service is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Running,
    /// HubEE did not answer well; another try is planned.
    Retrying,
    /// A person is asked: see the hold.
    Held,
    /// Tries are used up, or HubEE refuses for good.
    Parked,
    AwaitingActivation,
    Open,
}

impl Status {
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Retrying, Self::Held, Self::Parked, Self::AwaitingActivation, Self::Open];

    /// Stable name: the `status` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Retrying => "retrying",
            Self::Held => "held",
            Self::Parked => "parked",
            Self::AwaitingActivation => "awaiting_activation",
            Self::Open => "open",
        }
    }

    /// For a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Running => "En cours",
            Self::Retrying => "Nouvel essai prévu",
            Self::Held => "Une personne est demandée",
            Self::Parked => "Arrêtée",
            Self::AwaitingActivation => "À activer par la collectivité",
            Self::Open => "En service",
        }
    }

    /// The status named so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// What an instructeur set right before it is sent to HubEE, and decided; the request itself is not touched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Corrections {
    /// Address of HubEE's local administrator.
    pub email: Option<String>,
    /// Name shown in HubEE, 100 characters at most.
    pub name: Option<String>,
    pub code_cog: Option<String>,
    pub postal_code: Option<String>,
    /// Where HubEE writes when a télédossier arrives, when it is not the demandeur's address: a service's, rather.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notified: Option<String>,
    /// Id of a subscription of HubEE to use as it stands, though it differs from what was asked.
    pub attach: Option<String>,
    pub editeur: Option<EditeurChoice>,
    /// A person prefers to wait before they choose about a subscription: it is read again each day.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub waits: bool,
    /// The body that the request's own became part of: it is served in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Organisation>,
    /// Put aside by a person: no run until a person takes it up again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parked: Option<Parked>,
    /// Steps that a person took upon themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
}

impl Corrections {
    /// What was set right in a mise en service.
    pub fn of(row: &ProvisioningRow) -> Self {
        serde_json::from_value(row.corrections.0.clone()).unwrap_or_default()
    }

    /// Whether anything of what is sent was set right.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// A request as HubEE would be told of it.
    pub fn applied(&self, habilitation: &Habilitation) -> Habilitation {
        let mut told = habilitation.clone();
        let organisation = &mut told.dossier.organisation;
        if let Some(name) = &self.name {
            organisation.name.clone_from(name);
        }
        organisation.code_cog = self.code_cog.clone().or(organisation.code_cog.take());
        organisation.postal_code = self.postal_code.clone().or(organisation.postal_code.take());
        told
    }

    /// The éditeur that receives in place of the collectivité: a publisher, unless a person chose the portal for it.
    pub fn delegates_to<'a>(&self, dossier: &'a Dossier) -> Option<&'a Editeur> {
        let portal = self.editeur.as_ref().filter(|choice| !choice.delegate).map(|choice| choice.siret.as_str());
        let editeur = dossier.editeur.as_ref().filter(|editeur| editeur.is_publisher());
        editeur.filter(|editeur| portal != Some(editeur.siret.as_deref().unwrap_or_default()))
    }

    /// The body that is served: the one in force, or the one it became part of. `None` when nothing is in force.
    pub fn body(&self, habilitation: &Habilitation) -> Option<Organisation> {
        let in_force = habilitation.in_force.as_ref()?;
        Some(self.merged_into.clone().unwrap_or_else(|| in_force.dossier.organisation.clone()))
    }
}

/// What a person decided about the éditeur of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditeurChoice {
    /// SIRET and commune of the éditeur as they were shown: another éditeur is another question.
    pub siret: String,
    pub code_cog: String,
    /// Delegate to it; otherwise the collectivité uses the portal.
    pub delegate: bool,
}

/// What HubEE lets our credentials do, as last seen. `None`: not tried yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rights {
    /// To find an organisation by its key.
    pub organisation: Option<bool>,
    // With subscriptions:
    pub list: Option<bool>,
    pub read: Option<bool>,
    pub update: Option<bool>,
}

impl Rights {
    /// As a row keeps them.
    pub fn of(row: &ProvisioningRow) -> Self {
        row.rights.as_ref().and_then(|json| serde_json::from_value(json.0.clone()).ok()).unwrap_or_default()
    }

    /// What was refused to us, in French.
    pub fn refused(self) -> Vec<&'static str> {
        [
            (self.organisation, "trouver une organisation"),
            (self.list, "lister les abonnements"),
            (self.read, "relire un abonnement"),
            (self.update, "modifier un abonnement"),
        ]
        .into_iter()
        .filter_map(|(right, words)| (right == Some(false)).then_some(words))
        .collect()
    }

    /// Whether the scope we ask for promises what was refused: `DATAPASS` is only promised to create.
    pub fn falls_short(self, scope: &str) -> bool {
        scope != "DATAPASS" && !self.refused().is_empty()
    }
}

/// Who opened a form that HubEE did not show as active, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedByHand {
    pub by: String,
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// Why a person is asked: which rule, what is wrong, what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Code of the rule: `PF-MAIL-RE`, `ADOPTION`…
    pub code: String,
    pub sentence: String,
    pub remedy: String,
    /// The éditeur that a person is asked to confirm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Delegation>,
}

impl Hold {
    pub(crate) fn new(code: &str, sentence: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { code: code.into(), sentence: sentence.into(), remedy: remedy.into(), delegation: None }
    }
}

/// How far one run went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Read back as active: the form may open.
    Opened,
    /// The collectivité must activate in HubEE's portal: look again at this instant.
    AwaitsActivation { again: DateTime<Utc> },
    /// A person is asked.
    Held { why: String },
    /// HubEE did not answer well: try again.
    Retry { why: String },
    /// Tries are used up, or HubEE refuses for good.
    Parked { why: String },
}
