//! The `event` table: the history of each request, append-only.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Cx, Result};
use crate::domain::{Actor, Event, HabilitationId};

/// A line of history.
#[derive(Clone, Debug)]
pub struct Line {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub by: Actor,
    pub event: Event,
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    at: DateTime<Utc>,
    actor: Json<Actor>,
    detail: Json<Event>,
}

/// Adds a line at the end of a request's history; answers its key. The caller holds the request's row.
pub async fn append(
    cx: Cx<'_>,
    habilitation: HabilitationId,
    at: DateTime<Utc>,
    by: &Actor,
    event: &Event,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    execute!(
        cx,
        "insert into event (id, habilitation_id, seq, at, actor, kind, detail) \
         select $1, $2, coalesce(max(seq), 0) + 1, $3, $4, $5, $6 from event where habilitation_id = $2",
        id,
        habilitation,
        at,
        Json(by),
        event.name(),
        Json(event)
    )?;
    Ok(id)
}

/// The history of a request, newest first.
pub async fn of(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Vec<Line>> {
    let rows = fetch_all!(
        cx,
        Row,
        "select seq, at, actor, detail from event where habilitation_id = $1 order by seq desc limit 500",
        habilitation
    )?;
    Ok(rows.into_iter().map(|r| Line { seq: r.seq, at: r.at, by: r.actor.0, event: r.detail.0 }).collect())
}
