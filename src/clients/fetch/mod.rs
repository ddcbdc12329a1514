//! Fetches a document at an address that a stranger typed. Each address on the way, redirections included, is resolved
//! once, checked, and connected to at the very addresses that were checked: a name that answers otherwise a moment later
//! changes nothing. No proxy, no cookie, a cap on bytes (after decompression) and on time. Knows nothing of requests.

mod address;
mod fault;
mod names;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, HOST, LOCATION};
use reqwest::{Client, Response};
use url::{Host, Url};

use super::http;
use crate::domain::document::{Format, LARGEST};

pub use address::is_public;
pub use fault::Fault;
pub use names::{Names, System};

/// For the whole of it: names, redirections, body.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// Redirections followed.
pub(super) const REDIRECTS: usize = 5;
/// Longest address taken, in bytes.
const LONGEST: usize = 2000;
/// Names that no real site has (RFC 2606): those of the sandbox.
const INVENTED: &str = ".test";

/// A document, fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    pub bytes: Vec<u8>,
    /// By its bytes, whatever the site said.
    pub format: Format,
    /// Where it was in the end.
    pub address: Url,
}

/// Fetches documents.
#[derive(Clone)]
pub struct Fetcher {
    names: Arc<dyn Names>,
    /// Where invented names answer, the one place of this machine that may be reached. Never in production.
    test_sites: Option<SocketAddr>,
    patience: Duration,
}

impl Fetcher {
    /// A fetcher that asks `names` where sites are. `test_sites`: where the names ending in `.test` answer.
    pub fn new(names: Arc<dyn Names>, test_sites: Option<SocketAddr>) -> Self {
        Self { names, test_sites, patience: PATIENCE }
    }

    /// The same, less patient.
    #[must_use]
    pub fn within(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The document at an address as it was typed; https, then http, when it has no scheme.
    ///
    /// # Errors
    /// [`Fault`]: nothing was kept.
    pub async fn fetch(&self, typed: &str) -> Result<Fetched, Fault> {
        let whole = async {
            let mut last = Fault::NotAnAddress;
            for url in candidates(typed) {
                match self.follow(url).await {
                    Err(fault @ (Fault::Tls | Fault::Unreachable)) => last = fault,
                    settled => return settled,
                }
            }
            Err(last)
        };
        tokio::time::timeout(self.patience, whole).await.unwrap_or(Err(Fault::TooSlow))
    }

    async fn follow(&self, mut url: Url) -> Result<Fetched, Fault> {
        for _ in 0..=REDIRECTS {
            let response = self.ask(&url).await?;
            let status = response.status();
            if status.is_redirection()
                && let Some(location) = response.headers().get(LOCATION)
            {
                let location = location.to_str().map_err(|_| Fault::NotAnAddress)?;
                url = url.join(location).map_err(|_| Fault::NotAnAddress)?;
                continue;
            }
            if !status.is_success() {
                return Err(Fault::of_status(status.as_u16()));
            }
            let bytes = body(response).await?;
            let format = Format::of(&bytes).ok_or(Fault::NotADocument)?;
            return Ok(Fetched { bytes, format, address: url });
        }
        Err(Fault::TooManyRedirects)
    }

    /// One exchange, with addresses that were checked.
    async fn ask(&self, url: &Url) -> Result<Response, Fault> {
        let destination = self.destination(url).await?;
        let client = client(url, &destination.addresses).map_err(|error| Fault::of_transport(&error))?;
        let mut request = client.get(destination.url).header(ACCEPT, "application/pdf, text/html;q=0.9");
        if let Some(host) = destination.host {
            request = request.header(HOST, host);
        }
        let response = request.send().await.map_err(|error| Fault::of_transport(&error))?;
        match response.remote_addr() {
            Some(peer) if !destination.addresses.iter().any(|address| address.ip() == peer.ip()) => Err(Fault::Private),
            _ => Ok(response),
        }
    }

    /// Where to connect, once everything about the address was checked.
    async fn destination(&self, url: &Url) -> Result<Destination, Fault> {
        if !matches!(url.scheme(), "http" | "https") || url.as_str().len() > LONGEST {
            return Err(Fault::NotAnAddress);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Fault::UserInfo);
        }
        let port = url.port_or_known_default().ok_or(Fault::NotAnAddress)?;
        if let (Some(Host::Domain(name)), Some(site)) = (url.host(), self.test_sites)
            && name.ends_with(INVENTED)
        {
            return invented(url, name, site);
        }
        let addresses = match url.host() {
            Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
            Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
            Some(Host::Domain(name)) => self.names.addresses(name).await.map_err(|_| Fault::UnknownName)?,
            None => return Err(Fault::NotAnAddress),
        };
        let addresses: Vec<SocketAddr> = addresses.into_iter().map(|ip| SocketAddr::new(ip, port)).collect();
        let allowed = |address: &SocketAddr| self.test_sites == Some(*address);
        // One private answer among public ones is enough to refuse: nobody honest publishes that.
        if addresses.iter().any(|address| !is_public(address.ip()) && !allowed(address)) {
            return Err(Fault::Private);
        }
        if addresses.is_empty() {
            return Err(Fault::UnknownName);
        }
        if !matches!(port, 80 | 443) && !addresses.iter().all(allowed) {
            return Err(Fault::Port(port));
        }
        Ok(Destination { url: url.clone(), host: None, addresses })
    }
}

