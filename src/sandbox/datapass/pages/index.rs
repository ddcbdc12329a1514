//! The list of requests, newest first, and the state of the webhook.

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::fields::Values;
use crate::{
    domain::paris::paris,
    sandbox::{
        datapass::{Datapass, Delivery, Request, RequestState, Status},
        page::{Tone, badge},
    },
};

const PER_PAGE: usize = 50;
const RECENT_PINGS: usize = 5;

pub(super) async fn show(State(datapass): State<Datapass>, Query(query): Query<Values>) -> Response {
    let wanted = query.get("etat").map(String::as_str).unwrap_or_default();
    let state = RequestState::ALL.into_iter().find(|state| state.name() == wanted);
    let mut requests = datapass.requests();
    requests.retain(|request| state.is_none_or(|state| request.state == state));
    requests.sort_by_key(|request| std::cmp::Reverse((request.created_at, request.id)));
    let pages = requests.len().div_ceil(PER_PAGE).max(1);
    let page = query.get("page").and_then(|text| text.parse().ok()).unwrap_or(1).clamp(1, pages);
    let visible: Vec<&Request> = requests.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).collect();
    let main = html! {
        h1 { "DataPass simulé" }
        p { a class="fr-btn" href=(datapass.frame.path("/demandes/nouvelle")) { "Déposer une demande" } }
        (filter(&datapass, state))
        @if visible.is_empty() { p { "Aucune demande à afficher." } } @else { (table(&datapass, &visible)) }
        (pager(&datapass, wanted, page, pages))
        (webhook(&datapass))
    };
    datapass.frame.page("Demandes – DataPass simulé", main).into_response()
}

fn filter(datapass: &Datapass, state: Option<RequestState>) -> Markup {
    html! {
        form class="fr-mb-6v" method="get" action=(datapass.frame.path("/")) {
            div class="fr-select-group fr-col-12 fr-col-md-4" {
                label class="fr-label" for="etat" { "État" }
                select class="fr-select" id="etat" name="etat" {
                    option value="" { "Tous les états" }
                    @for one in RequestState::ALL {
                        option value=(one.name()) selected[state == Some(one)] { (one.label()) }
                    }
                }
            }
            button class="fr-btn fr-btn--secondary" type="submit" { "Filtrer" }
        }
    }
}

fn table(datapass: &Datapass, requests: &[&Request]) -> Markup {
    html! {
        div class="fr-table fr-table--multiline" { div class="fr-table__wrapper" { div class="fr-table__container" {
            div class="fr-table__content" { table {
                caption { "Demandes d’habilitation, de la plus récente à la plus ancienne" }
                thead { tr {
                    th scope="col" { "Demande" } th scope="col" { "Organisation" } th scope="col" { "Demandeur" }
                    th scope="col" { "État" } th scope="col" { "Dernier dépôt" }
                } }
                tbody { @for request in requests { tr {
                    td { a class="fr-link" href=(datapass.frame.path(&format!("/demandes/{}", request.id))) {
                        "D" (request.id)
                    } }
                    td { (request.organisation.name) }
                    td { (request.applicant.email) }
                    td { (state_badge(request)) }
                    td { (request.last_submitted_at.map_or_else(|| "–".to_owned(), moment)) }
                } } }
            } }
        } } }
    }
}

/// The state in words, and whether an earlier habilitation is being revised.
pub(super) fn state_badge(request: &Request) -> Markup {
    let tone = match request.state {
        RequestState::Validated => Tone::Success,
        RequestState::Refused | RequestState::Revoked => Tone::Error,
        RequestState::ChangesRequested => Tone::Warning,
        RequestState::Draft | RequestState::Submitted | RequestState::Archived => Tone::Info,
    };
    html! {
        (badge(tone, request.state.label()))
        @if request.reopening { " " (badge(Tone::Info, "réouverture")) }
    }
}

/// A Paris date and time for people.
pub(super) fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    paris(at).format("%d/%m/%Y à %H:%M").to_string()
}

fn pager(datapass: &Datapass, state: &str, page: usize, pages: usize) -> Markup {
    let state = RequestState::ALL.into_iter().find(|one| one.name() == state).map_or("", RequestState::name);
    let link = |page: usize| datapass.frame.path(&format!("/?etat={state}&page={page}"));
    html! { @if pages > 1 {
        nav class="fr-pagination" role="navigation" aria-label="Pagination" { ul class="fr-pagination__list" {
            @if page > 1 { li { a class="fr-pagination__link" href=(link(page - 1)) { "Page précédente" } } }
            li { a class="fr-pagination__link" aria-current="page" { "Page " (page) " sur " (pages) } }
            @if page < pages { li { a class="fr-pagination__link" href=(link(page + 1)) { "Page suivante" } } }
        } }
    } }
}

fn webhook(datapass: &Datapass) -> Markup {
    let deliveries = datapass.deliveries();
    let count = |status: Status| deliveries.iter().filter(|one| one.status() == status).count();
    let pings: Vec<&Delivery> = deliveries.iter().rev().filter(|one| one.is_ping()).take(RECENT_PINGS).collect();
    html! {
        section aria-labelledby="webhook" {
            h2 id="webhook" class="fr-mt-6v" { "Webhook" }
            p class="habilis-break" { "Adresse : " code { (datapass.webhook().url) } }
            p {
                (count(Status::Pending)) " en attente, " (count(Status::Delivered)) " remises, "
                (count(Status::Lost)) " perdues."
            }
            @if !pings.is_empty() { ul { @for ping in pings {
                li { "Essai du " (moment(ping.fired_at)) " : " (ping.summary()) }
            } } }
            div class="fr-btns-group fr-btns-group--inline" {
                form method="post" action=(datapass.frame.path("/ping")) {
                    button class="fr-btn fr-btn--secondary" type="submit" { "Envoyer un essai" }
                }
                form method="post" action=(datapass.frame.path("/ping?signature=fausse")) {
                    button class="fr-btn fr-btn--secondary" type="submit" { "Envoyer un essai mal signé" }
                }
            }
        }
    }
}
