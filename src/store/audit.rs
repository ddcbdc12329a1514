//! Reads every history back and checks its chain, a hundred requests at a time: memory stays bounded whatever the
//! register holds. Each page is one statement, hence one instant, so that lines written meanwhile break nothing.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{Cx, Db, Result};
use crate::domain::chain::{Content, Fault, Head, Stored, verify};

/// Requests of one page.
const PAGE: i64 = 100;
/// Breaks told one by one; beyond, they are counted.
const TOLD: usize = 500;

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    pub requests: u64,
    pub lines: u64,
    /// Lines written before lines were chained: nothing proves them.
    pub unsealed: u64,
    pub broken: u64,
    /// The first ones.
    pub breaks: Vec<Found>,
}

/// A break, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// `D61234`, or our own key when the request is no more.
    pub request: String,
    pub line: Option<i64>,
    pub fault: Fault,
    /// The same, for a person.
    pub sentence: String,
}

/// A line beside its request and the note of its end; every request has one row at least.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    datapass_id: i64,
    version: i64,
    unsealed: Option<i64>,
    head_seq: Option<i64>,
    head_hash: Option<String>,
    event_id: Option<Uuid>,
    seq: Option<i64>,
    at: Option<DateTime<Utc>>,
    actor: Option<String>,
    kind: Option<String>,
    detail: Option<String>,
    previous_hash: Option<String>,
    hash: Option<String>,
}

impl Row {
    fn head(&self) -> Option<Head> {
        Some(Head { unsealed: self.unsealed?, seq: self.head_seq?, hash: self.head_hash.clone() })
    }

    fn line(&self) -> Option<Stored> {
        let (previous, hash) = (self.previous_hash.clone(), self.hash.clone());
        Some(Stored { seq: self.seq?, previous, hash, computed: self.computed() })
    }

    /// `None` when something in the line is no longer what we write.
    fn computed(&self) -> Option<String> {
        let actor = serde_json::from_str(self.actor.as_deref()?).ok()?;
        let detail = serde_json::from_str(self.detail.as_deref()?).ok()?;
        let content = Content {
            id: self.event_id?,
            habilitation: self.id,
            seq: self.seq?,
            at: self.at?,
            actor: &actor,
            kind: self.kind.as_deref()?,
            detail: &detail,
            previous: self.previous_hash.as_deref(),
        };
        Some(content.fingerprint())
    }
}

/// Checks every history.
///
/// # Errors
/// When the database can't be reached, or holds what no version of the program wrote.
pub async fn audit(db: &Db) -> Result<Audit> {
    let (mut audit, mut after) = (Audit::default(), Uuid::nil());
    let mut conn = db.read().await?;
    loop {
        let rows = page(conn.cx(), after).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for request in rows.chunk_by(|a, b| a.id == b.id) {
            audit.take(request);
        }
    }
    for (id,) in orphans(conn.cx()).await? {
        audit.tell(&id.to_string(), None, Fault::RequestMissing);
    }
    Ok(audit)
}

impl Audit {
    fn take(&mut self, rows: &[Row]) {
        let Some(first) = rows.first() else { return };
        let lines: Vec<Stored> = rows.iter().filter_map(Row::line).collect();
        self.requests += 1;
        self.lines += lines.len() as u64;
        let before = first.unsealed.unwrap_or_default();
        self.unsealed += lines.iter().filter(|line| line.seq <= before).count() as u64;
        for found in verify(first.version > 0, first.head().as_ref(), &lines) {
            self.tell(&format!("D{}", first.datapass_id), found.seq, found.fault);
        }
    }

    fn tell(&mut self, request: &str, line: Option<i64>, fault: Fault) {
        self.broken += 1;
        if self.breaks.len() < TOLD {
            self.breaks.push(Found { request: request.to_owned(), line, fault, sentence: fault.to_string() });
        }
    }
}

async fn page(cx: Cx<'_>, after: Uuid) -> Result<Vec<Row>> {
    Ok(fetch_all!(
        cx,
        Row,
        "select h.id, h.datapass_id, h.version, c.unsealed, c.seq as head_seq, c.hash as head_hash, e.id as event_id, \
         e.seq, e.at, cast(e.actor as text) as actor, e.kind, cast(e.detail as text) as detail, e.previous_hash, e.hash \
         from (select id, datapass_id, version from habilitation where id > $1 order by id limit $2) h \
         left join chain_head c on c.habilitation_id = h.id left join event e on e.habilitation_id = h.id \
         order by h.id, e.seq",
        after,
        PAGE
    )?)
}

/// Histories whose request is no more, which both engines refuse unless told not to.
async fn orphans(cx: Cx<'_>) -> Result<Vec<(Uuid,)>> {
    Ok(fetch_all!(
        cx,
        (Uuid,),
        "select c.habilitation_id from chain_head c \
         where not exists (select 1 from habilitation h where h.id = c.habilitation_id) \
         union select e.habilitation_id from event e \
         where not exists (select 1 from habilitation h where h.id = e.habilitation_id) order by 1 limit 500"
    )?)
}
