//! The service of a request once granted: pause, resume, merger, and the end of its abonnements.

use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use maud::Markup;
use serde::Deserialize;

use super::opened::{Opened, ToDecide};
use super::request::{Read, actor};
use super::service::after;
use crate::accounts::Account;
use crate::http::views::components::FieldError;
use crate::http::views::upkeep::{self as view, Service, Typed};
use crate::http::{PageResult, Shared, paths};
use crate::workflow::{self, NotMerged};

/// Longest reason of a pause, in characters.
const LONGEST: usize = 2000;

pub fn routes() -> Router<Shared> {
    let path = |gesture: &str| paths::request_gesture("{number}", gesture);
    Router::new()
        .route(&path(paths::PAUSE), post(pause))
        .route(&path(paths::RESUME), post(resume))
        .route(&path(paths::MERGE), post(merge))
        .route(&path(paths::STOP_CONFIRM), post(confirm))
        .route(&path(paths::STOP_AGAIN), post(again))
}

#[derive(Deserialize)]
struct Posted {
    version: i64,
    #[serde(default, rename = "motif-pause")]
    reason: String,
    #[serde(default, rename = "siret-fusion")]
    into: String,
    #[serde(default)]
    siret: String,
}

/// The section for the request's page.
pub(super) fn section(account: &Account, read: &Read, typed: &Typed, errors: &[FieldError]) -> Markup {
    view::section(&Service {
        number: &read.habilitation.number(),
        version: read.habilitation.version,
        forms: &read.forms,
        suspensions: &read.suspensions,
        drifts: &read.drifts,
        in_force: read.habilitation.in_force.is_some(),
        may_act: account.role.can_decide(),
        typed,
        errors,
    })
}

async fn pause(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let reason = posted.reason.trim();
    let sentence = match reason.chars().count() {
        0 => Some("Motif de la pause : dites-en la raison, le demandeur la lira."),
        count if count > LONGEST => Some("Motif de la pause : 2 000 caractères au plus."),
        _ => None,
    };
    if let Some(sentence) = sentence {
        let typed = Typed { reason: posted.reason.clone(), siret: String::new() };
        return Ok(refused(&house, &account, &read, &typed, "motif-pause", sentence));
    }
    let done = workflow::pause(&house, read.habilitation.id, posted.version, actor(&account), reason).await;
    after(&house, &account, &read, done.map(|_| ())).await
}

async fn resume(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let done = workflow::resume(&house, read.habilitation.id, posted.version, actor(&account)).await;
    after(&house, &account, &read, done.map(|_| ())).await
}

async fn merge(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let (id, by) = (read.habilitation.id, actor(&account));
    match workflow::merge(&house, id, posted.version, by, posted.into.trim()).await {
        Ok(_) => after(&house, &account, &read, Ok(())).await,
        Err(NotMerged::Undecided(why)) => after(&house, &account, &read, Err(why)).await,
        Err(NotMerged::Siret(sentence)) => {
            let typed = Typed { reason: String::new(), siret: posted.into };
            Ok(refused(&house, &account, &read, &typed, "siret-fusion", &sentence))
        }
    }
}

async fn confirm(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let (id, by) = (read.habilitation.id, actor(&account));
    let done = workflow::confirm_stopped(&house, id, posted.version, &posted.siret, by).await;
    after(&house, &account, &read, done.map(|_| ())).await
}

async fn again(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let (id, by) = (read.habilitation.id, actor(&account));
    let done = workflow::stop_again(&house, id, posted.version, &posted.siret, by).await;
    after(&house, &account, &read, done.map(|_| ())).await
}

/// The same page, with what was typed and why it was not taken.
fn refused(
    house: &Shared,
    account: &Account,
    read: &Read,
    typed: &Typed,
    field: &'static str,
    sentence: &str,
) -> Response {
    let errors = [FieldError { field, sentence: sentence.to_owned() }];
    let page = read.page_with_upkeep(house, account, &section(account, read, typed, &errors), &errors);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
