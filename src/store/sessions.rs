//! The `session` table: opaque data under the SHA-256 of the cookie's value.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Cx, Db, Result};

/// Adds a session. `false` when its key is taken.
pub async fn insert(db: &Db, key: &str, data: &Value, expires_at: DateTime<Utc>) -> Result<bool> {
    let mut tx = db.begin().await?;
    let added = execute!(
        tx.cx(),
        "insert into session (key, data, expires_at) values ($1, $2, $3) on conflict (key) do nothing",
        key,
        Json(data),
        expires_at
    )?;
    tx.commit().await?;
    Ok(added == 1)
}

/// Replaces the data of a session that is still there. `false` when it is not: a request that was under way while
/// somebody logged out must not bring the session back.
pub async fn update(db: &Db, key: &str, data: &Value, expires_at: DateTime<Utc>) -> Result<bool> {
    let mut tx = db.begin().await?;
    let written =
        execute!(tx.cx(), "update session set data = $2, expires_at = $3 where key = $1", key, Json(data), expires_at)?;
    tx.commit().await?;
    Ok(written == 1)
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

/// Forgets every session of an account: those whose data names it.
pub async fn delete_of(cx: Cx<'_>, account: Uuid) -> Result<u64> {
    Ok(execute!(cx, "delete from session where cast(data as text) like $1", format!("%\"{account}\"%"))?)
}

/// Forgets expired sessions.
pub async fn purge(cx: Cx<'_>, now: DateTime<Utc>) -> Result<u64> {
    Ok(execute!(cx, "delete from session where expires_at <= $1", now)?)
}
