//! The public directory: which forms are open, answered from memory. Whole answers are prepared when the `collectivite`
//! table moves, never when they are asked for. Also makes a form's QR code and the kit that presents it to families.
//! Must not know how a habilitation is decided nor what HTTP is.

pub mod kit;
mod opening;
mod prepared;
pub mod qr;
mod search;
mod snapshot;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio_util::sync::CancellationToken;

use crate::store::{self, Db, collectivites};
use crate::turns::Turns;

pub use opening::collectivite_of;
pub use prepared::{Encoding, Prepared, digest};
pub use snapshot::Snapshot;

/// How long another process's change may go unseen.
const POLL: Duration = Duration::from_millis(500);

/// The directory of this process.
pub struct Publication {
    current: ArcSwap<Snapshot>,
    /// One preparation at a time, for all who wait for it: it costs a third of a second of processor when every commune of
    /// France is there.
    turns: Turns,
}

impl Default for Publication {
    fn default() -> Self {
        Self::new()
    }
}

impl Publication {
    /// An empty directory: refresh it before answering anybody.
    pub fn new() -> Self {
        Self { current: ArcSwap::from_pointee(Snapshot::empty()), turns: Turns::default() }
    }

    /// What is published now. Keep it for the time of one answer.
    pub fn current(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Prepares the directory again when the table moved. `true` when this did, and no other at the same moment.
    ///
    /// # Errors
    /// When the database can't be read; what was published stays.
    pub async fn refresh(&self, db: &Db) -> store::Result<bool> {
        Ok(self.turns.take(self.prepare(db)).await?.unwrap_or(false))
    }

    async fn prepare(&self, db: &Db) -> store::Result<bool> {
        let mut conn = db.read().await?;
        // Read first: rows newer than their revision are prepared once more, never missed.
        let revision = collectivites::revision(conn.cx()).await?;
        if self.current.load().revision() == Some(revision) {
            return Ok(false);
        }
        let rows = collectivites::all_open(conn.cx()).await?;
        let shut = collectivites::all_shut(conn.cx()).await?;
        drop(conn);
        let snapshot = tokio::task::spawn_blocking(move || Snapshot::of(revision, rows).with_shut(shut))
            .await
            .map_err(|error| store::Error::Corrupt(format!("the public list could not be prepared: {error}")))?;
        self.current.store(Arc::new(snapshot));
        Ok(true)
    }

    /// Follows the table until `stop`: what other processes open or close appears here too.
    pub async fn watch(&self, db: &Db, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.refresh(db).await {
                tracing::warn!(%error, "the public list could not be refreshed, the previous one stays");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }
}
