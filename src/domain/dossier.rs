//! The answers of a request: who asks, for which body, on which legal ground. A value: what DataPass said at one
//! moment, in our words. Must not know where it came from nor what was decided on it.

use serde::{Deserialize, Serialize};
use siret::Siret;

/// Everything a demandeur filled in, as of one submission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    pub organisation: Organisation,
    pub demandeur: Contact,
    pub contact_metier: Option<Contact>,
    pub dpd: Option<Contact>,
    /// The legal ground, free text.
    pub cadre_juridique: Option<String>,
    /// Link to the délibération; when absent, DataPass holds a file it shows to nobody but its own readers.
    pub deliberation_url: Option<String>,
    pub destinataires: Option<String>,
    /// Retention of the data, in months.
    pub conservation_mois: Option<i64>,
    pub conservation_justification: Option<String>,
    pub editeur: Option<Editeur>,
}

/// The body that will offer the form. Register facts are absent when DataPass sent an empty register payload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// As typed or sent; may be malformed or absent (foreign body). Use [`Organisation::siret`].
    pub raw_siret: Option<String>,
    pub name: String,
    /// The acronym that the register gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sigle: Option<String>,
    /// Code of the « catégorie juridique », four digits.
    pub legal_category: Option<String>,
    /// INSEE code of the commune where the establishment sits.
    pub code_cog: Option<String>,
    pub postal_code: Option<String>,
    pub town: Option<String>,
    /// Both the legal unit and the establishment are active; `None` when the register did not say.
    pub active: Option<bool>,
    pub head_office: Option<bool>,
}

impl Organisation {
    /// The SIRET, when it is a well-formed one.
    pub fn siret(&self) -> Option<Siret> {
        self.raw_siret.as_deref()?.parse().ok()
    }

    /// Whether register facts came with the request.
    pub fn is_described(&self) -> bool {
        self.legal_category.is_some() || self.active.is_some()
    }

    pub fn is_named(&self) -> bool {
        is_name(&self.name)
    }

    /// This organisation, its blanks filled from `other`.
    pub fn completed_by(mut self, other: &Organisation) -> Self {
        if !self.is_named() && other.is_named() {
            self.name.clone_from(&other.name);
        }
        self.sigle = self.sigle.or_else(|| other.sigle.clone());
        self.legal_category = self.legal_category.or_else(|| other.legal_category.clone());
        self.code_cog = self.code_cog.or_else(|| other.code_cog.clone());
        self.postal_code = self.postal_code.or_else(|| other.postal_code.clone());
        self.town = self.town.or_else(|| other.town.clone());
        self.active = self.active.or(other.active);
        self.head_office = self.head_office.or(other.head_office);
        self
    }
}

/// DataPass sends a phrase instead of a name it does not know: « l'organisation 217… (nom inconnu) », and Sirene `[ND]`
/// instead of one that it does not diffuse.
pub fn is_name(text: &str) -> bool {
    let name = text.trim();
    !name.is_empty() && name != "[ND]" && !name.ends_with("(nom inconnu)")
}

/// A person of the request. DataPass may leave anything but the e-mail blank.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: String,
    pub phone: Option<String>,
    pub job_title: Option<String>,
}

impl Contact {
    /// « Camille Bouchet », or the e-mail when no name is known.
    pub fn display_name(&self) -> String {
        let parts: Vec<&str> = [&self.given_name, &self.family_name].into_iter().filter_map(|p| p.as_deref()).collect();
        if parts.is_empty() { self.email.clone() } else { parts.join(" ") }
    }

    /// The domain of the e-mail, in lower case, when it looks like one.
    pub fn domain(&self) -> Option<String> {
        let (local, domain) = self.email.trim().rsplit_once('@')?;
        let domain = domain.trim_end_matches('.').to_lowercase();
        let is_plausible = !local.is_empty() && domain.len() <= 253 && domain.contains('.') && !domain.contains(' ');
        is_plausible.then_some(domain)
    }
}

/// The software publisher acting for the collectivité, when there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editeur {
    pub id: String,
    pub siret: Option<String>,
    /// `editor` or `saas`, as DataPass says.
    pub kind: Option<String>,
}

impl Editeur {
    /// Whether HubEE can be told of it: publishers alone are delegated to. A collectivité that uses a SaaS, or something
    /// that DataPass does not name, receives by itself, in the portal.
    pub fn is_publisher(&self) -> bool {
        self.kind.as_deref() == Some("editor")
    }
}
