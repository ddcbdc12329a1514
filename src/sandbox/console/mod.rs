//! The console of the sandbox: where everything is, what HubEE holds, and the switches that make systems fail.
//! Plain forms that answer by a redirection. Reads the simulators, decides nothing for them.

mod clock;
mod faults;
mod fields;
mod home;
mod hubee;
mod words;

use axum::{
    Router,
    extract::OriginalUri,
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::html;

use super::{Sandbox, frame, page};

/// Where the console's own pages are.
pub(super) const HUBEE: &str = "/hubee-console";
pub(super) const FAULTS: &str = "/pannes";
const CLOCK: &str = "/horloge";

/// The console's pages, and the answer to any unknown address.
pub(super) fn router(sandbox: Sandbox) -> Router {
    let habilis = sandbox.habilis.clone();
    let hubee = Router::new()
        .route("/", get(hubee::show))
        .route("/appels", get(hubee::calls))
        .route("/activer", post(hubee::activate))
        .route("/suspendre", post(hubee::suspend))
        .route("/reactiver", post(hubee::reactivate))
        .route("/traiter", post(hubee::teledossiers::advance))
        .route("/reglages", get(hubee::settings::show).post(hubee::settings::save))
        .route("/passe", get(hubee::past::show).post(hubee::past::create));
    let faults = Router::new()
        .route("/", get(faults::show))
        .route("/hubee", post(faults::add))
        .route("/hubee/retirer", post(faults::remove))
        .route("/sirene", post(faults::sirene))
        .route("/registre", post(faults::register))
        .route("/courriels", post(faults::mailbox))
        .route("/retablir", post(faults::repair));
    let pages = Router::new()
        .route("/", get(home::show))
        .route(CLOCK, post(clock::advance))
        .nest(HUBEE, hubee)
        .nest(FAULTS, faults)
        .with_state(sandbox)
        .fallback(move |OriginalUri(uri): OriginalUri| async move { elsewhere(&uri, &habilis) });
    page::guarded(pages)
}

/// An address with one slash too many leads to the right one; any other does not exist.
fn elsewhere(uri: &Uri, habilis: &str) -> Response {
    // Two leading slashes would lead to another site.
    if let Some(path) = uri.path().strip_suffix('/').filter(|path| path.len() > 1 && !path.starts_with("//")) {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::temporary(&format!("{path}{query}")).into_response();
    }
    let main = html! {
        h1 { "Page introuvable" }
        p { "Cette adresse n’existe pas dans le bac à sable." }
        p { a class="fr-link" href="/" { "Revenir à l’accueil du bac à sable" } }
    };
    (StatusCode::NOT_FOUND, frame("", habilis).page("Page introuvable", main)).into_response()
}
