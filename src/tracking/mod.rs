//! What the demandeur is told behind their unguessable link: where the request stands and what comes next, in plain
//! words. Pure: facts in, sentences out. Must not know addresses, and shows nobody's name, e-mail or telephone.

mod ending;
mod texts;

use chrono::{DateTime, Utc};

use crate::domain::{Habilitation, State};
use crate::store::provisioning::ProvisioningRow;

pub use ending::ending;

/// Whether a step is behind, under way or ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Done,
    Current,
    Todo,
}

/// One step of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub label: &'static str,
    pub status: Status,
    pub at: Option<DateTime<Utc>>,
    pub detail: Option<String>,
}

/// How the demandeur gets into HubEE's portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// With an account that HubEE makes along with the abonnement.
    Created,
    /// With the account they have.
    Existing,
    /// By asking whoever is the administrator there.
    Elsewhere,
    Unknown,
}

/// What they are told of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portal {
    pub entry: Entry,
    /// They log in with an address that an instructeur agreed on with them, not with the one of the request.
    pub agreed: bool,
    /// They may still need to hear how to log in: nobody said that the account works, and all this is recent.
    pub first_steps: bool,
}

/// Who the next gesture is up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The demandeur must act in DataPass.
    DatapassByDemandeur,
    /// The demandeur must act in HubEE's portal.
    HubeeByDemandeur,
    /// The service works; the demandeur waits.
    Ours,
    /// The form is open.
    InService,
    /// Nothing more will happen by itself.
    Over,
}

/// Where the request stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub headline: String,
    pub turn: Turn,
    /// What the instructeur wrote to the demandeur, as written.
    pub reason: Option<String>,
    pub steps: Vec<Step>,
    /// What comes next, one sentence or gesture each, in order.
    pub next: Vec<String>,
}

/// How the mise en service goes, from its row and from what is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    Preparing,
    /// A person of the team must look.
    Stuck,
    AwaitingActivation,
    Open,
}

impl Service {
    fn of(provisioning: Option<&ProvisioningRow>, opened: bool) -> Self {
        match provisioning.map(|row| row.status.as_str()) {
            _ if opened => Self::Open,
            Some("awaiting_activation") => Self::AwaitingActivation,
            Some("held" | "parked") => Self::Stuck,
            _ => Self::Preparing,
        }
    }
}

/// Reads a request for its demandeur. `opened`: its form is published now.
pub fn progress(
    habilitation: &Habilitation,
    provisioning: Option<&ProvisioningRow>,
    opened: bool,
    portal: Portal,
) -> Progress {
    let service = Service::of(provisioning, opened);
    let (turn, headline) = headline(habilitation, service);
    Progress {
        headline: headline.to_owned(),
        turn,
        reason: reason(&habilitation.state),
        steps: steps(habilitation, provisioning, service),
        next: texts::next(habilitation, turn, opened, portal),
    }
}

fn headline(habilitation: &Habilitation, service: Service) -> (Turn, &'static str) {
    let reopening = habilitation.is_reopening();
    match &habilitation.state {
        State::Draft if reopening => (Turn::DatapassByDemandeur, "Vous modifiez votre demande"),
        State::Draft => (Turn::DatapassByDemandeur, "Votre demande est encore un brouillon"),
        State::Submitted { .. } if reopening => (Turn::Ours, "Vos modifications sont en cours d’instruction"),
        State::Submitted { .. } => (Turn::Ours, "Votre demande est en cours d’instruction"),
        State::ChangesRequested { .. } => (Turn::DatapassByDemandeur, "Votre demande doit être modifiée"),
        State::Accepted { .. } if habilitation.in_force.is_none() => {
            (Turn::Over, "Votre habilitation n’est plus active")
        }
        State::Accepted { .. } => match service {
            Service::Open => (Turn::InService, "Votre formulaire est en service"),
            Service::AwaitingActivation => (Turn::HubeeByDemandeur, "Il vous reste à activer l’abonnement dans HubEE"),
            Service::Stuck | Service::Preparing => {
                (Turn::Ours, "Votre demande est acceptée, la mise en service est en cours")
            }
        },
        State::Refused { .. } => (Turn::Over, "Votre demande est refusée"),
        State::Revoked { .. } => (Turn::Over, "Votre habilitation est révoquée"),
        State::Archived { .. } => (Turn::Over, "Votre demande est archivée"),
    }
}

