//! `/desabonnement/{jeton}`: the link at the foot of a reminder. Reading it changes nothing, since scanners follow links;
//! posting to it does, from the page or straight from mail software (RFC 8058), without a login nor a same origin.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::http::views::unsubscribe as view;
use crate::http::{Error, PageResult, Shared, paths};
use crate::reminders::unsubscribe::{self, Link};

const PRIVATE: [(HeaderName, &str); 3] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

pub fn routes() -> Router<Shared> {
    Router::new().route(&paths::unsubscribe("{jeton}"), get(ask).post(act))
}

type Token = Result<Path<String>, PathRejection>;

async fn ask(State(house): State<Shared>, token: Token) -> PageResult<impl IntoResponse> {
    let (token, link) = found(&house, token).await?;
    let page = if link.wanted { view::ask(&token, link.topic) } else { view::done(link.topic) };
    Ok((PRIVATE, page))
}

/// What is posted does not matter: the address says it all, and each software writes its own body.
async fn act(State(house): State<Shared>, token: Token) -> PageResult<impl IntoResponse> {
    let (_, link) = found(&house, token).await?;
    unsubscribe::follow(&house.db, &house.clock, &link).await?;
    Ok((PRIVATE, view::done(link.topic)))
}

/// A wrong token looks like any address that does not exist.
async fn found(house: &Shared, token: Token) -> Result<(String, Link), Error> {
    let Path(token) = token.map_err(|_| Error::NotFound)?;
    let link = unsubscribe::find(&house.db, &token).await?.ok_or(Error::NotFound)?;
    Ok((token, link))
}
