//! How a person last left the queue, in a cookie beside the session's: a filter, which names nobody. It goes with the browser's
//! session or at logout, and costs the database nothing, however often lists are changed.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::AppendHeaders;
use tower_sessions::cookie::{Cookie, SameSite};

use crate::http::Shared;

/// What the browser at hand remembers.
#[derive(Clone, Debug)]
pub struct Remembered {
    queue: Option<String>,
    https: bool,
}

/// The header that changes it, if anything changes.
pub type Change = AppendHeaders<Option<(HeaderName, HeaderValue)>>;

impl Remembered {
    /// The query of the queue's address, as last asked; a browser may send anything.
    pub fn queue(&self) -> Option<&str> {
        self.queue.as_deref()
    }

    /// Keeps it; `None` forgets it.
    pub fn keep_queue(&self, query: Option<&str>) -> Change {
        AppendHeaders(if self.queue() == query { None } else { written(self.https, query) })
    }
}

/// The header that makes a browser forget.
pub fn forgotten(https: bool) -> Option<(HeaderName, HeaderValue)> {
    written(https, None)
}

fn written(https: bool, query: Option<&str>) -> Option<(HeaderName, HeaderValue)> {
    let mut cookie = Cookie::build((name(https), query.unwrap_or_default().to_owned()))
        .path("/")
        .secure(https)
        .http_only(true)
        .same_site(SameSite::Lax)
        .build();
    if query.is_none() {
        cookie.make_removal();
        cookie.set_path("/");
    }
    Some((header::SET_COOKIE, HeaderValue::from_str(&cookie.to_string()).ok()?))
}

fn name(https: bool) -> &'static str {
    if https { "__Host-habilis_file" } else { "habilis_file" }
}

impl FromRequestParts<Shared> for Remembered {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, house: &Shared) -> Result<Self, Infallible> {
        let https = house.config.is_https();
        let sent = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut cookies = sent.flat_map(Cookie::split_parse).filter_map(Result::ok);
        let queue = cookies.find(|cookie| cookie.name() == name(https)).map(|cookie| cookie.value().to_owned());
        Ok(Self { queue: queue.filter(|query| !query.is_empty()), https })
    }
}
