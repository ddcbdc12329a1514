//! Answers for programs: the DataPass webhook and the public list.

use axum::Router;

use super::Shared;

pub fn routes() -> Router<Shared> {
    Router::new()
}
