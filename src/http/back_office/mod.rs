//! What instructeurs see and do, behind a login.

mod login;

use axum::Router;

use super::{Shared, session};

pub fn routes() -> Router<Shared> {
    Router::new().merge(login::routes()).layer(session::no_store())
}
