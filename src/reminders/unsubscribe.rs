//! The link at the foot of each reminder: an unguessable token, for one person and one topic, which stands for the
//! person's wish without a login. Only its fingerprint is kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Topic;
use crate::clock::Clock;
use crate::store::{self, Db, preferences};

/// Bytes of chance in a token, and its length once written.
const BYTES: usize = 24;
const LENGTH: usize = 32;

/// What a link is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub account: Uuid,
    pub topic: Topic,
    /// The mails still come.
    pub wanted: bool,
}

/// Makes the token of one mail.
///
/// # Errors
/// When the database can't be written.
pub async fn issue(db: &Db, clock: &Clock, account: Uuid, topic: Topic) -> store::Result<String> {
    let bytes: [u8; BYTES] = rand::random();
    let token = URL_SAFE_NO_PAD.encode(bytes);
    preferences::add_link(db, &fingerprint(&token), account, topic.name(), clock.now()).await?;
    Ok(token)
}

/// What a token is about; `None` when it is none of ours.
///
/// # Errors
/// When the database can't be read.
pub async fn find(db: &Db, token: &str) -> store::Result<Option<Link>> {
    if token.len() != LENGTH {
        return Ok(None);
    }
    let mut conn = db.read().await?;
    let Some((account, topic)) = preferences::link(conn.cx(), &fingerprint(token)).await? else { return Ok(None) };
    let Some(topic) = Topic::parse(&topic) else { return Ok(None) };
    let unwanted = preferences::unwanted(conn.cx(), account).await?;
    Ok(Some(Link { account, topic, wanted: !unwanted.iter().any(|name| name == topic.name()) }))
}

/// Stops the mails of a link; harmless when they were stopped.
///
/// # Errors
/// When the database can't be written.
pub async fn follow(db: &Db, clock: &Clock, link: &Link) -> store::Result<()> {
    let mut tx = db.begin().await?;
    preferences::set(tx.cx(), link.account, link.topic.name(), false, clock.now()).await?;
    tx.commit().await?;
    tracing::info!(account = %link.account, topic = link.topic.name(), "unsubscribed by link");
    Ok(())
}

fn fingerprint(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
