//! `/suivi/{jeton}/documents…`: the demandeur deposits their délibération behind their link, and takes back what they
//! deposited; nothing else.

use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::PathRejection;
use axum::extract::{Multipart, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use uuid::Uuid;

use super::tracking::{PRIVATE, found, show_refused};
use crate::domain::document::Origin;
use crate::http::{Error, PageResult, Shared, paths, upload};
use crate::store::documents;
use crate::workflow::deliberation::{self, Depositor, NotDeposited};

pub fn routes() -> Router<Shared> {
    Router::new().route(&paths::tracking_part("{jeton}", &paths::document("{document}")), get(download))
}

/// The form that carries a file: larger than the others.
pub fn uploads() -> Router<Shared> {
    let path = paths::tracking_part("{jeton}", paths::DOCUMENTS);
    Router::new().route(&path, post(deposit).get(super::messages::back))
}

async fn deposit(
    State(house): State<Shared>,
    token: Result<Path<String>, PathRejection>,
    form: Result<Multipart, MultipartRejection>,
) -> PageResult<Response> {
    let habilitation = found(&house, token).await?;
    let taken = match upload::file(form).await {
        Ok(file) => deliberation::deposit(&house, habilitation.id, &Depositor::Demandeur, file).await,
        Err(why) => Err(why),
    };
    match taken {
        Ok(()) => {
            let page = paths::tracking(&habilitation.tracking_token);
            Ok((PRIVATE, Redirect::to(&format!("{page}?fait=document#{}", paths::DELIBERATION))).into_response())
        }
        Err(why) => match (upload::refusal(&why), why) {
            (Some((status, error)), _) => {
                let page = show_refused(&house, &habilitation.tracking_token, error).await?;
                Ok((status, PRIVATE, page).into_response())
            }
            (None, NotDeposited::NotFound) => Err(Error::NotFound),
            (None, why) => Err(Error::Internal(why.into())),
        },
    }
}

async fn download(
    State(house): State<Shared>,
    address: Result<Path<(String, String)>, PathRejection>,
) -> PageResult<Response> {
    let Path((token, document)) = address.map_err(|_| Error::NotFound)?;
    let habilitation = found(&house, Ok(Path(token))).await?;
    let id: Uuid = document.parse().map_err(|_| Error::NotFound)?;
    let document = documents::by_id(house.db.read().await?.cx(), id).await?;
    let theirs = document.filter(|it| it.habilitation == habilitation.id && it.origin == Origin::Demandeur);
    let document = theirs.ok_or(Error::NotFound)?;
    match deliberation::bytes_of(&house, &document).await {
        Ok(Some(bytes)) => Ok((PRIVATE, upload::attachment(&document, bytes)).into_response()),
        Ok(None) => Err(Error::Internal(anyhow::anyhow!("the document store has lost {}", document.sha256))),
        Err(fault) => Err(Error::Internal(fault.into())),
    }
}
