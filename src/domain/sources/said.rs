//! The answers of registers, in our words. What is unknown is `None`: registers leave blanks.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::Organisation;

/// What Sirene says of a SIRET that it knows of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Registered {
    Known(Box<Establishment>),
    /// The legal unit was closed as the duplicate of another.
    Duplicate,
    /// It exists, and is not shown to us.
    Withheld,
}

/// An establishment, in Sirene.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Establishment {
    pub organisation: Organisation,
    /// The legal unit is active.
    pub unit_active: Option<bool>,
    /// The establishment is open, in its current period.
    pub open: Option<bool>,
    /// When the current period began.
    pub since: Option<NaiveDate>,
    /// SIRET of the head office of its unit.
    pub head_siret: Option<String>,
    /// SIRET that took over, when it is closed and Sirene says so.
    pub successor: Option<String>,
}

/// A legal unit, in Recherche d’entreprises.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub siren: String,
    pub name: String,
    pub active: Option<bool>,
    /// The establishment that was asked about; `None` when it is not listed.
    pub open: Option<bool>,
    pub legal_category: Option<String>,
    pub code_cog: Option<String>,
    pub head_siret: Option<String>,
    /// `None`: not a collectivité, or no élu known.
    pub elected: Option<Vec<Elected>>,
}

/// Somebody elected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elected {
    pub family: String,
    pub given: String,
    /// « Maire », « 1er adjoint au Maire »; `None` for a plain councillor.
    pub function: Option<String>,
}

/// What a commune code is today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub standing: Standing,
    /// The commune of today: the one that holds the arrondissement, or replaced the former commune.
    pub commune: Commune,
}

/// How a code stands to the commune of today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Commune,
    Arrondissement,
    /// A commune that is now part of another.
    Former,
}

/// A commune of today.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commune {
    pub code_cog: String,
    pub name: String,
    pub siren: Option<String>,
    pub departement: Option<String>,
    pub departement_name: Option<String>,
    pub epci_siren: Option<String>,
    pub epci_name: Option<String>,
}

/// A mairie, in the Annuaire de l’administration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mairie {
    pub name: String,
    pub emails: Vec<String>,
    /// Addresses of its sites, whole.
    pub websites: Vec<String>,
    pub phones: Vec<String>,
}

/// Where the mails of a domain go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Mailboxes {
    /// Servers that receive, best first.
    Servers { hosts: Vec<String> },
    /// No server named; the domain itself is a host, which mail software tries.
    Implicit,
    /// It says that it receives none (RFC 7505).
    Refused,
    /// The domain exists and nothing there can receive.
    Nowhere,
}

/// What HubEE has of a SIRET.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InHubee {
    pub organisations: Vec<Branch>,
    /// To the form. `None`: our rights don't let us list them.
    pub abonnements: Option<Vec<Abonnement>>,
}

/// An organisation of HubEE: a SIRET under a « code guichet ».
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    pub code: String,
    /// In HubEE's words: « Actif ».
    pub status: String,
}

/// A subscription of HubEE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abonnement {
    pub branch: String,
    /// Number of the request it was made for; `None` when it was made by hand.
    pub datapass_id: Option<i64>,
    /// In HubEE's words: « Actif », « Inactif », « Suspendu », « Refusé ».
    pub status: String,
    /// « PORTAIL », « API »; `None` when nobody chose.
    pub access_mode: Option<String>,
    /// Address of its administrator.
    pub administrator: Option<String>,
}

/// A line of the CNIL's list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DpdDeclaration {
    /// The body that designates.
    pub name: String,
    /// Whether an organisation was designated; people are not named by the list.
    pub organisation: Option<String>,
    pub organisation_siren: Option<String>,
    pub email: Option<String>,
    pub since: Option<NaiveDate>,
}
