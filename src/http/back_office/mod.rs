//! What instructeurs see and do, behind a login.

mod assign;
mod decision;
mod export;
mod login;
mod queue;
mod request;
mod service;
mod sheet;

use axum::Router;

use super::{Shared, session};

pub fn routes() -> Router<Shared> {
    Router::new()
        .merge(login::routes())
        .merge(queue::routes())
        .merge(assign::routes())
        .merge(export::routes())
        .merge(request::routes())
        .merge(decision::routes())
        .merge(service::routes())
        .layer(session::no_store())
}

#[cfg(test)]
mod tests;
