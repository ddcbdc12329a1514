//! `/instruction/exploitation`: what got stuck, for responsables and opérateurs.

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use serde::Deserialize;
use uuid::Uuid;

use crate::http::session::LoggedIn;
use crate::http::views::operation as view;
use crate::http::{PageResult, Shared, paths};
use crate::store::{figures, inbox, jobs};
use crate::workflow;

pub fn routes() -> Router<Shared> {
    Router::new().route(paths::OPERATION, get(show)).route(paths::OPERATION_RETRY, post(retry))
}

#[derive(Deserialize)]
struct Asked {
    /// What became of the gesture: `oui`, `non`, or nothing.
    #[serde(default)]
    relancee: String,
}

async fn show(State(house): State<Shared>, logged: LoggedIn, Query(asked): Query<Asked>) -> PageResult {
    let account = logged.operator()?;
    let mut conn = house.db.read().await?;
    let operation = view::Operation {
        viewer: &account.name,
        figures: &figures::figures(conn.cx()).await?,
        quarantined: &inbox::quarantined(conn.cx()).await?,
        parked: &jobs::parked(conn.cx()).await?,
        retried: match asked.relancee.as_str() {
            "oui" => Some(true),
            "non" => Some(false),
            _ => None,
        },
    };
    Ok(view::page(&operation))
}

#[derive(Deserialize)]
struct Chosen {
    job: Uuid,
}

async fn retry(State(house): State<Shared>, logged: LoggedIn, Form(chosen): Form<Chosen>) -> PageResult<Redirect> {
    logged.operator()?;
    let done = if workflow::retry(&house, chosen.job).await? { "oui" } else { "non" };
    Ok(Redirect::to(&format!("{}?relancee={done}", paths::OPERATION)))
}
