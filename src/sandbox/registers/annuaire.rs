//! Simulated directory of the administration: the records of mairies, lists written as JSON inside of texts as the real
//! one does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::invented;
use super::outage::Switch;
use crate::sandbox::communes;

/// Addresses and sites of a mairie.
type Told = (Vec<String>, Vec<String>);

/// Clones share the same state.
#[derive(Clone, Default)]
pub struct Annuaire {
    /// How it fails, and what it was asked.
    pub switch: Switch,
    told: Arc<Mutex<BTreeMap<String, Option<Told>>>>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "where", default)]
    filter: String,
}

impl Annuaire {
    pub fn new() -> Self {
        Self::default()
    }

    /// The addresses and sites of the mairie of a commune, by COG.
    pub fn add(&self, cog: &str, emails: &[&str], sites: &[&str]) {
        let own = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
        self.lock().insert(cog.to_owned(), Some((own(emails), own(sites))));
    }

    /// The directory has no mairie for this commune.
    pub fn forget(&self, cog: &str) {
        self.lock().insert(cog.to_owned(), None);
    }

    pub fn router(&self) -> Router {
        let records = "/api/explore/v2.1/catalog/datasets/api-lannuaire-administration/records";
        Router::new().route(records, get(list)).with_state(self.clone())
    }

    fn mairie(&self, cog: &str) -> Option<Value> {
        let name = communes::by_cog(cog).map_or(cog, |one| one.name);
        let (emails, sites) = match self.lock().get(cog).cloned() {
            Some(told) => told?,
            None => {
                let domain = invented::domain(communes::by_cog(cog)?.name);
                (vec![format!("accueil@{domain}")], vec![format!("https://www.{domain}")])
            }
        };
        let sites: Vec<Value> = sites.iter().map(|site| json!({ "libelle": "", "valeur": site })).collect();
        Some(json!({
            "nom": format!("Mairie - {name}"), "code_insee_commune": cog,
            "adresse_courriel": emails.join(";"),
            "telephone": json!([{ "valeur": "05 00 00 00 00", "description": "" }]).to_string(),
            "site_internet": Value::from(sites).to_string(),
            "pivot": json!([{ "type_service_local": "mairie", "code_insee_commune": [cog] }]).to_string(),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Option<Told>>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn list(State(annuaire): State<Annuaire>, Query(asked): Query<Asked>) -> Response {
    let cog = asked.filter.split('"').nth(1).unwrap_or_default().to_owned();
    annuaire.switch.note(cog.clone());
    if let Some(spoilt) = annuaire.switch.spoil().await {
        return spoilt;
    }
    let results: Vec<Value> = annuaire.mairie(&cog).into_iter().collect();
    Json(json!({ "total_count": results.len(), "results": results })).into_response()
}
