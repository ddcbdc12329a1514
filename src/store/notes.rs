//! The `note` table: what colleagues write for themselves about a request. Append-only: a note may be struck, never
//! changed nor removed. Nothing that a demandeur reads comes from here.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Cx, Result};
use crate::domain::HabilitationId;

/// A note as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Note {
    pub id: Uuid,
    pub author_id: Uuid,
    /// Name of the writer when it was written.
    pub author: String,
    pub body: String,
    pub at: DateTime<Utc>,
    /// When its author took it back.
    pub struck_at: Option<DateTime<Utc>>,
}

/// A note to add.
pub struct NewNote<'a> {
    pub habilitation: HabilitationId,
    pub author_id: Uuid,
    pub author: &'a str,
    pub body: &'a str,
    /// Drawn with the form.
    pub form_key: Uuid,
    pub at: DateTime<Utc>,
}

/// Adds a note, unless the same form already brought this text. `false` when it did. The caller holds the request's
/// row.
pub async fn insert(cx: Cx<'_>, note: &NewNote<'_>) -> Result<bool> {
    let added = execute!(
        cx,
        "insert into note (id, habilitation_id, author_id, author, body, form_key, at) \
         select $1, h.id, $3, $4, $5, $6, $7 from habilitation h where h.id = $2 and not exists \
         (select 1 from note n where n.habilitation_id = $2 and n.form_key = $6 and n.body = $5)",
        Uuid::now_v7(),
        note.habilitation,
        note.author_id,
        note.author,
        note.body,
        note.form_key,
        note.at
    )?;
    Ok(added == 1)
}

/// The last `limit` notes of a request, in the order they were written.
pub async fn of(cx: Cx<'_>, habilitation: HabilitationId, limit: i64) -> Result<Vec<Note>> {
    let newest_first = fetch_all!(
        cx,
        Note,
        "select id, author_id, author, body, at, struck_at from note where habilitation_id = $1 \
         order by at desc, id desc limit $2",
        habilitation,
        limit
    )?;
    Ok(newest_first.into_iter().rev().collect())
}

/// Strikes a note of this author. `false` when there is none such, or it was struck already.
pub async fn strike(
    cx: Cx<'_>,
    habilitation: HabilitationId,
    note: Uuid,
    author: Uuid,
    now: DateTime<Utc>,
) -> Result<bool> {
    let touched = execute!(
        cx,
        "update note set struck_at = $4 where id = $1 and habilitation_id = $2 and author_id = $3 \
         and struck_at is null",
        note,
        habilitation,
        author,
        now
    )?;
    Ok(touched == 1)
}
