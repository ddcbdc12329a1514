//! What HubEE or Sirene shows and we don't: each collectivité compared, each difference named with the fix that a person
//! may choose. Nothing is mended here. Walks by parts, each resumed where the last one stopped, in bounded memory.

mod access;
mod compare;
mod hubee;
mod sirene;

use serde_json::json;

use crate::domain::Habilitation;
use crate::store::drift::Seen;
use crate::store::suspensions::SuspensionRow;

pub use hubee::{Comparing, hubee};
pub use sirene::{Asking, sirene};

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Open here, not active there.
    Inactive,
    /// Open here, unknown there.
    Missing,
    /// Stopped here, active there.
    Reactivated,
    /// We could not suspend it: a person must.
    ToSuspend,
    /// HubEE's local administrator is not the demandeur.
    Administrator,
    /// Télédossiers do not reach the collectivité as its habilitation asks.
    Access,
    /// HubEE has two abonnements that live for one collectivité.
    Double,
    /// A program may still hold the secret of an abonnement that is stopped.
    Key,
    /// HubEE has an abonnement that no request of ours explains.
    Unknown,
    /// Sirene says that the establishment is closed, or does not know it.
    Closed,
    /// Sirene has it in another commune.
    OtherCog,
    /// Sirene has another name.
    Renamed,
}

impl Kind {
    pub const ALL: [Self; 12] = [
        Self::ToSuspend,
        Self::Reactivated,
        Self::Key,
        Self::Inactive,
        Self::Missing,
        Self::Double,
        Self::Access,
        Self::Administrator,
        Self::Closed,
        Self::OtherCog,
        Self::Renamed,
        Self::Unknown,
    ];

    /// Those that HubEE's list alone tells.
    const OF_HUBEE: [Self; 7] = [
        Self::Inactive,
        Self::Missing,
        Self::Reactivated,
        Self::Administrator,
        Self::Access,
        Self::Double,
        Self::Unknown,
    ];
    /// Those that one abonnement tells by itself.
    const OF_ONE: [Self; 5] = [Self::Inactive, Self::Missing, Self::Reactivated, Self::Administrator, Self::Access];
    const OF_SIRENE: [Self; 3] = [Self::Closed, Self::OtherCog, Self::Renamed];

    /// Stable name: the `kind` column, and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inactive => "inactif",
            Self::Missing => "absent",
            Self::Reactivated => "reactive",
            Self::ToSuspend => "a-suspendre",
            Self::Administrator => "administrateur",
            Self::Access => "mode-acces",
            Self::Double => "double",
            Self::Key => "acces",
            Self::Unknown => "inconnu",
            Self::Closed => "ferme",
            Self::OtherCog => "commune",
            Self::Renamed => "nom",
        }
    }

    /// The kind named so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// For a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Inactive => "Ouvert ici, inactif dans HubEE",
            Self::Missing => "Ouvert ici, absent de HubEE",
            Self::Reactivated => "Réactivé sans nous",
            Self::ToSuspend => "À suspendre à la main",
            Self::Administrator => "Administrateur différent",
            Self::Access => "Mode d’accès ou délégation différents",
            Self::Double => "Deux abonnements pour une collectivité",
            Self::Key => "Accès par API à fermer",
            Self::Unknown => "Abonnement HubEE inconnu ici",
            Self::Closed => "Établissement fermé dans Sirene",
            Self::OtherCog => "Code de commune changé",
            Self::Renamed => "Nom changé dans Sirene",
        }
    }

    /// The fix that is proposed, as its button says it. `None`: nothing can be done from here.
    pub fn fix(self) -> Option<&'static str> {
        match self {
            Self::Inactive | Self::Missing => Some("Relancer la mise en service"),
            Self::Reactivated => Some("Suspendre de nouveau"),
            Self::ToSuspend => Some("Confirmer la suspension"),
            Self::Administrator | Self::Double => Some("Noter que HubEE est prévenu"),
            Self::Access => Some("Noter que la collectivité est prévenue"),
            Self::Closed => Some("Fermer le formulaire"),
            Self::OtherCog => Some("Publier le nouveau code"),
            Self::Renamed => Some("Publier le nouveau nom"),
            Self::Key => Some("Confirmer que l’accès est fermé"),
            Self::Unknown => None,
        }
    }

    /// Whether somebody outside must be written to, with words that are proposed.
    pub fn is_for_support(self) -> bool {
        matches!(self, Self::Administrator | Self::ToSuspend | Self::OtherCog | Self::Key | Self::Access | Self::Double)
    }

    /// What it means, and what the fix does.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Inactive => {
                "Les familles voient le formulaire, mais HubEE refuse leurs dossiers. La relance relit l’abonnement, et \
                 l’active si c’est notre rôle."
            }
            Self::Missing => {
                "Les familles voient le formulaire, mais HubEE ne sait pas à qui remettre leurs dossiers. La relance \
                 recherche l’abonnement, et le crée s’il n’existe pas."
            }
            Self::Reactivated => {
                "La collectivité a pu réactiver elle-même son abonnement. Le suspendre de nouveau, ou l’ignorer avec un motif."
            }
            Self::ToSuspend => {
                "Nos identifiants ne permettent pas de suspendre cet abonnement : écrivez au support HubEE et à \
                 l’administrateur local, puis confirmez."
            }
            Self::Administrator => {
                "Le demandeur n’est pas l’administrateur local de HubEE : il ne peut ni activer l’abonnement ni ajouter \
                 d’agents. Seul le support HubEE peut le changer."
            }
            Self::Access => {
                "HubEE remet les dossiers autrement que l’habilitation ne le demande. Rien n’est changé d’ici : changer de \
                 mode rend intraitables les dossiers déjà remis, qui sont à finir d’abord. Envoyez le message à \
                 l’administrateur local ; si ce choix convient, ignorez l’écart avec un motif."
            }
            Self::Double => {
                "HubEE connaît la collectivité sous deux codes guichet, avec un abonnement pour chacun : ses dossiers \
                 peuvent être remis là où personne ne les lit. Demandez au support HubEE de suspendre celui qui ne sert \
                 pas."
            }
            Self::Key => {
                "L’abonnement est suspendu ; son identifiant et son secret d’API restent connus de la collectivité ou de son \
                 éditeur, et HubEE n’a pas d’appel pour les retirer. Les dossiers déjà remis peuvent être traités jusqu’à \
                 leur terme : demandez ensuite au support HubEE de désactiver ou de renouveler ce secret, puis confirmez."
            }
            Self::Unknown => "Fait à la main, ou par un autre service. Rien ne peut y être changé d’ici.",
            Self::Closed => {
                "Fermer le formulaire suspend aussi l’abonnement. Si la commune a fusionné, ouvrez plutôt la fusion depuis \
                 la page de la demande."
            }
            Self::OtherCog => {
                "Le code publié dit à HubEE à qui remettre les dossiers : il ne change que lorsque HubEE connaît \
                 l’organisation sous le nouveau."
            }
            Self::Renamed => "Seul le nom montré aux familles change.",
        }
    }
}

