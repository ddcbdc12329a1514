//! The web sites of invented town halls, whatever their name in `.test`: délibérations as PDF files of every sort, a page
//! that leads to one, and addresses where there is nothing any more. Other documents are published on command.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Bytes,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, html};

/// Names that no real site has.
const INVENTED: &str = ".test";

/// Files below `/deliberations/`, made by `seeds/deliberations/fabrique.mjs`.
const SHIPPED: [(&str, &[u8]); 5] = [
    ("tarifs.pdf", include_bytes!("../../seeds/deliberations/tarifs.pdf")),
    ("numerisee.pdf", include_bytes!("../../seeds/deliberations/numerisee.pdf")),
    ("colonnes.pdf", include_bytes!("../../seeds/deliberations/colonnes.pdf")),
    ("protegee.pdf", include_bytes!("../../seeds/deliberations/protegee.pdf")),
    ("api-seule.pdf", include_bytes!("../../seeds/deliberations/api-seule.pdf")),
];

/// The sites; clones share what is published.
#[derive(Clone, Default)]
pub struct TownHalls {
    published: Arc<Mutex<BTreeMap<String, Bytes>>>,
}

impl TownHalls {
    /// Publishes other bytes at a path, on every site.
    pub fn publish(&self, path: &str, bytes: impl Into<Bytes>) {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), bytes.into());
    }

    fn find(&self, path: &str) -> Option<Bytes> {
        let published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        published.get(path).cloned().or_else(|| shipped(path.strip_prefix("/deliberations/")?).map(Bytes::from_static))
    }
}

/// A délibération that comes with the program.
pub fn shipped(name: &str) -> Option<&'static [u8]> {
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes)
}

/// Answers for the invented sites, and leaves the others to the sandbox.
pub(super) async fn answer(State(sites): State<TownHalls>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    if !host.ends_with(INVENTED) {
        return next.run(request).await;
    }
    let path = request.uri().path();
    match (path, sites.find(path)) {
        (_, Some(bytes)) => {
            let kind = if bytes.starts_with(b"%PDF-") { "application/pdf" } else { "text/html; charset=utf-8" };
            ([(header::CONTENT_TYPE, kind)], bytes).into_response()
        }
        ("/tarifs", None) => page(host).into_response(),
        _ => (StatusCode::NOT_FOUND, "Cette page n’existe plus.").into_response(),
    }
}

fn page(host: &str) -> maud::Markup {
    html! {
        (DOCTYPE)
        html lang="fr" {
            head { meta charset="utf-8"; title { "Tarifs municipaux" } }
            body {
                h1 { "Tarifs de la restauration scolaire" }
                p { "Le conseil municipal, réuni le 12 mars 2026, a voté des tarifs modulés selon le quotient familial." }
                table {
                    tr { th { "Quotient familial" } th { "Repas" } }
                    tr { td { "Moins de 400" } td { "1,20 €" } }
                    tr { td { "De 401 à 700" } td { "2,10 €" } }
                    tr { td { "Plus de 700" } td { "3,60 €" } }
                }
                p { a href="/deliberations/tarifs.pdf" { "La délibération (PDF)" } }
                footer { (host) }
            }
        }
    }
}
