//! The `session` table: opaque data under the SHA-256 of the cookie's value.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;

use super::{Cx, Db, Result};

/// Writes or replaces a session.
pub async fn save(db: &Db, key: &str, data: &Value, expires_at: DateTime<Utc>) -> Result<()> {
    let mut tx = db.begin().await?;
    execute!(
        tx.cx(),
        "insert into session (key, data, expires_at) values ($1, $2, $3) \
         on conflict (key) do update set data = excluded.data, expires_at = excluded.expires_at",
        key,
        Json(data),
        expires_at
    )?;
    tx.commit().await
}

/// The data of a session that has not expired.
pub async fn load(cx: Cx<'_>, key: &str, now: DateTime<Utc>) -> Result<Option<Value>> {
    let row =
        fetch_optional!(cx, (Json<Value>,), "select data from session where key = $1 and expires_at > $2", key, now)?;
    Ok(row.map(|(data,)| data.0))
}

/// Forgets one session.
pub async fn delete(db: &Db, key: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    execute!(tx.cx(), "delete from session where key = $1", key)?;
    tx.commit().await
}

/// Forgets expired sessions and stale counts of failed logins.
pub async fn purge(cx: Cx<'_>, now: DateTime<Utc>) -> Result<u64> {
    Ok(execute!(cx, "delete from session where expires_at <= $1", now)?)
}
