//! The way out: one SMTP server, or nothing at all in development. Alone in knowing lettre. Must not know what mails
//! say nor keep trace of them.

mod failure;
mod message;

use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use lettre::message::Mailbox;
use lettre::transport::smtp::PoolConfig;
use lettre::{SmtpTransport, Transport};
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};

pub use failure::Undelivered;

use super::letter::Letter;

/// Bound of each exchange with the server: connecting, and every read or write.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Kept below the five minutes that servers grant to a silent client.
const IDLE: Duration = Duration::from_secs(60);
/// Mails between the server's answer and our note of it, at most: what a stop at the worst moment may double. Also the
/// connections that are kept.
const AT_ONCE: u32 = 2;
/// How long a mail waits for its turn: behind a server that does not answer, it gives its worker back.
const TURN: Duration = Duration::from_secs(2);

/// The post office: where mails leave from, and in whose name.
pub struct Post {
    route: Route,
    from: Mailbox,
    gate: Semaphore,
}

enum Route {
    Smtp(SmtpTransport),
    /// Drops everything and says it was sent.
    Blackhole,
}

/// A letter with its envelope.
pub(super) struct Parcel<'a> {
    pub to_name: Option<&'a str>,
    pub to: &'a str,
    pub message_id: &'a str,
    pub date: DateTime<Utc>,
    pub letter: &'a Letter,
    /// Address that stops this sort of mail, by a page or by a bare POST (RFC 8058).
    pub unsubscribe: Option<&'a str>,
}

impl Post {
    /// `smtps://user:password@host:465`, `smtp://…?tls=required` (STARTTLS), `smtp://host:port` (in clear) or
    /// `blackhole:`; user and password percent-encoded. Connects to nothing yet. `from`: `Name <address>`.
    ///
    /// # Errors
    /// When either text is not understood; the message never holds the password.
    pub fn new(smtp_url: &str, from: &str) -> anyhow::Result<Self> {
        let from = from.parse().context("MAIL_FROM : il faut une adresse, ou « Nom <adresse> »")?;
        Ok(Self { route: route(smtp_url)?, from, gate: Semaphore::new(AT_ONCE as usize) })
    }

    /// The right to hand a mail over, to be kept until what became of it is written down. `None`: others take their time.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout(TURN, self.gate.acquire()).await.ok()?.ok()
    }

    /// The Message-ID of whatever is sent for `cause`: the same at each try.
    pub fn message_id(&self, cause: &str) -> String {
        let digest = Sha256::digest(cause.as_bytes());
        let hex = digest.iter().take(16).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        format!("<{hex}@{}>", self.from.email.domain())
    }

    /// Hands a letter to the server.
    ///
    /// Lettre's own asynchronous transport bounds the connection only: a server that falls silent would hold a worker
    /// for ever, and giving up on it midway would put a connection out of step back in the pool. Its blocking one
    /// bounds every exchange, so it gets a thread for that time.
    pub(super) async fn send(&self, parcel: Parcel<'_>) -> Result<(), Undelivered> {
        let message = message::build(&self.from, &parcel)?;
        let Route::Smtp(transport) = &self.route else { return Ok(()) };
        let transport = transport.clone();
        let ascii = parcel.to.is_ascii();
        let sent = tokio::task::spawn_blocking(move || transport.send(&message)).await;
        let sent = sent.map_err(|_| Undelivered::Later("envoi interrompu".into()))?;
        sent.map(drop).map_err(|error| failure::of_server(&error, ascii))
    }
}

impl Drop for Post {
    /// Takes leave of the server from a thread of its own: the pool waits for an answer to each QUIT, which must not
    /// stop the runtime that drops us.
    fn drop(&mut self) {
        let Route::Smtp(transport) = &self.route else { return };
        let transport = transport.clone();
        drop(std::thread::Builder::new().name("smtp-quit".into()).spawn(move || transport.shutdown()));
    }
}

fn route(smtp_url: &str) -> anyhow::Result<Route> {
    if smtp_url == "blackhole:" {
        return Ok(Route::Blackhole);
    }
    // Somebody on the way can make an opportunistic client talk in clear.
    anyhow::ensure!(
        !smtp_url.contains("tls=opportunistic"),
        "SMTP_URL : tls=opportunistic est refusé, écrivez tls=required"
    );
    let builder = SmtpTransport::from_url(smtp_url).context("SMTP_URL : adresse incomprise")?;
    let pool = PoolConfig::new().max_size(AT_ONCE).idle_timeout(IDLE);
    Ok(Route::Smtp(builder.timeout(Some(TIMEOUT)).pool_config(pool).build()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "API Particulier <ne-pas-repondre@habilis.example>";

    #[test]
    fn addresses_of_servers() {
        for url in [
            "smtps://utilisateur:mot%20de%20passe@smtp.example.com:465",
            "smtp://u%40example.com:p%2F@smtp.example.com:587?tls=required",
            "smtp://127.0.0.1:1025",
            "blackhole:",
        ] {
            assert!(Post::new(url, FROM).is_ok(), "{url}");
        }
        for url in ["", "http://example.com", "smtp://u:secret@h:587?tls=opportunistic", "smtp://u:secret@h?tls=maybe"]
        {
            let error = Post::new(url, FROM).err().map(|error| format!("{error:#}")).unwrap();
            assert!(error.contains("SMTP_URL") && !error.contains("secret"), "{error}");
        }
        assert!(Post::new("blackhole:", "pas une adresse").is_err());
    }

    #[test]
    fn message_ids_follow_the_cause() {
        let post = Post::new("blackhole:", FROM).unwrap();
        let id = post.message_id("cause");
        assert_eq!(id, post.message_id("cause"));
        assert_ne!(id, post.message_id("autre cause"));
        assert!(id.starts_with('<') && id.ends_with("@habilis.example>"), "{id}");
    }
}
