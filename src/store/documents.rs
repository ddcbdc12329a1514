//! The `document`, `blob` and `deliberation_fetch` tables: what came with a request, whose bytes are kept elsewhere under
//! their SHA-256. A blob outlives its last document by a day, so that what is being kept is never being forgotten.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Cx, Error, Result};
use crate::domain::HabilitationId;
use crate::domain::document::{Format, Origin, Reading, Text, Trouble};

/// A document, without its bytes nor its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub id: Uuid,
    pub habilitation: HabilitationId,
    /// Of its bytes, in hexadecimal.
    pub sha256: String,
    /// In bytes.
    pub size: i64,
    pub origin: Origin,
    pub format: Format,
    pub file_name: String,
    /// Where it was fetched.
    pub address: Option<String>,
    /// Name of the instructeur who deposited it.
    pub author: Option<String>,
    pub at: DateTime<Utc>,
    /// Absent until it was read.
    pub reading: Option<Reading>,
    pub read_at: Option<DateTime<Utc>>,
}

/// A document to add.
#[derive(Clone, Debug)]
pub struct NewDocument<'a> {
    pub habilitation: HabilitationId,
    pub sha256: &'a str,
    pub size: i64,
    pub origin: Origin,
    pub format: Format,
    pub file_name: &'a str,
    pub address: Option<&'a str>,
    pub author: Option<&'a str>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    habilitation_id: Uuid,
    sha256: String,
    size: i64,
    origin: String,
    format: String,
    file_name: String,
    address: Option<String>,
    author: Option<String>,
    at: DateTime<Utc>,
    reading: Option<Json<Reading>>,
    read_at: Option<DateTime<Utc>>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select d.id, d.habilitation_id, d.sha256, b.size, d.origin, d.format, d.file_name, d.address, d.author, \
             d.at, d.reading, d.read_at from document d join blob b on b.sha256 = d.sha256 ",
            $rest
        )
    };
}

impl TryFrom<Row> for Document {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            origin: Origin::parse(&row.origin).ok_or_else(|| Error::Corrupt(format!("origin {:?}", row.origin)))?,
            format: Format::parse(&row.format).ok_or_else(|| Error::Corrupt(format!("format {:?}", row.format)))?,
            id: row.id,
            habilitation: row.habilitation_id,
            sha256: row.sha256,
            size: row.size,
            file_name: row.file_name,
            address: row.address,
            author: row.author,
            at: row.at,
            reading: row.reading.map(|json| json.0),
            read_at: row.read_at,
        })
    }
}

/// Adds a document, or dates the same one again: a file deposited twice is one. Answers its key.
pub async fn add(mut cx: Cx<'_>, new: &NewDocument<'_>, now: DateTime<Utc>) -> Result<Uuid> {
    execute!(
        cx.cx(),
        "insert into blob (sha256, size, kept_at) values ($1, $2, $3) \
         on conflict (sha256) do update set unused_since = null",
        new.sha256,
        new.size,
        now
    )?;
    let id: Option<(Uuid,)> = fetch_optional!(
        cx,
        (Uuid,),
        "insert into document (id, habilitation_id, sha256, origin, format, file_name, address, author, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (habilitation_id, origin, sha256) \
         do update set at = excluded.at, file_name = excluded.file_name, address = excluded.address, \
         author = excluded.author returning id",
        Uuid::now_v7(),
        new.habilitation,
        new.sha256,
        new.origin.name(),
        new.format.name(),
        new.file_name,
        new.address,
        new.author,
        now
    )?;
    id.map(|(id,)| id).ok_or_else(|| Error::Corrupt("a document was neither added nor found".into()))
}

