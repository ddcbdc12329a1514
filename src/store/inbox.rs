//! The `inbox` table: every webhook as received, byte for byte, before anything is made of it. Rows are never deleted
//! before their retention, never rewritten, and wait in it whatever happens to the code that reads them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Cx, Result};

/// A delivery, ready to be kept. `dedup_key` says when two deliveries are the same.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub id: Uuid,
    pub dedup_key: String,
    pub received_at: DateTime<Utc>,
    pub environment: Option<String>,
    pub event: Option<String>,
    pub model_type: Option<String>,
    pub model_id: Option<i64>,
    pub fired_at: Option<DateTime<Utc>>,
    pub body: Vec<u8>,
    pub status: Status,
    pub note: Option<String>,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// To be translated and applied.
    Pending,
    Applied,
    /// Understood, and nothing to do for it.
    Ignored,
    /// Not understood: kept for a person.
    Quarantined,
    /// Never delivered: found by asking DataPass. Its body is the line of DataPass's own history.
    Recovered,
}

impl Status {
    /// Stable name: the `status` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Ignored => "ignored",
            Self::Quarantined => "quarantined",
            Self::Recovered => "recovered",
        }
    }
}

/// Keeps a delivery. `false` when the same one is already there.
pub async fn insert(cx: Cx<'_>, delivery: &Delivery) -> Result<bool> {
    let added = execute!(
        cx,
        "insert into inbox (id, dedup_key, received_at, environment, event, model_type, model_id, fired_at, body, \
         status, note) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (dedup_key) do nothing",
        delivery.id,
        &delivery.dedup_key,
        delivery.received_at,
        delivery.environment.as_deref(),
        delivery.event.as_deref(),
        delivery.model_type.as_deref(),
        delivery.model_id,
        delivery.fired_at,
        &delivery.body,
        delivery.status.name(),
        delivery.note.as_deref()
    )?;
    Ok(added == 1)
}

/// The bytes of a delivery still to be applied.
pub async fn pending_body(cx: Cx<'_>, id: Uuid) -> Result<Option<Vec<u8>>> {
    let row = fetch_optional!(cx, (Vec<u8>,), "select body from inbox where id = $1 and status = 'pending'", id)?;
    Ok(row.map(|(body,)| body))
}

/// Writes what became of a delivery.
pub async fn settle(cx: Cx<'_>, id: Uuid, status: Status, note: Option<&str>, now: DateTime<Utc>) -> Result<()> {
    execute!(
        cx,
        "update inbox set status = $2, note = $3, processed_at = $4 where id = $1",
        id,
        status.name(),
        note,
        now
    )?;
    Ok(())
}

/// What is kept of one event of a request.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Heard {
    pub event: String,
    pub fired_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
    pub status: String,
}

impl Heard {
    /// Whether it stands at `status`.
    pub fn is(&self, status: Status) -> bool {
        self.status == status.name()
    }
}

/// The events kept of a request, oldest first.
pub async fn heard(cx: Cx<'_>, model_id: i64) -> Result<Vec<Heard>> {
    Ok(fetch_all!(
        cx,
        Heard,
        "select event, fired_at, received_at, status from inbox \
         where model_id = $1 and fired_at is not null and event is not null order by fired_at",
        model_id
    )?)
}

/// How many deliveries are in each state.
pub async fn counts(cx: Cx<'_>) -> Result<Vec<(String, i64)>> {
    Ok(fetch_all!(cx, (String, i64), "select status, count(*) from inbox group by status order by status")?)
}

/// A delivery put aside, without its body.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Quarantined {
    pub received_at: DateTime<Utc>,
    pub event: Option<String>,
    /// Number of the request, when it could be read.
    pub model_id: Option<i64>,
    /// Why it was not understood.
    pub note: Option<String>,
}

/// Deliveries put aside, newest first.
pub async fn quarantined(cx: Cx<'_>) -> Result<Vec<Quarantined>> {
    Ok(fetch_all!(
        cx,
        Quarantined,
        "select received_at, event, model_id, note from inbox where status = 'quarantined' \
         order by received_at desc, id desc limit 200"
    )?)
}

/// Forgets settled deliveries received before `before` (they hold personal data); quarantined ones too.
pub async fn purge(cx: Cx<'_>, before: DateTime<Utc>) -> Result<u64> {
    Ok(execute!(cx, "delete from inbox where status <> 'pending' and received_at < $1", before)?)
}
