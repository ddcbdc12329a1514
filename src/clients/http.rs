//! What every outgoing call shares: timeouts, no redirect followed, a cap on what is read, an honest name.

use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(30);
/// Largest answer read, in bytes: registries answer in kilobytes.
const CAP: usize = 4 * 1024 * 1024;

/// A client with the house's limits.
pub fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("habilis/", env!("CARGO_PKG_VERSION")))
        .build()
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
            return Err(format!("answer larger than {cap} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// A transport error without its URL, which may carry identifiers.
pub fn plain(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "connection refused or lost"
    } else {
        "exchange interrupted"
    };
    kind.to_owned()
}
