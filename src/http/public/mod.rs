//! Pages for anyone: home, list of collectivités, one collectivité, tracking.

use axum::Router;

use super::Shared;

pub fn routes() -> Router<Shared> {
    Router::new()
}