/// The documents of a request, newest first.
pub async fn of(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Vec<Document>> {
    let rows =
        fetch_all!(cx, Row, select!("where d.habilitation_id = $1 order by d.at desc, d.id desc"), habilitation)?;
    rows.into_iter().map(Document::try_from).collect()
}

/// One document.
pub async fn by_id(cx: Cx<'_>, id: Uuid) -> Result<Option<Document>> {
    fetch_optional!(cx, Row, select!("where d.id = $1"), id)?.map(Document::try_from).transpose()
}

/// How many documents of this origin a request has.
pub async fn count(cx: Cx<'_>, habilitation: HabilitationId, origin: Origin) -> Result<i64> {
    let sql = "select count(*) from document where habilitation_id = $1 and origin = $2";
    let count = fetch_optional!(cx, (i64,), sql, habilitation, origin.name())?;
    Ok(count.map_or(0, |(count,)| count))
}

/// Whether a request already has these bytes from this origin.
pub async fn has(cx: Cx<'_>, habilitation: HabilitationId, origin: Origin, sha256: &str) -> Result<bool> {
    let sql = "select 1 from document where habilitation_id = $1 and origin = $2 and sha256 = $3";
    Ok(fetch_optional!(cx, (i32,), sql, habilitation, origin.name(), sha256)?.is_some())
}

/// What was extracted from a document, when it was.
pub async fn content(cx: Cx<'_>, id: Uuid) -> Result<Option<Text>> {
    let row = fetch_optional!(cx, (Option<Json<Text>>,), "select content from document where id = $1", id)?;
    Ok(row.and_then(|(content,)| content).map(|json| json.0))
}

/// The documents after `after` that were read by other rules than these, in the order of their keys.
pub async fn read_otherwise(cx: Cx<'_>, rules: u32, after: Uuid, limit: i64) -> Result<Vec<Uuid>> {
    let rows = fetch_all!(
        cx,
        (Uuid,),
        "select id from document where id > $1 and content is not null \
         and cast(reading ->> 'rules' as bigint) <> $2 order by id limit $3",
        after,
        i64::from(rules),
        limit
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Keeps what was extracted and what it showed.
pub async fn keep_reading(cx: Cx<'_>, id: Uuid, content: &Text, reading: &Reading, now: DateTime<Utc>) -> Result<()> {
    execute!(
        cx,
        "update document set content = $2, reading = $3, read_at = $4 where id = $1",
        id,
        Json(content),
        Json(reading),
        now
    )?;
    Ok(())
}

/// Forgets what reading showed: the document is to be read again.
pub async fn forget_reading(cx: Cx<'_>, id: Uuid) -> Result<()> {
    execute!(cx, "update document set content = null, reading = null, read_at = null where id = $1", id)?;
    Ok(())
}

/// What became of the address of a délibération.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Fetched {
    pub address: String,
    pub at: DateTime<Utc>,
    /// `kept`, or `failed`.
    pub outcome: String,
    /// What happened, in French.
    pub note: String,
}

impl Fetched {
    pub fn is_kept(&self) -> bool {
        self.outcome == "kept"
    }
}

/// The last try, when there was one.
pub async fn fetched(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Option<Fetched>> {
    let sql = "select address, at, outcome, note from deliberation_fetch where habilitation_id = $1";
    Ok(fetch_optional!(cx, Fetched, sql, habilitation)?)
}

/// Notes how a try ended.
pub async fn note_fetch(cx: Cx<'_>, habilitation: HabilitationId, fetched: &Fetched) -> Result<()> {
    execute!(
        cx,
        "insert into deliberation_fetch (habilitation_id, address, at, outcome, note) values ($1, $2, $3, $4, $5) \
         on conflict (habilitation_id) do update set address = excluded.address, at = excluded.at, \
         outcome = excluded.outcome, note = excluded.note",
        habilitation,
        &fetched.address,
        fetched.at,
        &fetched.outcome,
        &fetched.note
    )?;
    Ok(())
}

/// Forgets the documents of requests that are over and to which nothing happened since `closed`, and notes which bytes nobody uses any more.
/// Answers how many documents.
pub async fn purge(mut cx: Cx<'_>, closed: DateTime<Utc>, now: DateTime<Utc>) -> Result<u64> {
    let over = "select h.id from habilitation h where h.state in ('refused', 'revoked', 'archived') \
         and not exists (select 1 from event e where e.habilitation_id = h.id and e.at >= $1)";
    let documents = sqlx::AssertSqlSafe(format!("delete from document where habilitation_id in ({over})"));
    let fetches = sqlx::AssertSqlSafe(format!("delete from deliberation_fetch where habilitation_id in ({over})"));
    let forgotten = execute!(cx.cx(), documents, closed)?;
    execute!(cx.cx(), fetches, closed)?;
    execute!(
        cx,
        "update blob set unused_since = $1 where unused_since is null \
         and not exists (select 1 from document d where d.sha256 = blob.sha256)",
        now
    )?;
    Ok(forgotten)
}

/// Bytes that nobody used since before `before`, a hundred at most.
pub async fn unused(cx: Cx<'_>, before: DateTime<Utc>) -> Result<Vec<String>> {
    let sql = "select sha256 from blob where unused_since < $1 order by unused_since limit 100";
    Ok(fetch_all!(cx, (String,), sql, before)?.into_iter().map(|(sha256,)| sha256).collect())
}

/// Forgets a blob that is still unused. `false` when a document came meanwhile: its bytes must stay.
pub async fn forget_blob(cx: Cx<'_>, sha256: &str, before: DateTime<Utc>) -> Result<bool> {
    let gone = execute!(
        cx,
        "delete from blob where sha256 = $1 and unused_since < $2 \
         and not exists (select 1 from document d where d.sha256 = blob.sha256)",
        sha256,
        before
    )?;
    Ok(gone == 1)
}

impl Document {
    /// Whether a browser may show it beside its request: a PDF that opens without a password, in which nothing active was
    /// found, once it was read.
    pub fn may_be_shown(&self) -> bool {
        let closed = |reading: &Reading| reading.structure.active || reading.troubles.contains(&Trouble::Protected);
        self.format == Format::Pdf && self.reading.as_ref().is_some_and(|reading| !closed(reading))
    }
}
