//! Who is logged in: the session cookie over our own tables. `__Host-` and Secure as soon as people reach us by TLS.

use tower_sessions::cookie::SameSite;
use tower_sessions::{MemoryStore, SessionManagerLayer};

use super::Shared;

/// The layer that loads and saves sessions.
pub fn layer(house: &Shared) -> SessionManagerLayer<MemoryStore> {
    let https = house.config.is_https();
    SessionManagerLayer::new(MemoryStore::default())
        .with_name(if https { "__Host-habilis" } else { "habilis" })
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
}
