//! Below a request, `controles`: its checks made again, one of them set aside or let count again.

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::opened::{Opened, ToDecide};
use super::request::{Read, actor};
use crate::accounts::Account;
use crate::http::views::components::FieldError;
use crate::http::views::{decision as pages, set_aside as view};
use crate::http::{Error, PageResult, Shared, paths};
use crate::instruction::checks::reason;
use crate::instruction::decision::is_own;
use crate::workflow::{self, Judgement, NotSetAside, Undecided};

const OWN: &str = "Vous avez déposé cette demande : un autre instructeur doit en juger.";
const CHANGED: &str = "Ce contrôle ne dit plus ce que vous aviez lu. Relisez-le dans la demande avant d’en juger.";
const IN_DATAPASS: &str = "Les décisions se prennent dans DataPass : les contrôles n’y font qu’informer.";

pub fn routes() -> Router<Shared> {
    let one = paths::request_check("{number}", "{code}");
    Router::new()
        .route(&paths::request_gesture("{number}", paths::REQUEST_CHECKS), post(again))
        .route(&paths::request_gesture("{number}", paths::REQUEST_SOURCES), post(ask_sources))
        .route(&one, get(ask).post(set_aside))
        .route(&paths::request_check_restore("{number}", "{code}"), post(restore))
}

/// What `?fait=` says of the checks.
pub(super) fn done_words(done: &str) -> Option<&'static str> {
    match done {
        "ecarte" => Some("Le contrôle est écarté pour cette demande"),
        "retabli" => Some("Le contrôle compte de nouveau"),
        "controles" => Some("Les contrôles ont été refaits"),
        "sources" => Some("Les sources sont interrogées : les contrôles sont refaits à chaque réponse"),
        "sources-deja" => Some("Les sources ont été interrogées il y a moins d’une minute : leurs réponses arrivent"),
        _ => None,
    }
}

fn said(number: &str, done: &str) -> Response {
    Redirect::to(&format!("{}?fait={done}#{}", paths::request(number), paths::REQUEST_CHECKS)).into_response()
}

async fn again(State(house): State<Shared>, ToDecide(Opened { read, .. }): ToDecide) -> PageResult<Response> {
    workflow::recheck(&house, read.habilitation.id).await?;
    Ok(said(&read.habilitation.number(), "controles"))
}

async fn ask_sources(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
) -> PageResult<Response> {
    let asked = workflow::ask_again(&house, read.habilitation.id, actor(&account)).await;
    let done = asked.map(|now| if now { "sources" } else { "sources-deja" });
    answer(&house, &account, &read, done.map_err(NotSetAside::from), "").await
}

async fn ask(
    ToDecide(Opened { account, read }): ToDecide,
    Path((_, code)): Path<(String, String)>,
) -> PageResult<Response> {
    let check = read.checks.iter().find(|check| check.code == code).ok_or(Error::NotFound)?;
    if is_own(&read.habilitation, &account.email) {
        let page = pages::refused(&account.name, &read.habilitation.number(), OWN, "", None);
        return Ok((StatusCode::FORBIDDEN, page).into_response());
    }
    if !check.may_be_overridden() || check.is_lifted() {
        return Ok(refused(&account, &read, check.firm().unwrap_or(CHANGED), ""));
    }
    Ok(view::form(&account.name, &read.habilitation, check, "", &[]).into_response())
}

#[derive(Deserialize)]
struct Posted {
    version: i64,
    /// Fingerprint of what was read.
    #[serde(default)]
    lu: String,
    #[serde(default)]
    motif: String,
}

async fn set_aside(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Path((_, code)): Path<(String, String)>,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let check = read.checks.iter().find(|check| check.code == code).ok_or(Error::NotFound)?;
    let reason = match reason(&posted.motif) {
        Ok(reason) => reason,
        Err(fault) => {
            let errors = [FieldError { field: "motif", sentence: fault.to_string() }];
            let page = view::form(&account.name, &read.habilitation, check, &posted.motif, &errors);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let judged = Judgement { code: check.code, fingerprint: &posted.lu, reason: &reason };
    let id = read.habilitation.id;
    let done = workflow::set_aside(&house, id, posted.version, actor(&account), judged).await;
    answer(&house, &account, &read, done.map(|_| "ecarte"), &posted.motif).await
}

async fn restore(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Path((_, code)): Path<(String, String)>,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let done = workflow::restore(&house, read.habilitation.id, posted.version, actor(&account), &code).await;
    answer(&house, &account, &read, done.map(|_| "retabli"), "").await
}

async fn answer(
    house: &Shared,
    account: &Account,
    read: &Read,
    done: Result<&'static str, NotSetAside>,
    text: &str,
) -> PageResult<Response> {
    let number = read.habilitation.number();
    match done {
        Ok(done) => Ok(said(&number, done)),
        Err(NotSetAside::Firm(why)) => Ok(refused(account, read, why, text)),
        Err(NotSetAside::Changed) => Ok(refused(account, read, CHANGED, text)),
        Err(NotSetAside::Gesture(error)) => match error {
            Undecided::NotFound => Err(Error::NotFound),
            Undecided::Store(error) => Err(error.into()),
            Undecided::Stale => {
                let latest = Read::of(house, read.habilitation.datapass_id).await?.ok_or(Error::NotFound)?;
                let page = pages::stale(&account.name, &number, latest.history.first(), text);
                Ok((StatusCode::CONFLICT, page).into_response())
            }
            Undecided::Own => {
                let page = pages::refused(&account.name, &number, OWN, text, None);
                Ok((StatusCode::FORBIDDEN, page).into_response())
            }
            Undecided::DecidedInDatapass => Ok(refused(account, read, IN_DATAPASS, text)),
            Undecided::Refused(refusal) => Ok(refused(account, read, &format!("Rien n’a été fait : {refusal}."), text)),
            Undecided::Blocked(_) | Undecided::NotConforming(_) => Ok(refused(account, read, CHANGED, text)),
        },
    }
}

fn refused(account: &Account, read: &Read, sentence: &str, text: &str) -> Response {
    let page = pages::refused(&account.name, &read.habilitation.number(), sentence, text, None);
    (StatusCode::CONFLICT, page).into_response()
}
