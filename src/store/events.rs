//! The `event` table: the history of each request, append-only and chained, line after line, by fingerprints. The end of
//! each chain is noted in `chain_head`. Both are checked by `store::audit`.

use chrono::{DateTime, SubsecRound, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Cx, Error, Result};
use crate::domain::chain::Content;
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

/// Adds a line at the end of a request's history; answers its key. Whoever else adds one to the same history waits until
/// this transaction ends.
pub async fn append(
    mut cx: Cx<'_>,
    habilitation: HabilitationId,
    at: DateTime<Utc>,
    by: &Actor,
    event: &Event,
) -> Result<Uuid> {
    let (last, previous) = hold_end(cx.cx(), habilitation).await?;
    let (id, seq, at) = (Uuid::now_v7(), last + 1, at.trunc_subsecs(6));
    let (actor, detail) = (json(by)?, json(event)?);
    let previous = previous.as_deref();
    let hash = Content { id, habilitation, seq, at, actor: &actor, kind: event.name(), detail: &detail, previous }
        .fingerprint();
    execute!(
        cx.cx(),
        "insert into event (id, habilitation_id, seq, at, actor, kind, detail, previous_hash, hash) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id,
        habilitation,
        seq,
        at,
        Json(&actor),
        event.name(),
        Json(&detail),
        previous,
        &hash
    )?;
    execute!(cx, "update chain_head set seq = $2, hash = $3 where habilitation_id = $1", habilitation, seq, &hash)?;
    Ok(id)
}

fn json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| Error::Corrupt(error.to_string()))
}

/// The last line's rank and fingerprint, its row held until the transaction ends: reading it alone would let two writers
/// follow the same line.
async fn hold_end(cx: Cx<'_>, habilitation: HabilitationId) -> Result<(i64, Option<String>)> {
    let held = fetch_optional!(
        cx,
        (i64, Option<String>),
        "insert into chain_head (habilitation_id, unsealed, seq) values ($1, 0, 0) \
         on conflict (habilitation_id) do update set seq = chain_head.seq returning seq, hash",
        habilitation
    )?;
    held.ok_or_else(|| Error::Corrupt("chain_head gave no row".into()))
}

/// When a kind of event last happened to a request.
pub async fn last(cx: Cx<'_>, habilitation: HabilitationId, kind: &str) -> Result<Option<DateTime<Utc>>> {
    let sql = "select at from event where habilitation_id = $1 and kind = $2 order by seq desc limit 1";
    Ok(fetch_optional!(cx, (DateTime<Utc>,), sql, habilitation, kind)?.map(|(at,)| at))
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
