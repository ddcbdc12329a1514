//! `POST /suivi/{jeton}/adresse`: the demandeur says, from the link sent there, that the address is theirs. Opening the page
//! says nothing: mail filters open links.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::tracking::{PRIVATE, found};
use crate::http::{PageResult, Shared, paths};
use crate::workflow;

pub async fn confirm(State(house): State<Shared>, token: Result<Path<String>, PathRejection>) -> PageResult<Response> {
    let habilitation = found(&house, token).await?;
    workflow::confirm_address(&house, &habilitation).await?;
    let page = paths::tracking(&habilitation.tracking_token);
    Ok((PRIVATE, Redirect::to(&format!("{page}#{}", paths::ADDRESS))).into_response())
}
