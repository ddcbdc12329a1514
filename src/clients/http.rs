//! What every outgoing call shares: timeouts, no redirect followed, a cap on what is read, an honest name.

use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(30);
/// Largest answer read, in bytes: registries answer in kilobytes.
const CAP: usize = 4 * 1024 * 1024;

/// A client with the house's limits.
pub fn client() -> reqwest::Result<reqwest::Client> {
    builder().build()
}

/// The same, to be limited further.
pub fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("habilis/", env!("CARGO_PKG_VERSION")))
}

/// The body of an answer, or why it could not be read whole.
pub async fn body(response: reqwest::Response) -> Result<Vec<u8>, String> {
    body_within(response, CAP).await
}

/// The same, with a cap of the caller's, in bytes.
pub async fn body_within(mut response: reqwest::Response, cap: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| plain(&e))? {
        if bytes.len() + chunk.len() > cap {
            return Err(format!("réponse de plus de {cap} octets"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// A transport error in plain French, since people read it, and without its URL, which may carry identifiers.
pub fn plain(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "pas de réponse à temps"
    } else if error.is_connect() {
        "connexion impossible"
    } else {
        "échange interrompu"
    };
    kind.to_owned()
}
