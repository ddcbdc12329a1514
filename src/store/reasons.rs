//! The `reason_template` table: texts that answers start from.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Cx, Db, Result};

/// A text kept for one gesture.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ReasonRow {
    pub id: Uuid,
    /// Stable name of the gesture it serves.
    pub gesture: String,
    pub title: String,
    /// With its variables, `{{numero}}`.
    pub body: String,
    pub updated_at: DateTime<Utc>,
    /// Name of who wrote it last.
    pub updated_by: String,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Done,
    /// The gesture has a template of that title.
    Taken,
    /// The gesture has as many as it may.
    Full,
    /// It was changed or removed since it was read.
    Stale,
}

/// Every template, by gesture then title.
pub async fn all(cx: Cx<'_>) -> Result<Vec<ReasonRow>> {
    let sql = "select id, gesture, title, body, updated_at, updated_by from reason_template";
    let mut rows = fetch_all!(cx, ReasonRow, sql)?;
    // The two engines order accents differently.
    rows.sort_by(|a, b| (&a.gesture, &a.title).cmp(&(&b.gesture, &b.title)));
    Ok(rows)
}

/// The template of an id.
pub async fn by_id(cx: Cx<'_>, id: Uuid) -> Result<Option<ReasonRow>> {
    let sql = "select id, gesture, title, body, updated_at, updated_by from reason_template where id = $1";
    Ok(fetch_optional!(cx, ReasonRow, sql, id)?)
}

/// Adds a template, when its gesture has fewer than `most` and none of its title.
pub async fn insert(db: &Db, row: &ReasonRow, most: i64) -> Result<Written> {
    let mut tx = db.begin().await?;
    let count = "select count(*) from reason_template where gesture = $1";
    if fetch_optional!(tx.cx(), (i64,), count, &row.gesture)?.is_some_and(|(count,)| count >= most) {
        return Ok(Written::Full);
    }
    let added = execute!(
        tx.cx(),
        "insert into reason_template (id, gesture, title, body, updated_at, updated_by) \
         values ($1, $2, $3, $4, $5, $6) on conflict (gesture, title) do nothing",
        row.id,
        &row.gesture,
        &row.title,
        &row.body,
        row.updated_at,
        &row.updated_by
    )?;
    tx.commit().await?;
    Ok(if added == 1 { Written::Done } else { Written::Taken })
}

/// Writes a template over the one read at `read_at`. Its gesture stays.
pub async fn update(db: &Db, row: &ReasonRow, read_at: DateTime<Utc>) -> Result<Written> {
    let mut tx = db.begin().await?;
    let taken = "select id from reason_template where gesture = $1 and title = $2 and id <> $3";
    if fetch_optional!(tx.cx(), (Uuid,), taken, &row.gesture, &row.title, row.id)?.is_some() {
        return Ok(Written::Taken);
    }
    let touched = execute!(
        tx.cx(),
        "update reason_template set title = $2, body = $3, updated_at = $4, updated_by = $5 \
         where id = $1 and updated_at = $6",
        row.id,
        &row.title,
        &row.body,
        row.updated_at,
        &row.updated_by,
        read_at
    )?;
    tx.commit().await?;
    Ok(if touched == 1 { Written::Done } else { Written::Stale })
}

/// Removes a template; nothing when it is gone already.
pub async fn delete(db: &Db, id: Uuid) -> Result<()> {
    let mut tx = db.begin().await?;
    execute!(tx.cx(), "delete from reason_template where id = $1", id)?;
    tx.commit().await
}
