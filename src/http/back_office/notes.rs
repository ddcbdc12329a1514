//! `POST /instruction/D61234/notes` and `/notes/{id}/rayer`: what colleagues write for themselves.

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use uuid::Uuid;

use super::messages::{back, done, retyped};
use super::opened::{Opened, ToDecide};
use crate::http::views::components::FieldError;
use crate::http::{Error, PageResult, Shared, paths};
use crate::messages::notes::{self, Unwritten};

pub fn routes() -> Router<Shared> {
    let path = |part: &str| paths::request_gesture("{number}", part);
    Router::new()
        .route(&path(paths::NOTES), post(add).get(back))
        .route(&path(&paths::note_strike("{note}")), post(strike))
}

#[derive(Deserialize)]
struct Posted {
    #[serde(default)]
    note: String,
    #[serde(default)]
    cle: String,
}

async fn add(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let key = posted.cle.parse().unwrap_or_else(|_| Uuid::now_v7());
    let author = (account.id, account.name.as_str());
    match notes::add(&house.db, &house.clock, read.habilitation.id, author, &posted.note, key).await {
        Ok(()) => Ok(done(&read, "note", paths::NOTES)),
        Err(Unwritten::Text(fault)) => {
            let error = FieldError { field: "note", sentence: format!("Note : {fault}.") };
            let page = retyped(&house, &account, read, posted.note, error);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(Unwritten::Store(error)) => Err(error.into()),
    }
}

async fn strike(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Path((_, note)): Path<(String, String)>,
) -> PageResult<Response> {
    let note: Uuid = note.parse().map_err(|_| Error::NotFound)?;
    let known = read.said.notes.iter().find(|known| known.id == note).ok_or(Error::NotFound)?;
    if known.author_id != account.id {
        return Err(Error::Forbidden);
    }
    // Struck already: the page says since when.
    notes::strike(&house.db, &house.clock, read.habilitation.id, note, account.id).await?;
    Ok(done(&read, "rayee", paths::NOTES))
}