fn reason(state: &State) -> Option<String> {
    let (State::ChangesRequested { reason, .. } | State::Refused { reason, .. } | State::Revoked { reason, .. }) =
        state
    else {
        return None;
    };
    reason.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn steps(habilitation: &Habilitation, provisioning: Option<&ProvisioningRow>, service: Service) -> Vec<Step> {
    let mut steps = vec![filing(habilitation), instruction(habilitation)];
    let over = matches!(habilitation.state, State::Refused { .. } | State::Revoked { .. } | State::Archived { .. });
    let ended = matches!(habilitation.state, State::Accepted { .. }) && habilitation.in_force.is_none();
    if !over && !ended {
        steps.extend([hubee(habilitation, provisioning, service), opening(habilitation, provisioning, service)]);
    }
    steps
}

fn filing(habilitation: &Habilitation) -> Step {
    let draft = matches!(habilitation.state, State::Draft);
    Step {
        label: "Dépôt de la demande dans DataPass",
        status: if draft { Status::Current } else { Status::Done },
        at: habilitation.submitted_at.filter(|_| !draft),
        detail: draft.then(|| "La demande n’est pas encore soumise.".to_owned()),
    }
}

fn instruction(habilitation: &Habilitation) -> Step {
    let (status, at, detail) = match &habilitation.state {
        State::Draft => (Status::Todo, None, Some("Réponse sous trois jours ouvrés.".to_owned())),
        State::Submitted { due, .. } => (Status::Current, None, Some(texts::due(*due))),
        State::ChangesRequested { at, .. } => {
            (Status::Current, Some(*at), Some("Des modifications vous sont demandées.".to_owned()))
        }
        State::Accepted { at, .. } => (Status::Done, Some(*at), Some("Demande acceptée.".to_owned())),
        State::Refused { at, .. } => (Status::Done, Some(*at), Some("Demande refusée.".to_owned())),
        State::Revoked { at, .. } => (Status::Done, Some(*at), Some("Habilitation révoquée.".to_owned())),
        State::Archived { at, .. } => (Status::Done, Some(*at), Some("Demande archivée.".to_owned())),
    };
    Step { label: "Instruction de la demande", status, at, detail }
}

fn hubee(habilitation: &Habilitation, provisioning: Option<&ProvisioningRow>, service: Service) -> Step {
    let status = match service {
        Service::Open => Status::Done,
        _ if !matches!(habilitation.state, State::Accepted { .. }) => Status::Todo,
        _ => Status::Current,
    };
    let detail = match (status, service) {
        (Status::Current, Service::AwaitingActivation) => Some("L’abonnement est créé : activez-le."),
        (Status::Current, Service::Stuck) => Some("Notre équipe vérifie un point : vous n’avez rien à faire."),
        (Status::Current, _) => Some("L’abonnement est en cours de création : vous n’avez rien à faire."),
        _ => None,
    };
    Step {
        label: "Mise en service dans HubEE",
        status,
        at: provisioning.and_then(|row| row.opened_at).filter(|_| status == Status::Done),
        detail: detail.map(str::to_owned),
    }
}

fn opening(habilitation: &Habilitation, provisioning: Option<&ProvisioningRow>, service: Service) -> Step {
    let open = service == Service::Open;
    Step {
        label: "Ouverture du formulaire aux familles",
        status: if open { Status::Done } else { Status::Todo },
        at: provisioning.and_then(|row| row.opened_at).filter(|_| open),
        detail: (open && habilitation.is_reopening())
            .then(|| "Le formulaire reste ouvert pendant que vous modifiez la demande.".to_owned()),
    }
}

#[cfg(test)]
mod tests;
