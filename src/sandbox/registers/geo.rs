//! Simulated geo.api.gouv.fr: communes by code, by former code and by SIREN, from the official list and from what it is
//! told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::outage::Switch;
use crate::sandbox::communes::{self, Nature};

/// Clones share the same state.
#[derive(Clone, Default)]
pub struct Geo {
    /// How it fails, and what it was asked.
    pub switch: Switch,
    told: Arc<Mutex<BTreeMap<String, Option<Value>>>>,
}

#[derive(Deserialize)]
struct Asked {
    code: Option<String>,
    #[serde(rename = "ancienCode")]
    former: Option<String>,
    siren: Option<String>,
    #[serde(rename = "type")]
    kinds: Option<String>,
}

impl Geo {
    pub fn new() -> Self {
        Self::default()
    }

    /// What it answers for a code: a commune as the API writes it.
    pub fn add(&self, code: &str, commune: Value) {
        self.lock().insert(code.to_owned(), Some(commune));
    }

    /// No commune has this code any more, nor had it.
    pub fn forget(&self, code: &str) {
        self.lock().insert(code.to_owned(), None);
    }

    pub fn router(&self) -> Router {
        Router::new().route("/communes", get(list)).with_state(self.clone())
    }

    fn find(&self, asked: &Asked) -> Option<Value> {
        if let Some(told) = asked.code.as_ref().and_then(|code| self.lock().get(code).cloned()) {
            return told;
        }
        let with_parts = asked.kinds.as_deref().is_some_and(|kinds| kinds.contains("arrondissement-municipal"));
        let found = match (&asked.code, &asked.former, &asked.siren) {
            (Some(code), ..) => communes::by_cog(code).filter(|one| match one.nature {
                Nature::Commune => true,
                Nature::Arrondissement => with_parts,
                Nature::Deleguee | Nature::Associee => false,
            }),
            (None, Some(code), _) if !self.lock().contains_key(code) => communes::successor(code),
            (None, None, Some(siren)) => communes::by_siren(siren),
            _ => None,
        };
        found.map(written)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Option<Value>>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn list(State(geo): State<Geo>, Query(asked): Query<Asked>) -> Response {
    let question = [&asked.code, &asked.former, &asked.siren].into_iter().flatten().next();
    geo.switch.note(question.cloned().unwrap_or_default());
    if let Some(spoilt) = geo.switch.spoil().await {
        return spoilt;
    }
    Json(geo.find(&asked).into_iter().collect::<Vec<_>>()).into_response()
}

fn written(one: &communes::Commune) -> Value {
    let group = communes::intercommunalites().iter().find(|group| group.members.contains(&one.cog));
    let mut written = json!({
        "nom": one.name, "code": one.cog, "codesPostaux": one.postal_codes, "codeDepartement": one.departement,
        "codeRegion": one.region, "population": one.population,
        "departement": { "code": one.departement, "nom": one.departement },
    });
    if let Some(siren) = one.siren {
        written["siren"] = siren.into();
    }
    if let Some(parent) = one.parent {
        written["codeParent"] = parent.into();
    }
    if let Some(group) = group {
        written["codeEpci"] = group.siren.into();
        written["epci"] = json!({ "code": group.siren, "nom": group.name });
    }
    if !one.former_codes.is_empty() {
        written["anciensCodes"] = one.former_codes.clone().into();
    }
    written
}
