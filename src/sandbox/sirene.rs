//! Simulated INSEE Sirene 3.11: one endpoint, the establishments it was told of, and the ways it fails. Must not know
//! the other simulators: whoever wires them may hand it a second source of establishments.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::json;

use super::insee;
pub use super::insee::Establishment;
use super::registers::outage::{Switch, huge};

/// What goes wrong, until told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Down503,
    TooMany429,
    /// The right answer, late.
    Slow(Duration),
    /// A proxy's page with status 200.
    Html,
    /// Every establishment is unknown.
    NotFound,
    Error500,
    /// A body of fifty megabytes.
    Huge,
    /// Every unit was closed as a duplicate.
    Duplicate301,
    /// No establishment is shown to us.
    Withheld403,
}

type Source = Arc<dyn Fn(&str) -> Option<Establishment> + Send + Sync>;

/// Clones share the same state.
#[derive(Clone, Default)]
pub struct Sirene {
    /// How it fails, and the SIRETs it was asked for, faults included.
    pub switch: Switch<Fault>,
    inner: Arc<Mutex<Inner>>,
    source: Option<Source>,
}

#[derive(Default)]
struct Inner {
    known: BTreeMap<String, Establishment>,
    successors: BTreeMap<String, String>,
}

impl Sirene {
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

    /// The establishment that took over another.
    pub fn succeed(&self, siret: &str, successor: &str) {
        self.lock().successors.insert(siret.to_owned(), successor.to_owned());
    }

    pub fn router(&self) -> Router {
        Router::new()
            .route("/api-sirene/3.11/siret/liensSuccession", get(links))
            .route("/api-sirene/3.11/siret/{siret}", get(answer))
            .with_state(self.clone())
    }

    fn find(&self, siret: &str) -> Option<Establishment> {
        let known = self.lock().known.get(siret).cloned();
        known.or_else(|| self.source.as_ref().and_then(|source| source(siret)))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(State(sirene): State<Sirene>, Path(siret): Path<String>, headers: HeaderMap) -> Response {
    sirene.switch.note(siret.clone());
    if headers.get("X-INSEE-Api-Key-Integration").is_none_or(|key| key.is_empty()) {
        return refusal(StatusCode::UNAUTHORIZED, "Clé d'API absente ou inconnue");
    }
    let fault = sirene.switch.get();
    match fault {
        Some(Fault::Down503) => return refusal(StatusCode::SERVICE_UNAVAILABLE, "Service momentanément indisponible"),
        Some(Fault::TooMany429) => {
            let busy = refusal(StatusCode::TOO_MANY_REQUESTS, "Quota de 30 requêtes par minute dépassé");
            return ([(header::RETRY_AFTER, "60")], busy).into_response();
        }
        Some(Fault::Error500) => return refusal(StatusCode::INTERNAL_SERVER_ERROR, "Erreur interne du serveur"),
        Some(Fault::Huge) => return huge(),
        Some(Fault::Duplicate301) => {
            return refusal(StatusCode::MOVED_PERMANENTLY, "Unité légale fermée pour cause de doublon");
        }
        Some(Fault::Withheld403) => return refusal(StatusCode::FORBIDDEN, "Statut de diffusion partielle"),
        Some(Fault::Html) => return axum::response::Html("<html><body>Maintenance</body></html>").into_response(),
        Some(Fault::Slow(delay)) => tokio::time::sleep(delay).await,
        Some(Fault::NotFound) | None => {}
    }
    if siret.len() != 14 || !siret.bytes().all(|byte| byte.is_ascii_digit()) {
        return refusal(StatusCode::BAD_REQUEST, "Erreur de syntaxe dans le paramètre siret");
    }
    match sirene.find(&siret).filter(|_| fault != Some(Fault::NotFound)) {
        Some(establishment) => Json(insee::payload(&establishment)).into_response(),
        None => refusal(StatusCode::NOT_FOUND, &format!("Aucun élément trouvé pour le siret {siret}")),
    }
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

async fn links(State(sirene): State<Sirene>, Query(asked): Query<Asked>) -> Response {
    let before = asked.q.rsplit(':').next().unwrap_or_default().to_owned();
    let Some(after) = sirene.lock().successors.get(&before).cloned() else {
        return refusal(StatusCode::NOT_FOUND, "Aucun lien de succession trouvé");
    };
    let link = json!({
        "siretEtablissementPredecesseur": before, "siretEtablissementSuccesseur": after,
        "dateLienSuccession": "2026-01-01", "transfertSiege": true, "continuiteEconomique": true,
        "dateDernierTraitementLienSuccession": "2026-01-05T08:00:00.000",
    });
    Json(json!({ "header": { "statut": 200, "message": "ok" }, "liensSuccession": [link] })).into_response()
}

fn refusal(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "header": { "statut": status.as_u16(), "message": message } }))).into_response()
}
