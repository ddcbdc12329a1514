//! Who is logged in: the session cookie over our own tables. `__Host-` and Secure as soon as people reach us by TLS.
//! The session only says which account logged in and when: rights are read from the account at each request.

mod logged_in;
mod login;
mod next_page;
mod remembered;
mod store;

use axum::http::{HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_sessions::SessionManagerLayer;
use tower_sessions::cookie::SameSite;

use super::Shared;
use store::Sessions;

pub use logged_in::{LoggedIn, Rejection};
pub use login::{begin, current, end};
pub use next_page::NextPage;
pub use remembered::Remembered;

/// The layer that loads and saves sessions. The cookie goes with the browser's session; how long ours lasts is for
/// [`Sessions`] and [`current`] to say.
pub fn layer(house: &Shared) -> SessionManagerLayer<Sessions> {
    let https = house.config.is_https();
    SessionManagerLayer::new(Sessions::new(house.db.clone(), house.clock.clone()))
        .with_name(cookie_name(https))
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
}

fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-habilis" } else { "habilis" }
}

/// For every page behind a login: neither browsers nor proxies keep it.
pub fn no_store() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

#[cfg(test)]
mod tests;
