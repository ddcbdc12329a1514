//! What a person or a program sees when something is wrong: a French page with a way out, or a stable JSON error.
//! Details go to the log, never to the page.

use std::any::Any;

use axum::extract::OriginalUri;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;

use super::views::problem;
use crate::store;

/// Result of a page handler.
pub type PageResult<T = Markup> = Result<T, Error>;

/// Why a page can't be shown.
#[derive(Debug)]
pub enum Error {
    /// Nothing here, or nothing this person may know of.
    NotFound,
    /// Not for this role.
    Forbidden,
    /// Log in first.
    Unauthenticated,
    /// Ours: logged, not told.
    Internal(anyhow::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, problem::not_found()).into_response(),
            Self::Forbidden => (StatusCode::FORBIDDEN, problem::forbidden()).into_response(),
            Self::Unauthenticated => axum::response::Redirect::to(super::paths::LOGIN).into_response(),
            Self::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "a page failed");
                (StatusCode::INTERNAL_SERVER_ERROR, problem::internal()).into_response()
            }
        }
    }
}

/// Any address we don't have.
pub async fn not_found(OriginalUri(uri): OriginalUri) -> Response {
    if uri.path().starts_with("/api/") {
        return (StatusCode::NOT_FOUND, axum::Json(serde_json::json!({ "error": "Not found" }))).into_response();
    }
    Error::NotFound.into_response()
}

/// An address of ours, asked otherwise than it can be: most often that of a gesture, opened again from a history.
pub async fn not_allowed() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, problem::not_allowed()).into_response()
}

/// A handler that panicked: same page as any internal error.
pub fn on_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    (StatusCode::INTERNAL_SERVER_ERROR, problem::internal()).into_response()
}
