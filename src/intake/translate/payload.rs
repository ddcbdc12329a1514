//! The wire shape of a DataPass request, read tolerantly, whether a webhook's `data` or an item of the API: a blank answer
//! is absent here and null there, a duration is a number here and text there, two keys are in French in the API.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::clients::sirene;
use crate::domain::{Contact, Dossier, Editeur, Organisation};

#[derive(Deserialize)]
pub struct Payload {
    pub data: Request,
}

#[derive(Deserialize)]
pub struct Request {
    #[serde(default, deserialize_with = "lenient")]
    pub public_id: Option<Uuid>,
    pub state: String,
    #[serde(default)]
    data: Map<String, Value>,
    #[serde(default, deserialize_with = "lenient")]
    pub last_submitted_at: Option<DateTime<Utc>>,
    #[serde(alias = "organisation")]
    organization: Body,
    applicant: Applicant,
    #[serde(default)]
    service_provider: Option<Map<String, Value>>,
    #[serde(default, alias = "habilitations")]
    pub authorizations: Vec<Authorization>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    siret: Option<String>,
    #[serde(default)]
    insee_payload: Value,
}

#[derive(Deserialize)]
struct Applicant {
    email: String,
    #[serde(default)]
    given_name: Option<String>,
    #[serde(default)]
    family_name: Option<String>,
    #[serde(default)]
    phone_number: Option<String>,
    #[serde(default)]
    job_title: Option<String>,
}

#[derive(Deserialize)]
pub struct Authorization {
    #[serde(default)]
    state: String,
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub id: i64,
    #[serde(default)]
    data: Map<String, Value>,
}

/// A value of an unexpected shape is unknown, not an error.
fn lenient<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(serde_json::from_value(value).ok())
}

impl Request {
    /// The answers of the event.
    pub fn dossier(&self) -> Dossier {
        self.read(&self.data)
    }

    /// The answers that a habilitation was given on.
    pub fn answers_of(&self, authorization: &Authorization) -> Dossier {
        self.read(&authorization.data)
    }

    /// The answers of the newest active habilitation: what is in force. `revoked` is stale, only `state` counts.
    pub fn authorised(&self) -> Option<Dossier> {
        let active = self.authorizations.iter().filter(|a| a.state == "active");
        active.max_by_key(|a| (a.created_at, a.id)).map(|newest| self.read(&newest.data))
    }

    /// Numbers of the habilitations that DataPass holds, in order.
    pub fn authorisation_numbers(&self) -> Vec<i64> {
        let mut numbers: Vec<i64> = self.authorizations.iter().map(|a| a.id).filter(|id| *id > 0).collect();
        numbers.sort_unstable();
        numbers
    }

    pub fn has_active_authorization(&self) -> bool {
        self.authorizations.iter().any(|a| a.state == "active")
    }

    fn read(&self, answers: &Map<String, Value>) -> Dossier {
        Dossier {
            organisation: self.organisation(),
            demandeur: self.demandeur(),
            contact_metier: contact(answers, "contact_metier"),
            dpd: contact(answers, "delegue_protection_donnees"),
            cadre_juridique: text(answers, "cadre_juridique_nature"),
            deliberation_url: text(answers, "cadre_juridique_url"),
            destinataires: text(answers, "destinataire_donnees_caractere_personnel"),
            conservation_mois: number(answers, "duree_conservation_donnees_caractere_personnel"),
            conservation_justification: text(answers, "duree_conservation_donnees_caractere_personnel_justification"),
            editeur: self.service_provider.as_ref().and_then(editeur),
        }
    }

    fn organisation(&self) -> Organisation {
        let body = &self.organization;
        let named = Organisation {
            raw_siret: clean(body.siret.as_deref()),
            name: clean(body.name.as_deref()).unwrap_or_default(),
            ..Organisation::default()
        };
        match sirene::organisation(&body.insee_payload) {
            Some(described) if described.raw_siret == named.raw_siret => named.completed_by(&described),
            _ => named,
        }
    }

    fn demandeur(&self) -> Contact {
        let applicant = &self.applicant;
        Contact {
            given_name: clean(applicant.given_name.as_deref()),
            family_name: clean(applicant.family_name.as_deref()),
            email: applicant.email.trim().to_lowercase(),
            phone: clean(applicant.phone_number.as_deref()),
            job_title: clean(applicant.job_title.as_deref()),
        }
    }
}

fn contact(answers: &Map<String, Value>, role: &str) -> Option<Contact> {
    let field = |name: &str| text(answers, &format!("{role}_{name}"));
    let contact = Contact {
        given_name: field("given_name"),
        family_name: field("family_name"),
        email: field("email").unwrap_or_default().to_lowercase(),
        phone: field("phone_number"),
        job_title: field("job_title"),
    };
    (contact != Contact::default()).then_some(contact)
}

fn editeur(provider: &Map<String, Value>) -> Option<Editeur> {
    let id = text(provider, "id")?;
    Some(Editeur { id, siret: text(provider, "siret"), kind: text(provider, "type") })
}

fn text(map: &Map<String, Value>, key: &str) -> Option<String> {
    clean(map.get(key)?.as_str())
}

fn number(map: &Map<String, Value>, key: &str) -> Option<i64> {
    let value = map.get(key)?;
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn clean(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
}
