//! What outside registers say of a body and of its people, in our words, and whether they were heard at all. Pure values:
//! knows neither how a register is asked nor what a check should conclude.

mod question;
mod said;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use question::{Question, council_is_the_communes, questions};
pub use said::{
    Abonnement, Branch, Commune, DpdDeclaration, Elected, Establishment, InHubee, Mailboxes, Mairie, Place, Registered,
    Standing, Unit,
};

/// A register asked over the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Sirene,
    Recherche,
    Geo,
    Annuaire,
    Dns,
    /// What is there already, before anything is made there.
    Hubee,
}

impl Source {
    pub const ALL: [Self; 6] = [Self::Sirene, Self::Recherche, Self::Geo, Self::Annuaire, Self::Dns, Self::Hubee];

    /// Stable name, as stored and as written in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sirene => "sirene",
            Self::Recherche => "recherche",
            Self::Geo => "geo",
            Self::Annuaire => "annuaire",
            Self::Dns => "dns",
            Self::Hubee => "hubee",
        }
    }

    /// The one named so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }

    /// French name, as people know it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sirene => "Sirene",
            Self::Recherche => "Recherche d’entreprises",
            Self::Geo => "API Géo",
            Self::Annuaire => "Annuaire de l’administration",
            Self::Dns => "DNS",
            Self::Hubee => "HubEE",
        }
    }

    /// Hours during which an answer is not asked again.
    pub fn fresh_hours(self) -> i64 {
        match self {
            Self::Sirene | Self::Dns | Self::Hubee => 24,
            Self::Recherche | Self::Annuaire => 7 * 24,
            Self::Geo => 30 * 24,
        }
    }

    /// Whether its answers name people: they are then kept less long.
    pub fn names_people(self) -> bool {
        matches!(self, Self::Recherche | Self::Hubee)
    }
}

/// What is known of one question to one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Heard<T> {
    /// Never asked: the source is off, or the question has no object.
    #[default]
    Off,
    /// Asked for, not answered yet.
    Pending,
    /// It never answered; why, in French.
    Down { since: DateTime<Utc>, why: String },
    /// It said, at that time, that it knows nothing of it. `down`: since when it can't be asked again.
    Absent { at: DateTime<Utc>, down: Option<DateTime<Utc>> },
    /// It said this, at that time.
    Found { value: T, at: DateTime<Utc>, down: Option<DateTime<Utc>> },
}

impl<T> Heard<T> {
    /// What was found, whatever its age.
    pub fn found(&self) -> Option<&T> {
        match self {
            Self::Found { value, .. } => Some(value),
            _ => None,
        }
    }

    /// When the source last answered.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Found { at, .. } | Self::Absent { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// Since when an answer, if any, can't be renewed.
    pub fn down(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Found { down, .. } | Self::Absent { down, .. } => *down,
            Self::Down { since, .. } => Some(*since),
            _ => None,
        }
    }

    /// The same knowledge of a part of what was found; [`Heard::Absent`] when there is no such part.
    pub fn part<U>(&self, take: impl FnOnce(&T) -> Option<U>) -> Heard<U> {
        match self {
            Self::Off => Heard::Off,
            Self::Pending => Heard::Pending,
            Self::Down { since, why } => Heard::Down { since: *since, why: why.clone() },
            Self::Absent { at, down } => Heard::Absent { at: *at, down: *down },
            Self::Found { value, at, down } => match take(value) {
                Some(value) => Heard::Found { value, at: *at, down: *down },
                None => Heard::Absent { at: *at, down: *down },
            },
        }
    }
}

/// Everything that was heard about one request. By default, nothing was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    pub sirene: Heard<Registered>,
    pub unit: Heard<Unit>,
    /// The élus of the body, or of its commune for a CCAS or a caisse des écoles.
    pub council: Heard<Vec<Elected>>,
    pub place: Heard<Place>,
    pub mairie: Heard<Mairie>,
    pub demandeur_mail: Heard<Mailboxes>,
    pub dpd_mail: Heard<Mailboxes>,
    /// The élus of the commune, in the register of élus that was loaded; dated by its edition.
    pub rne: Heard<Vec<Elected>>,
    /// What the body declared to the CNIL, in the list that was loaded; dated by its edition.
    pub cnil: Heard<Vec<DpdDeclaration>>,
    /// What HubEE already has of the SIRET.
    pub hubee: Heard<InHubee>,
    /// When the demandeur said, from the link sent there, that the address is theirs.
    pub confirmed: Option<DateTime<Utc>>,
}
