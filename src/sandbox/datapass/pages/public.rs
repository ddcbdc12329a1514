//! A request's public page, which needs no login: the organisation and the legal block, never a person.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{index::state_badge, missing};
use crate::sandbox::{
    datapass::{
        Datapass, Request,
        filing::{LEGAL_BASIS, URL},
    },
    page::entries,
};

pub(super) async fn show(State(datapass): State<Datapass>, Path(public_id): Path<String>) -> Response {
    let found = public_id.parse().ok().and_then(|public_id| datapass.request_of(public_id));
    match found {
        Some(request) => page(&datapass, &request).into_response(),
        None => missing(&datapass, "Cette demande n’existe pas."),
    }
}

fn page(datapass: &Datapass, request: &Request) -> Markup {
    let answer = |key: &str| request.answers.get(key).and_then(Option::as_deref);
    let organisation = [("Nom", &request.organisation.name), ("SIRET", &request.organisation.siret)];
    let document = match request.document {
        true => "Un fichier PDF est joint ; le bac à sable n’en garde pas le contenu.",
        false => "Aucun fichier n’est joint.",
    };
    let legal = [
        ("Nature", Some(html! { (answer(LEGAL_BASIS).unwrap_or("non renseignée")) })),
        ("Adresse de la délibération", answer(URL).map(address)),
        ("Document", Some(html! { (document) })),
    ];
    let main = html! {
        h1 { "Demande D" (request.id) }
        div class="fr-mb-4v" { (state_badge(request)) }
        section aria-labelledby="organisation" {
            h2 id="organisation" { "Organisation" }
            (entries(organisation.map(|(name, value)| (name, html! { (value) }))))
        }
        section aria-labelledby="cadre" {
            h2 id="cadre" { "Cadre juridique" }
            (entries(legal.into_iter().filter_map(|(name, value)| Some((name, value?)))))
        }
    };
    datapass.frame.page(&format!("Demande D{} (page publique) – DataPass simulé", request.id), main)
}

fn address(url: &str) -> Markup {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    html! { @if is_web { a class="fr-link" href=(url) { (url) } } @else { (url) } }
}
