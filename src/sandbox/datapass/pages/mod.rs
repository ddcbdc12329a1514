//! DataPass's pages, as a demandeur and an instructor see them: the list, the form, a request and its deliveries.
//! Plain forms that answer by a redirection; a refused gesture gives the page back with the reason.

mod detail;
mod fields;
mod file;
mod index;
mod public;

use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use uuid::Uuid;

use self::fields::Values;
use super::{Applicant, Datapass, Gesture, Refusal, Request, Signed};
use crate::sandbox::{
    insee::{Establishment, is_siret},
    page::{Tone, alert},
};

pub(super) fn router(datapass: Datapass) -> Router {
    Router::new()
        .route("/", get(index::show))
        .route("/demandes/nouvelle", get(file::blank).post(file::file))
        .route("/demandes/formulaire_qf/nouveau", get(file::blank))
        .route("/formulaires/formulaire-qf/demande/nouveau", get(file::blank))
        .route("/public/demandes/{public_id}", get(public::show))
        .route("/demandes/{id}", get(request))
        .route("/instruction/demandes/{id}", get(request))
        .route("/demandes/{id}/modifier", get(file::edit).post(file::save))
        .route("/demandes/{id}/transferer", post(transfer))
        .route("/demandes/{id}/revoquer-une", post(revoke_one))
        .route("/demandes/{id}/gestes/{gesture}", post(act))
        .route("/livraisons/{id}/rejouer", post(replay))
        .route("/ping", post(ping))
        .with_state(datapass)
}

async fn request(State(datapass): State<Datapass>, Path(id): Path<String>) -> Response {
    match id.parse().ok().and_then(|id| datapass.request(id)) {
        Some(request) => detail::page(&datapass, &request, &html! {}).into_response(),
        None => missing(&datapass, "Cette demande n’existe pas."),
    }
}

async fn act(State(datapass): State<Datapass>, Path((id, name)): Path<(i64, String)>) -> Response {
    match Gesture::ALL.into_iter().find(|gesture| gesture.event() == name) {
        Some(gesture) => outcome(&datapass, id, datapass.act_at(id, gesture, datapass.clock.now())),
        None => missing(&datapass, "Ce geste n’existe pas."),
    }
}

async fn revoke_one(State(datapass): State<Datapass>, Path(id): Path<i64>, Form(form): Form<Values>) -> Response {
    let authorization = form.get("habilitation").and_then(|text| text.parse().ok()).unwrap_or_default();
    outcome(&datapass, id, datapass.revoke_one(id, authorization))
}

async fn transfer(State(datapass): State<Datapass>, Path(id): Path<i64>, Form(form): Form<Values>) -> Response {
    outcome(&datapass, id, transferred(&datapass, id, &form))
}

fn transferred(datapass: &Datapass, id: i64, form: &Values) -> Result<Uuid, Refusal> {
    let text = |name: &str| form.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let some = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
    let refuse = |sentence: &str| Err(Refusal(sentence.to_owned()));
    if !super::filing::plausible_email(&text("email")) {
        return refuse("Indiquez l’adresse électronique du nouveau demandeur.");
    }
    let to = Applicant {
        email: text("email"),
        given: some("given_name"),
        family: some("family_name"),
        phone: some("phone_number"),
        job: some("job_title"),
    };
    let Some(siret) = some("siret") else { return datapass.transfer(id, &to, None) };
    if !is_siret(&siret) || ["name", "cog", "postal_code", "town"].iter().any(|name| text(name).is_empty()) {
        return refuse("Pour changer d’organisation, indiquez un SIRET valide, un nom et une commune complète.");
    }
    let organisation = Establishment {
        siret,
        name: text("name"),
        legal_category: "7210".to_owned(),
        cog: text("cog"),
        postal_code: text("postal_code"),
        town: text("town"),
        open: true,
    };
    datapass.transfer(id, &to, Some(&organisation))
}

async fn replay(State(datapass): State<Datapass>, Path(id): Path<Uuid>, Form(form): Form<Values>) -> Response {
    match datapass.replay(id, form.get("cles").is_some_and(|keys| keys == "reordonnees")) {
        Ok(delivery) => back(&datapass, delivery.request_id),
        Err(refusal) => missing(&datapass, &refusal.0),
    }
}

async fn ping(State(datapass): State<Datapass>, Query(query): Query<Values>) -> Response {
    let signed = if query.get("signature").is_some_and(|kind| kind == "fausse") { Signed::Bad } else { Signed::Good };
    datapass.ping(signed);
    back(&datapass, None)
}

/// The request's page after a gesture, or again with the reason why it was refused.
fn outcome(datapass: &Datapass, id: i64, result: Result<Uuid, Refusal>) -> Response {
    match (result, datapass.request(id)) {
        (_, None) => missing(datapass, "Cette demande n’existe pas."),
        (Ok(_), Some(_)) => back(datapass, Some(id)),
        (Err(refusal), Some(request)) => conflict(datapass, &request, &refusal),
    }
}

fn conflict(datapass: &Datapass, request: &Request, refusal: &Refusal) -> Response {
    let reason = alert(Tone::Error, "Action impossible", &refusal.0);
    (StatusCode::CONFLICT, detail::page(datapass, request, &reason)).into_response()
}

fn back(datapass: &Datapass, request: Option<i64>) -> Response {
    let tail = request.map_or_else(|| "/".to_owned(), |id| format!("/demandes/{id}"));
    Redirect::to(&datapass.frame.path(&tail)).into_response()
}

fn missing(datapass: &Datapass, sentence: &str) -> Response {
    let main: Markup = html! {
        h1 { "Page introuvable" }
        p { (sentence) }
        p { a class="fr-link" href=(datapass.frame.path("/")) { "Revenir aux demandes" } }
    };
    (StatusCode::NOT_FOUND, datapass.frame.page("Page introuvable – DataPass simulé", main)).into_response()
}
