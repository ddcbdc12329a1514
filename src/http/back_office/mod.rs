//! What instructeurs see and do, behind a login.

mod decision;
mod login;
mod operation;
mod queue;
mod request;
mod service;

use axum::Router;

use super::{Shared, session};

pub fn routes() -> Router<Shared> {
    Router::new()
        .merge(login::routes())
        .merge(operation::routes())
        .merge(queue::routes())
        .merge(request::routes())
        .merge(decision::routes())
        .merge(service::routes())
        .layer(session::no_store())
}

#[cfg(test)]
mod tests;
