//! `GET /instruction/a-reporter`: the decisions taken here that a person must take again in DataPass. Absent when they
//! are taken there.

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use crate::config::Decisions;
use crate::http::session::LoggedIn;
use crate::http::views::to_report::{self as view, Line};
use crate::http::{Error, PageResult, Shared, paths};
use crate::store::habilitations;

/// Lines of the page: past that, reporting them uncovers the others.
const MOST: i64 = 200;

pub fn routes() -> Router<Shared> {
    Router::new().route(paths::TO_REPORT, get(show))
}

async fn show(State(house): State<Shared>, LoggedIn(account): LoggedIn) -> PageResult {
    if house.config.decisions == Decisions::Datapass {
        return Err(Error::NotFound);
    }
    let mut conn = house.db.read().await?;
    let found = habilitations::to_report(conn.cx(), MOST).await?;
    let count = habilitations::to_report_count(conn.cx()).await?;
    drop(conn);
    let line = |habilitation: crate::domain::Habilitation| {
        let datapass = paths::datapass_instruction(&house.config, habilitation.datapass_id);
        Line { habilitation, datapass }
    };
    let lines: Vec<Line> = found.into_iter().map(line).collect();
    Ok(view::list(&account.name, &lines, count))
}
