//! Simulated national form: a third party that knows of Habilis only its public list of open collectivités, and says
//! of one whether its form is open. Must not know anything else of Habilis.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{Request, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    page::{self, Frame, Tone, alert},
    wire::exchange,
};

const PATIENCE: Duration = Duration::from_secs(3);
const LIST_CAP: usize = 5 * 1024 * 1024;
const SHOWN: usize = 100;

#[derive(Clone, Debug)]
pub struct Form {
    list: String,
    frame: Frame,
}

/// What the public list says of a collectivité.
#[derive(Debug, Deserialize)]
struct Collectivite {
    name: String,
    siret: String,
}

impl Form {
    /// A form fed by the public API of the Habilis at `habilis`, such as `http://127.0.0.1:8080`.
    pub fn new(habilis: &str) -> Self {
        Self { list: format!("{}/api/collectivites", habilis.trim_end_matches('/')), frame: Frame::default() }
    }

    /// The same, with pages that know where they are mounted.
    #[must_use]
    pub fn framed(mut self, frame: Frame) -> Self {
        self.frame = frame;
        self
    }

    pub fn router(&self) -> Router {
        let pages = Router::new().route("/", get(index)).route("/collectivites/{siret}", get(show));
        page::guarded(pages.with_state(self.clone()))
    }

    /// The open collectivités; nothing when Habilis does not answer, late, too much, or something else.
    async fn open(&self) -> Option<Vec<Collectivite>> {
        let request = Request::get(&self.list).header(header::ACCEPT, "application/json").body(Body::empty()).ok()?;
        let (status, body) = exchange(request, PATIENCE, LIST_CAP).await.ok()?;
        (status == StatusCode::OK).then(|| serde_json::from_slice(&body).ok()).flatten()
    }

    fn answer(&self, status: StatusCode, title: &str, main: Markup) -> Response {
        (status, self.frame.page(&format!("{title} – Formulaire simulé"), main)).into_response()
    }

    fn silent(&self) -> Response {
        let main = html! {
            h1 { "Habilis ne répond pas" }
            (alert(Tone::Error, "Liste indisponible", "La liste des collectivités n’a pas pu être lue. Réessayez plus tard."))
        };
        self.answer(StatusCode::BAD_GATEWAY, "Habilis ne répond pas", main)
    }
}

async fn index(State(form): State<Form>) -> Response {
    let Some(open) = form.open().await else { return form.silent() };
    let main = html! {
        h1 { "Formulaire national simulé" }
        p { "Collectivités ouvertes : " (open.len()) "." }
        @if open.len() > SHOWN { p { "Seules les " (SHOWN) " premières sont affichées." } }
        ul { @for one in open.iter().take(SHOWN) { li {
            a class="fr-link" href=(form.frame.path(&format!("/collectivites/{}", one.siret))) { (one.name) }
        } } }
    };
    form.answer(StatusCode::OK, "Collectivités ouvertes", main)
}

async fn show(State(form): State<Form>, Path(siret): Path<String>) -> Response {
    let Some(open) = form.open().await else { return form.silent() };
    match open.into_iter().find(|one| one.siret == siret) {
        Some(Collectivite { name, .. }) => {
            let title = format!("Le formulaire de {name} est ouvert");
            let main = html! {
                h1 { (title) }
                p { "Ici, un usager s’identifierait avec FranceConnect, puis transmettrait son quotient familial à " (name) "." }
                (alert(Tone::Info, "Simulation", "Aucune donnée n’est demandée ni transmise."))
            };
            form.answer(StatusCode::OK, &title, main)
        }
        None => {
            let main = html! {
                h1 { "Ce formulaire n’est pas ouvert" }
                p { "Le formulaire de la collectivité de SIRET " (siret) " n’est pas ouvert." }
            };
            form.answer(StatusCode::NOT_FOUND, "Formulaire fermé", main)
        }
    }
}
