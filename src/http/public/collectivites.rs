//! The list of open forms: one box to search in, fifty lines a page, answered from memory.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;

use crate::http::Shared;
use crate::http::views::collectivites::{self as view, Results};

const PER_PAGE: usize = 50;
/// No name is longer; what follows is not read.
const LONGEST: usize = 100;

/// Text on purpose: an address typed by hand or cut short gets a page, not an error.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
}

pub async fn list(State(house): State<Shared>, asked: Result<Query<Asked>, QueryRejection>) -> impl IntoResponse {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let typed: String = asked.q.trim().chars().take(LONGEST).collect();
    let snapshot = house.publication.current();
    let found = snapshot.search(&typed);
    let pages = found.len().div_ceil(PER_PAGE).max(1);
    let page = asked.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let start = (page - 1) * PER_PAGE;
    view::page(&Results {
        typed: &typed,
        open: snapshot.len(),
        total: found.len(),
        start,
        page,
        pages,
        shown: found.get(start..).unwrap_or_default().iter().take(PER_PAGE).copied().collect(),
    })
}
