//! Answers for programs: the DataPass webhook and the public list.

pub mod collectivites;
mod webhook;

use axum::Router;

use super::Shared;

pub fn routes() -> Router<Shared> {
    Router::new().merge(collectivites::routes()).merge(webhook::routes())
}
