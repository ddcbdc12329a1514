//! Simulated Recherche d'entreprises: one endpoint, a direct look-up by nine or fourteen digits, or the collectivité of a
//! commune, with its élus.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::invented::{Person, council};
use super::outage::Switch;
use crate::sandbox::communes;
use crate::sandbox::insee::Establishment;

type Source = Arc<dyn Fn(&str) -> Option<Establishment> + Send + Sync>;

/// Clones share the same state.
#[derive(Clone, Default)]
pub struct Recherche {
    /// How it fails, and what it was asked.
    pub switch: Switch,
    inner: Arc<Mutex<Inner>>,
    source: Option<Source>,
}

#[derive(Default)]
struct Inner {
    known: BTreeMap<String, Establishment>,
    councils: BTreeMap<String, Vec<Person>>,
}

#[derive(Deserialize)]
struct Asked {
    q: Option<String>,
    code_collectivite_territoriale: Option<String>,
}

impl Recherche {
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks `source` for the SIRETs that were not added by hand.
    pub fn backed_by(mut self, source: impl Fn(&str) -> Option<Establishment> + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Adds or replaces an establishment.
    pub fn add(&self, establishment: Establishment) {
        self.lock().known.insert(establishment.siret.clone(), establishment);
    }

    /// The élus of a commune (by COG) or of another body (by SIREN): family name, given names, office.
    pub fn elect(&self, code: &str, elected: &[(&str, &str, Option<&str>)]) {
        let person = |(family, given, office): &(&str, &str, Option<&str>)| {
            ((*family).to_owned(), (*given).to_owned(), office.map(str::to_owned))
        };
        self.lock().councils.insert(code.to_owned(), elected.iter().map(person).collect());
    }

    pub fn router(&self) -> Router {
        Router::new().route("/search", get(search)).with_state(self.clone())
    }

    fn of_siret(&self, siret: &str) -> Option<Establishment> {
        let known = self.lock().known.get(siret).cloned();
        known.or_else(|| self.source.as_ref().and_then(|source| source(siret)))
    }

    /// The commune itself, as a legal person.
    fn of_commune(&self, cog: &str) -> Option<Establishment> {
        let known = self.lock().known.values().find(|one| one.cog == cog && one.legal_category == "7210").cloned();
        known.or_else(|| communes::by_cog(cog).and_then(commune))
    }

    fn council(&self, of: &Establishment) -> Option<Vec<Person>> {
        let state = self.lock();
        if let Some(council) = state.councils.get(of.siret.get(..9).unwrap_or_default()) {
            return Some(council.clone());
        }
        let is_commune = matches!(of.legal_category.as_str(), "7210" | "7229");
        is_commune.then(|| state.councils.get(&of.cog).cloned().unwrap_or_else(|| council(&of.cog)))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A commune of the official list, whose head office has no known number: a plausible one.
fn commune(one: &communes::Commune) -> Option<Establishment> {
    let siren = one.siren?;
    Some(Establishment {
        siret: format!("{siren}00010"),
        name: format!("COMMUNE DE {}", one.name.to_uppercase()),
        legal_category: "7210".into(),
        cog: one.cog.to_owned(),
        postal_code: one.postal_codes.first().copied().unwrap_or_default().to_owned(),
        town: one.name.to_uppercase(),
        open: true,
    })
}

async fn search(State(register): State<Recherche>, Query(asked): Query<Asked>) -> Response {
    let question = asked.q.clone().or(asked.code_collectivite_territoriale.clone()).unwrap_or_default();
    register.switch.note(question);
    if let Some(spoilt) = register.switch.spoil().await {
        return spoilt;
    }
    let found = match (&asked.q, &asked.code_collectivite_territoriale) {
        (Some(q), _) if q.len() == 14 && q.bytes().all(|byte| byte.is_ascii_digit()) => register.of_siret(q),
        (Some(q), _) if q.trim().len() < 3 => return refusal("3 caractères minimum pour les termes de la requête"),
        (None, Some(cog)) => register.of_commune(cog),
        (None, None) => return refusal("Veuillez indiquer au moins un paramètre de recherche."),
        _ => None,
    };
    let results: Vec<Value> = found.iter().map(|one| result(one, register.council(one))).collect();
    let count = results.len();
    Json(json!({ "results": results, "total_results": count, "page": 1, "per_page": 1, "total_pages": count }))
        .into_response()
}

fn refusal(why: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "erreur": why }))).into_response()
}

fn result(of: &Establishment, council: Option<Vec<Person>>) -> Value {
    let state = if of.open { "A" } else { "F" };
    let place = json!({
        "siret": of.siret, "commune": of.cog, "libelle_commune": of.town, "code_postal": of.postal_code,
        "etat_administratif": state, "est_siege": true, "liste_enseignes": ["MAIRIE"],
    });
    let elus = council.map(|council| {
        let one = |(family, given, office): &Person| {
            json!({ "nom": family, "prenoms": given, "annee_de_naissance": "1967-05", "fonction": office, "sexe": null })
        };
        council.iter().map(one).collect::<Vec<_>>()
    });
    let level = if of.legal_category == "7210" { "Commune" } else { "EPCI" };
    json!({
        "siren": of.siret.get(..9), "nom_complet": of.name, "nom_raison_sociale": of.name, "sigle": null,
        "etat_administratif": if of.open { "A" } else { "C" }, "nature_juridique": of.legal_category,
        "date_creation": "1980-01-01", "date_fermeture": null, "siege": place.clone(),
        "matching_etablissements": [place], "dirigeants": [],
        "complements": { "collectivite_territoriale": elus.map(|elus| json!({
            "code": of.cog, "code_insee": of.cog, "niveau": level, "elus": elus,
        })) },
    })
}
