//! The `message` table: what instructeurs and demandeurs write to each other, append-only, and what the other side has
//! read of it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Cx, Error, Result};
use crate::domain::HabilitationId;

/// Who speaks. The other side is the one that reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Demandeur,
    Instructeur,
}

impl Side {
    /// Stable name: the `side` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Demandeur => "demandeur",
            Self::Instructeur => "instructeur",
        }
    }
}

/// A message as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: Uuid,
    pub habilitation: HabilitationId,
    pub side: Side,
    /// Name of the writer when it was written.
    pub author: String,
    pub body: String,
    pub at: DateTime<Utc>,
    /// When the other side said it was read.
    pub read_at: Option<DateTime<Utc>>,
}

/// A message to add.
pub struct NewMessage<'a> {
    pub id: Uuid,
    pub habilitation: HabilitationId,
    pub side: Side,
    /// The account of an instructeur.
    pub author_id: Option<Uuid>,
    pub author: &'a str,
    pub body: &'a str,
    /// Drawn with the form.
    pub form_key: Uuid,
    pub at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    habilitation_id: Uuid,
    side: String,
    author: String,
    body: String,
    at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Message {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let side = [Side::Demandeur, Side::Instructeur].into_iter().find(|side| side.name() == row.side);
        Ok(Self {
            id: row.id,
            habilitation: row.habilitation_id,
            side: side.ok_or_else(|| Error::Corrupt(format!("side of message {}", row.id)))?,
            author: row.author,
            body: row.body,
            at: row.at,
            read_at: row.read_at,
        })
    }
}

macro_rules! columns {
    () => {
        "id, habilitation_id, side, author, body, at, read_at"
    };
}

/// Makes whoever writes about a request wait for the caller's transaction: limits are counted, and forms sent twice
/// found, by one at a time. `false` when there is no such request.
pub async fn hold(cx: Cx<'_>, habilitation: HabilitationId) -> Result<bool> {
    // A write that changes nothing locks the row on both engines.
    Ok(execute!(cx, "update habilitation set version = version where id = $1", habilitation)? == 1)
}

/// Adds a message.
pub async fn insert(cx: Cx<'_>, message: &NewMessage<'_>) -> Result<()> {
    execute!(
        cx,
        "insert into message (id, habilitation_id, side, author_id, author, body, form_key, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        message.id,
        message.habilitation,
        message.side.name(),
        message.author_id,
        message.author,
        message.body,
        message.form_key,
        message.at
    )?;
    Ok(())
}

/// Brings the count that lists show up to date. Not a new version: nobody's page is stale for it.
pub async fn recount(cx: Cx<'_>, habilitation: HabilitationId, now: DateTime<Utc>) -> Result<()> {
    execute!(
        cx,
        "update habilitation set unread = (select count(*) from message m where m.habilitation_id = $1 \
         and m.side = $2 and m.read_at is null), updated_at = $3 where id = $1",
        habilitation,
        Side::Demandeur.name(),
        now
    )?;
    Ok(())
}

/// Whether this text already came from this form.
pub async fn is_known(cx: Cx<'_>, habilitation: HabilitationId, form_key: Uuid, body: &str) -> Result<bool> {
    let row = fetch_optional!(
        cx,
        (Uuid,),
        "select id from message where habilitation_id = $1 and form_key = $2 and body = $3 limit 1",
        habilitation,
        form_key,
        body
    )?;
    Ok(row.is_some())
}

/// The message of a key.
pub async fn by_id(cx: Cx<'_>, id: Uuid) -> Result<Option<Message>> {
    let sql = concat!("select ", columns!(), " from message where id = $1");
    fetch_optional!(cx, Row, sql, id)?.map(Message::try_from).transpose()
}

/// The last `limit` messages of a request, in the order they were written.
pub async fn of(cx: Cx<'_>, habilitation: HabilitationId, limit: i64) -> Result<Vec<Message>> {
    let sql =
        concat!("select ", columns!(), " from message where habilitation_id = $1 order by at desc, id desc limit $2");
    fetch_all!(cx, Row, sql, habilitation, limit)?.into_iter().rev().map(Message::try_from).collect()
}

/// When the demandeur wrote after `since`, newest first, `limit` at most.
pub async fn demandeur_wrote(
    cx: Cx<'_>,
    habilitation: HabilitationId,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<DateTime<Utc>>> {
    let rows = fetch_all!(
        cx,
        (DateTime<Utc>,),
        "select at from message where habilitation_id = $1 and side = 'demandeur' and at > $2 \
         order by at desc limit $3",
        habilitation,
        since,
        limit
    )?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

/// Notes that what `side` wrote was read by the other, up to the message `last` and not beyond: what came meanwhile
/// was not seen. Answers how many it was news for.
pub async fn mark_read(
    cx: Cx<'_>,
    habilitation: HabilitationId,
    side: Side,
    last: Uuid,
    now: DateTime<Utc>,
) -> Result<u64> {
    Ok(execute!(
        cx,
        "update message set read_at = $4 where habilitation_id = $1 and side = $2 and read_at is null \
         and exists (select 1 from message l where l.id = $3 and l.habilitation_id = $1 \
         and (message.at < l.at or (message.at = l.at and message.id <= l.id)))",
        habilitation,
        side.name(),
        last,
        now
    )?)
}

/// How many messages of its demandeur nobody read yet, for each of these requests that has some: one query for a page
/// of a list (some hundreds at most).
pub async fn unread_by_request(cx: Cx<'_>, ids: &[HabilitationId]) -> Result<HashMap<HabilitationId, i64>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let holes: Vec<String> = (1..=ids.len()).map(|rank| format!("${rank}")).collect();
    let sql = format!(
        "select habilitation_id, count(*) from message where read_at is null and side = 'demandeur' \
         and habilitation_id in ({}) group by habilitation_id",
        holes.join(", ")
    );
    let rows: Vec<(Uuid, i64)> = on!(cx, conn => {
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
        ids.iter().fold(query, |query, id| query.bind(*id)).fetch_all(conn).await
    })?;
    Ok(rows.into_iter().collect())
}

/// How many messages of demandeurs nobody read yet.
pub async fn unread_total(cx: Cx<'_>) -> Result<i64> {
    let sql = "select count(*) from message where read_at is null and side = 'demandeur'";
    Ok(fetch_optional!(cx, (i64,), sql)?.map_or(0, |(count,)| count))
}
