//! `/instruction/D61234/documents…`: the délibération deposited, fetched or read again, and its bytes for who is logged in.

use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use uuid::Uuid;

use super::messages::{back, done};
use super::opened::{Opened, ToDecide};
use super::request::{Read, links};
use crate::accounts::Account;
use crate::domain::Habilitation;
use crate::http::session::LoggedIn;
use crate::http::views::components::FieldError;
use crate::http::views::deliberation::{self as view, Papers};
use crate::http::views::request::Talk;
use crate::http::{Error, PageResult, Shared, paths, upload};
use crate::store::documents::{self, Document, Fetched};
use crate::store::{self, Cx};
use crate::workflow::deliberation::{self, Depositor, NotDeposited};

pub fn routes() -> Router<Shared> {
    let path = |part: &str| paths::request_gesture("{number}", part);
    Router::new()
        .route(&path(&paths::document("{document}")), get(show))
        .route(&path(&paths::document_part("{document}", paths::DOWNLOAD)), get(download))
        .route(&path(&paths::document_part("{document}", paths::READ_AGAIN)), post(read_again).get(back_from))
        .route(&path(paths::FETCH_AGAIN), post(fetch_again).get(back))
}

/// The form that carries a file: larger than the others.
pub fn uploads() -> Router<Shared> {
    Router::new().route(&paths::request_gesture("{number}", paths::DOCUMENTS), post(deposit).get(back))
}

/// What the page of a request says of its délibération.
#[derive(Default)]
pub(super) struct Kept {
    documents: Vec<Document>,
    fetched: Option<Fetched>,
    /// A file that was not taken, and why.
    error: Option<FieldError>,
}

impl Kept {
    /// Documents of a request, and what became of its address.
    pub async fn of(mut cx: Cx<'_>, habilitation: Uuid) -> store::Result<Self> {
        let documents = documents::of(cx.cx(), habilitation).await?;
        Ok(Self { documents, fetched: documents::fetched(cx, habilitation).await?, error: None })
    }
}

/// The parts of the request's page that are about its délibération.
pub(super) fn papers(house: &Shared, account: &Account, habilitation: &Habilitation, kept: &Kept, done: &str) -> Talk {
    let by = Depositor::Instructeur(account.name.clone());
    let able = account.role.can_decide() && deliberation::takes_documents(&by, &habilitation.state);
    let errors: Vec<FieldError> = kept.error.iter().cloned().collect();
    let links = links(&house.config, habilitation);
    let papers = Papers {
        number: &habilitation.number(),
        address: habilitation.dossier.deliberation_url.as_deref(),
        fetched: kept.fetched.as_ref(),
        documents: &kept.documents,
        datapass: links.datapass_public.as_deref().unwrap_or(&links.datapass),
        may_deposit: able,
        may_ask: account.role.can_decide(),
        errors: &errors,
        done: match done {
            "document" => Some("Le document est déposé ; sa lecture commence."),
            "relu" => Some("Le document va être lu de nouveau."),
            "recupere" => Some("L’adresse va être consultée de nouveau."),
            _ => None,
        },
    };
    Talk { notice: view::notice(&errors), sections: view::section(&papers) }
}

async fn deposit(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    form: Result<Multipart, MultipartRejection>,
) -> PageResult<Response> {
    let by = Depositor::Instructeur(account.name.clone());
    let taken = match upload::file(form).await {
        Ok(file) => deliberation::deposit(&house, read.habilitation.id, &by, file).await,
        Err(why) => Err(why),
    };
    match taken {
        Ok(()) => Ok(done(&read, "document", paths::DELIBERATION)),
        Err(why) => refused(&house, &account, read, why),
    }
}

fn refused(house: &Shared, account: &Account, mut read: Read, why: NotDeposited) -> PageResult<Response> {
    match (upload::refusal(&why), why) {
        (Some((status, error)), _) => {
            read.kept.error = Some(error);
            Ok((status, read.page(house, account, None, None)).into_response())
        }
        (None, NotDeposited::NotFound) => Err(Error::NotFound),
        (None, why) => Err(Error::Internal(why.into())),
    }
}

async fn fetch_again(State(house): State<Shared>, ToDecide(Opened { read, .. }): ToDecide) -> PageResult<Response> {
    if !deliberation::fetch_again(&house, &read.habilitation).await? {
        return Err(Error::NotFound);
    }
    Ok(done(&read, "recupere", paths::DELIBERATION))
}

async fn read_again(
    State(house): State<Shared>,
    ToDecide(Opened { read, .. }): ToDecide,
    Path((_, document)): Path<(String, String)>,
) -> PageResult<Response> {
    let document = document_of(&house, &read, &document).await?;
    deliberation::read_again(&house, document.id).await?;
    Ok(done(&read, "relu", paths::DELIBERATION))
}

async fn show(
    State(house): State<Shared>,
    Opened { read, .. }: Opened,
    Path((_, document)): Path<(String, String)>,
) -> PageResult<Response> {
    let document = document_of(&house, &read, &document).await?;
    let bytes = bytes(&house, &document).await?;
    Ok(upload::reading(&document, bytes))
}

async fn download(
    State(house): State<Shared>,
    Opened { read, .. }: Opened,
    Path((_, document)): Path<(String, String)>,
) -> PageResult<Response> {
    let document = document_of(&house, &read, &document).await?;
    let bytes = bytes(&house, &document).await?;
    Ok(upload::attachment(&document, bytes))
}

async fn back_from(logged: LoggedIn, Path((number, _)): Path<(String, String)>) -> PageResult<Response> {
    Ok(back(logged, Path(number)).await?.into_response())
}

/// A document of this request, and of no other.
async fn document_of(house: &Shared, read: &Read, id: &str) -> Result<Document, Error> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let found = documents::by_id(house.db.read().await?.cx(), id).await?;
    found.filter(|document| document.habilitation == read.habilitation.id).ok_or(Error::NotFound)
}

async fn bytes(house: &Shared, document: &Document) -> Result<Vec<u8>, Error> {
    match deliberation::bytes_of(house, document).await {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(Error::Internal(anyhow::anyhow!("the document store has lost {}", document.sha256))),
        Err(fault) => Err(Error::Internal(fault.into())),
    }
}