/// How a comparison goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Running,
    /// The list is refused: read one by one.
    OneByOne,
    Done,
    /// Not even that: our credentials may not read.
    Refused,
    /// Until tomorrow: credentials refused, or enough asked for a night.
    Resting,
}

impl Standing {
    pub const ALL: [Self; 5] = [Self::Running, Self::OneByOne, Self::Done, Self::Refused, Self::Resting];

    /// Stable name: the `status` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::OneByOne => "one_by_one",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Resting => "resting",
        }
    }

    /// The standing named so.
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.name() == name).unwrap_or(Self::Running)
    }

    /// For a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Running => "en cours",
            Self::OneByOne => "en cours, un abonnement à la fois : HubEE refuse de les lister",
            Self::Done => "terminé",
            Self::Refused => "impossible : HubEE refuse de montrer les abonnements à nos identifiants",
            Self::Resting => "suspendu jusqu’à la nuit prochaine",
        }
    }
}

/// HubEE's comparison, by its stable name.
pub const HUBEE: &str = "hubee";
/// Sirene's.
pub const SIRENE: &str = "sirene";

/// The task of a new demandeur who is not HubEE's administrator.
pub fn administrator(habilitation: &Habilitation, siret: &str, expected: &str, found: &str) -> Seen {
    of(
        habilitation,
        Kind::Administrator,
        siret,
        expected.to_owned(),
        found.to_owned(),
        json!({ "administrator": found }),
    )
}

/// The task of suspending by hand.
pub fn to_suspend(habilitation: &Habilitation, row: &SuspensionRow) -> Seen {
    let due = row.due_on.map(crate::domain::paris::day_in_words).unwrap_or_default();
    let why = row.last_error.clone().unwrap_or_default();
    let detail = json!({ "due_on": row.due_on, "subscription": row.subscription_id, "branch": row.branch_code });
    of(habilitation, Kind::ToSuspend, &row.siret, format!("Suspendu, au plus tard le {due}"), why, detail)
}

/// A secret that only HubEE's support can take back.
pub fn key_to_close(habilitation: &Habilitation, row: &SuspensionRow, access: &str) -> Seen {
    let detail = json!({ "subscription": row.subscription_id, "branch": row.branch_code });
    of(habilitation, Kind::Key, &row.siret, "Secret désactivé".into(), access.to_owned(), detail)
}

/// What was suspended is active again.
pub fn reactivated(habilitation: &Habilitation, row: &SuspensionRow) -> Seen {
    let observed = row.observed.clone().unwrap_or_default();
    let detail = json!({ "subscription": row.subscription_id });
    of(habilitation, Kind::Reactivated, &row.siret, "Suspendu".into(), observed, detail)
}

fn of(
    habilitation: &Habilitation,
    kind: Kind,
    siret: &str,
    expected: String,
    found: String,
    detail: serde_json::Value,
) -> Seen {
    Seen {
        kind: kind.name(),
        siret: siret.to_owned(),
        habilitation: Some(habilitation.id),
        datapass_id: Some(habilitation.datapass_id),
        name: habilitation.dossier.organisation.name.clone(),
        expected,
        found,
        detail,
    }
}

/// One part of a comparison: what it met, to be written in one transaction with where it stopped.
#[derive(Debug, Default)]
pub struct Part {
    pub seen: Vec<Seen>,
    /// Kind and SIRET of the differences that are no longer there.
    pub gone: Vec<(String, String)>,
    /// Suspensions worth another look: HubEE shows what a person was asked to do.
    pub look: Vec<uuid::Uuid>,
}

impl Part {
    /// Standing differences of these kinds that were not met again.
    fn forget(&mut self, standing: Vec<(String, String)>, kinds: &[Kind], compared: impl Fn(&str) -> bool) {
        let met = |kind: &str, siret: &str| self.seen.iter().any(|seen| seen.kind == kind && seen.siret == siret);
        let gone = standing
            .into_iter()
            .filter(|(kind, siret)| kinds.iter().any(|one| one.name() == kind) && compared(siret) && !met(kind, siret));
        self.gone = gone.collect();
    }
}
