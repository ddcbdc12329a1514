//! What instructeurs see and do, behind a login.

mod assign;
mod checks;
mod decision;
mod documents;
mod drift;
mod export;
mod login;
mod messages;
mod notes;
mod opened;
mod operation;
mod preferences;
mod queue;
mod reasons;
mod request;
mod service;
mod services;
mod settings;
mod sheet;
mod to_report;
mod upkeep;

use axum::Router;

use super::{Shared, session};

pub fn routes() -> Router<Shared> {
    Router::new()
        .merge(login::routes())
        .merge(operation::routes())
        .merge(queue::routes())
        .merge(assign::routes())
        .merge(export::routes())
        .merge(request::routes())
        .merge(checks::routes())
        .merge(settings::routes())
        .merge(decision::routes())
        .merge(service::routes())
        .merge(upkeep::routes())
        .merge(drift::routes())
        .merge(services::routes())
        .merge(preferences::routes())
        .merge(messages::routes())
        .merge(notes::routes())
        .merge(documents::routes())
        .merge(reasons::routes())
        .merge(to_report::routes())
        .layer(session::no_store())
}

/// The forms that carry a file.
pub fn uploads() -> Router<Shared> {
    documents::uploads().layer(session::no_store())
}

#[cfg(test)]
mod tests;
