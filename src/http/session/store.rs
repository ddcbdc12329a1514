//! Sessions in our `session` table, under the SHA-256 of the cookie's value: a stolen table opens nothing. Our clock
//! decides when one expires, whatever the session layer believes.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use crate::accounts::fingerprint;
use crate::clock::Clock;
use crate::store::{self, Db, sessions};

/// How long a session lives without use.
const INACTIVITY: Duration = Duration::hours(8);

/// The database as the session layer sees it.
#[derive(Clone)]
pub struct Sessions {
    db: Db,
    clock: Clock,
}

impl Sessions {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    fn expires_at(&self) -> DateTime<Utc> {
        self.clock.now() + INACTIVITY
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while !sessions::insert(&self.db, &key(&record.id), &data(record)?, self.expires_at()).await.map_err(backend)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let kept = sessions::update(&self.db, &key(&record.id), &data(record)?, self.expires_at()).await;
        if !kept.map_err(backend)? {
            tracing::debug!("a session ended while it was in use");
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut conn = self.db.read().await.map_err(backend)?;
        let Some(data) = sessions::load(conn.cx(), &key(id), self.clock.now()).await.map_err(backend)? else {
            return Ok(None);
        };
        let data = serde_json::from_value(data).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(self.expires_at().timestamp())
            .map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sessions::delete(&self.db, &key(id)).await.map_err(backend)
    }
}

fn key(id: &Id) -> String {
    fingerprint(&id.to_string())
}

fn data(record: &Record) -> Result<serde_json::Value> {
    serde_json::to_value(&record.data).map_err(|e| Error::Encode(e.to_string()))
}

fn backend(error: store::Error) -> Error {
    Error::Backend(error.to_string())
}
