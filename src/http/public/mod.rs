//! Pages for anyone: home, list of collectivités, one collectivité, tracking, accessibility.

mod address;
pub mod cached;
mod collectivite;
mod collectivites;
mod documents;
mod messages;
mod tracking;
pub mod unsubscribe;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};

use super::views::{accessibility, home};
use super::{Shared, paths};

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(paths::HOME, get(welcome))
        .route(paths::COLLECTIVITES, get(collectivites::list))
        .route(&paths::collectivite("{siret}"), get(collectivite::page))
        .route(&paths::collectivite_part("{siret}", "qr.png"), get(collectivite::png))
        .route(&paths::collectivite_part("{siret}", "qr.svg"), get(collectivite::svg))
        .route(&paths::collectivite_part("{siret}", "affiche"), get(collectivite::poster))
        .route(&paths::collectivite_part("{siret}", "kit"), get(collectivite::kit))
        .route(&paths::tracking("{jeton}"), get(tracking::page))
        .route(&paths::tracking_part("{jeton}", paths::MESSAGES), post(messages::send).get(messages::back))
        .route(&paths::tracking_part("{jeton}", paths::MESSAGES_READ), post(messages::mark).get(messages::back))
        .route(&paths::tracking_part("{jeton}", paths::ADDRESS), post(address::confirm).get(messages::back))
        .route(&paths::tracking_part("{jeton}", paths::ACTIVATION), post(tracking::declare).get(messages::back))
        .route(&paths::tracking_part("{jeton}", paths::ACCOUNT), post(tracking::confirm_account).get(messages::back))
        .merge(documents::routes())
        .route(paths::ACCESSIBILITY, get(async || accessibility::page()))
        .route("/favicon.ico", get(async || Redirect::permanent("/static/habilis/favicon.svg")))
}

/// The form that carries a file.
pub fn uploads() -> Router<Shared> {
    documents::uploads()
}

async fn welcome(State(house): State<Shared>) -> impl IntoResponse {
    let datapass = house.config.datapass_url.as_str().trim_end_matches('/');
    home::page(&format!("{datapass}/demandes/formulaire_qf/nouveau"))
}