/// Where one exchange goes.
struct Destination {
    url: Url,
    /// The name to tell the server, when it is not that of the URL.
    host: Option<String>,
    addresses: Vec<SocketAddr>,
}

/// An invented name, at the sandbox: it speaks plain http.
fn invented(url: &Url, name: &str, site: SocketAddr) -> Result<Destination, Fault> {
    let mut there = url.clone();
    let moved = there.set_scheme("http").is_ok() && there.set_port(Some(site.port())).is_ok();
    if !moved || there.set_ip_host(site.ip()).is_err() {
        return Err(Fault::NotAnAddress);
    }
    Ok(Destination { url: there, host: Some(name.to_owned()), addresses: vec![site] })
}

/// The addresses that a text may mean.
fn candidates(typed: &str) -> Vec<Url> {
    let typed = typed.trim();
    if typed.is_empty() || typed.contains(char::is_whitespace) {
        return Vec::new();
    }
    let schemes: &[&str] = if typed.contains("://") { &[""] } else { &["https://", "http://"] };
    schemes.iter().filter_map(|scheme| Url::parse(&format!("{scheme}{typed}")).ok()).collect()
}

/// A client that knows one name and can only connect to these addresses.
fn client(url: &Url, addresses: &[SocketAddr]) -> reqwest::Result<Client> {
    let builder = http::builder().no_proxy().pool_max_idle_per_host(0).dns_resolver(Arc::new(Nobody));
    match url.host() {
        Some(Host::Domain(name)) => builder.resolve_to_addrs(name, addresses).build(),
        _ => builder.build(),
    }
}

/// Resolves nothing: whatever was not resolved and checked beforehand is not reached.
struct Nobody;

impl reqwest::dns::Resolve for Nobody {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async { Err("a name that was not checked".into()) })
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, Fault> {
    if response.content_length().is_some_and(|length| length > LARGEST as u64) {
        return Err(Fault::TooLarge);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Fault::of_transport(&error))? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(Fault::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn a_lacking_scheme_is_https_then_http() {
        for (typed, meant) in [
            ("https://a.fr/d.pdf", &["https://a.fr/d.pdf"][..]),
            (" a.fr/d.pdf ", &["https://a.fr/d.pdf", "http://a.fr/d.pdf"]),
            ("127.1/d.pdf", &["https://127.0.0.1/d.pdf", "http://127.0.0.1/d.pdf"]),
            ("voir en mairie", &[]),
            ("", &[]),
        ] {
            let found: Vec<String> = candidates(typed).iter().map(ToString::to_string).collect();
            assert_eq!(found, meant, "{typed}");
        }
    }
}
