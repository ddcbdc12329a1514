//! `/healthz`: the process answers. `/readyz`: it can also read its database.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use super::{Shared, paths};
use crate::store::collectivites;

pub fn routes() -> Router<Shared> {
    Router::new().route(paths::HEALTH, get(async || "ok\n")).route(paths::READY, get(ready))
}

async fn ready(State(house): State<Shared>) -> (StatusCode, &'static str) {
    let read = async { collectivites::revision(house.db.read().await?.cx()).await };
    match read.await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "database unavailable\n")
        }
    }
}
