//! What a session remembers beside its login: how a person last left the queue.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tower_sessions::Session;

use crate::http::{Error, Shared};

const QUEUE: &str = "queue";

/// The memory of the session at hand.
#[derive(Clone, Debug)]
pub struct Remembered(Session);

impl Remembered {
    /// The query of the queue's address, as last asked.
    ///
    /// # Errors
    /// When the session can't be read.
    pub async fn queue(&self) -> Result<Option<String>, Error> {
        self.0.get(QUEUE).await.map_err(broken)
    }

    /// Keeps it; `None` forgets it. Costs a write only when it changes.
    ///
    /// # Errors
    /// When the session can't be read.
    pub async fn keep_queue(&self, query: Option<String>) -> Result<(), Error> {
        match (self.queue().await?, query) {
            (known, query) if known == query => Ok(()),
            (_, Some(query)) => self.0.insert(QUEUE, query).await.map_err(broken),
            (_, None) => self.0.remove::<String>(QUEUE).await.map(|_| ()).map_err(broken),
        }
    }
}

impl FromRequestParts<Shared> for Remembered {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, house: &Shared) -> Result<Self, Error> {
        let session = Session::from_request_parts(parts, house).await;
        session.map(Self).map_err(|(_, why)| Error::Internal(anyhow::anyhow!(why)))
    }
}

fn broken(error: tower_sessions::session::Error) -> Error {
    Error::Internal(error.into())
}
