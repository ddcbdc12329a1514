//! The `job` table: what is still to be done, durable, in the transaction of the change that asked for it. The rules of
//! retrying are in `jobs`; the only text that differs between engines is the lock of a claim.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Cx, Db, Result};

/// A job as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Job {
    pub id: Uuid,
    pub kind: String,
    pub payload: Json<Value>,
    pub unique_key: Option<String>,
    pub state: String,
    pub run_at: DateTime<Utc>,
    /// Runs begun, this one included.
    pub attempts: i64,
    pub lease: Option<Uuid>,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// A job to add.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    pub kind: &'static str,
    pub payload: Value,
    /// While one with this key waits, another is not added; while one runs, the next waits for it.
    pub unique_key: Option<String>,
    pub run_at: DateTime<Utc>,
}

const COLUMNS: &str = "id, kind, payload, unique_key, state, run_at, attempts, lease, last_error, created_at";

/// Adds a job. One with its key that waits already stays, brought forward when the new one is due earlier: whoever asks
/// for now must not wait for a try planned in an hour. `true` when it was added or brought forward.
pub async fn enqueue(cx: Cx<'_>, job: &NewJob, now: DateTime<Utc>) -> Result<bool> {
    let added = execute!(
        cx,
        "insert into job (id, kind, payload, unique_key, state, run_at, attempts, created_at) \
         values ($1, $2, $3, $4, 'queued', $5, 0, $6) on conflict (unique_key) where state = 'queued' \
         do update set run_at = excluded.run_at where excluded.run_at < job.run_at",
        Uuid::now_v7(),
        job.kind,
        Json(&job.payload),
        job.unique_key.as_deref(),
        job.run_at,
        now
    )?;
    Ok(added == 1)
}

/// Takes the oldest due job for whoever holds `lease` until `until`: waiting ones, and running ones whose holder
/// vanished. Never two at once of one key.
pub async fn claim(db: &Db, lease: Uuid, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<Option<Job>> {
    claim_any(db, None, lease, now, until).await
}

/// The same for the due job of one key. `None` when none is due, or when it runs elsewhere.
pub async fn claim_of(
    db: &Db,
    key: &str,
    lease: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Job>> {
    claim_any(db, Some(key), lease, now, until).await
}

async fn claim_any(
    db: &Db,
    key: Option<&str>,
    lease: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Job>> {
    let key = key.map(str::to_owned);
    db.write(move |cx| Box::pin(async move { pick(cx, key.as_deref(), lease, now, until).await })).await
}

async fn pick(
    mut cx: Cx<'_>,
    key: Option<&str>,
    lease: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Job>> {
    let mut picked = None;
    for due in [WAITING, ABANDONED] {
        if picked.is_none() {
            picked = first(cx.cx(), due, key, now).await?;
        }
    }
    let Some((id,)) = picked else { return Ok(None) };
    let sql = sqlx::AssertSqlSafe(format!(
        "update job set state = 'running', lease = $2, lease_until = $3, attempts = attempts + 1 \
         where id = $1 returning {COLUMNS}"
    ));
    Ok(Some(on!(cx, conn => sqlx::query_as::<_, Job>(sql).bind(id).bind(lease).bind(until).fetch_one(conn).await)?))
}

/// What is due, and in which order: each stops at its first line by an index of its own, where one condition joined by
/// « or » would read and sort all that is due at each claim.
pub type Due = (&'static str, &'static str);
pub const WAITING: Due = ("j.state = 'queued' and j.run_at <= $1", "j.run_at, j.id");
/// Its holder vanished.
pub const ABANDONED: Due = ("j.state = 'running' and j.lease_until < $1", "j.lease_until, j.id");

/// The first job of these as of `$1`, of the key `$2` when it must be.
pub fn first_sql(due: Due, is_of_key: bool) -> String {
    let (condition, order) = due;
    let of_key = if is_of_key { "and j.unique_key = $2" } else { "" };
    format!(
        "select j.id from job j where {condition} {of_key} and not exists (select 1 from job r \
         where r.unique_key = j.unique_key and r.id <> j.id and r.state = 'running' and r.lease_until >= $1) \
         order by {order} limit 1"
    )
}

async fn first(cx: Cx<'_>, due: Due, key: Option<&str>, now: DateTime<Utc>) -> Result<Option<(Uuid,)>> {
    let lock = if matches!(cx, Cx::Postgres(_)) { "for update of j skip locked" } else { "" };
    let sql = sqlx::AssertSqlSafe(format!("{} {lock}", first_sql(due, key.is_some())));
    Ok(on!(cx, conn => {
        let query = sqlx::query_as(sql).bind(now);
        if let Some(key) = key { query.bind(key) } else { query }.fetch_optional(conn).await
    })?)
}

/// Keeps the lease of a job that is still running. `false` when somebody else took it over.
pub async fn extend(db: &Db, job: &Job, until: DateTime<Utc>) -> Result<bool> {
    let (id, lease) = (job.id, job.lease);
    db.write(move |cx| {
        Box::pin(async move {
            let sql = "update job set lease_until = $3 where id = $1 and lease = $2 and state = 'running'";
            Ok(execute!(cx, sql, id, lease, until)? == 1)
        })
    })
    .await
}

/// Whether somebody holds a job of this key now.
pub async fn is_running(cx: Cx<'_>, key: &str, now: DateTime<Utc>) -> Result<bool> {
    let held = fetch_optional!(
        cx,
        (i64,),
        "select count(*) from job where unique_key = $1 and state = 'running' and lease_until >= $2",
        key,
        now
    )?;
    Ok(held.is_some_and(|(count,)| count > 0))
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// Try again at this instant; the reason is kept.
    Retry(DateTime<Utc>, String),
    /// The same, the attempt uncounted: what it waits for is not its own failure.
    Waiting(DateTime<Utc>, String),
    /// A person is needed; the reason is kept.
    Parked(String),
    /// Given back untouched, at shutdown: the attempt is not counted.
    Released,
}

/// Writes the ending, if the lease is still ours. `false` when somebody else took the job over meanwhile.
pub async fn finish(db: &Db, job: &Job, ending: &Ending, now: DateTime<Utc>) -> Result<bool> {
    let (job, ending) = (job.clone(), ending.clone());
    db.write(move |cx| Box::pin(async move { Ok(end(cx, &job, &ending, now).await? == 1) })).await
}

async fn end(cx: Cx<'_>, job: &Job, ending: &Ending, now: DateTime<Utc>) -> Result<u64> {
    Ok(match ending {
        Ending::Done => execute!(
            cx,
            "update job set state = 'done', finished_at = $3, last_error = null, lease_until = null \
             where id = $1 and lease = $2 and state = 'running'",
            job.id,
            job.lease,
            now
        )?,
        Ending::Parked(error) => execute!(
            cx,
            "update job set state = 'parked', finished_at = $3, last_error = $4, lease_until = null \
             where id = $1 and lease = $2 and state = 'running'",
            job.id,
            job.lease,
            now,
            error
        )?,
        Ending::Retry(..) | Ending::Waiting(..) | Ending::Released => requeue(cx, job, ending, now).await?,
    })
}

/// Back to waiting; when a newer job of the same key already waits, that one does the work.
async fn requeue(mut cx: Cx<'_>, job: &Job, ending: &Ending, now: DateTime<Utc>) -> Result<u64> {
    let (run_at, error, given_back) = match ending {
        Ending::Retry(at, error) => (*at, Some(error.as_str()), 0_i64),
        Ending::Waiting(at, error) => (*at, Some(error.as_str()), 1),
        _ => (now, job.last_error.as_deref(), 1),
    };
    let touched = execute!(
        cx.cx(),
        "update job set state = 'queued', run_at = $3, last_error = $4, lease_until = null, attempts = attempts - $5 \
         where id = $1 and lease = $2 and state = 'running' \
         and not exists (select 1 from job q where q.unique_key = $6 and q.state = 'queued')",
        job.id,
        job.lease,
        run_at,
        error,
        given_back,
        job.unique_key.as_deref()
    )?;
    if touched == 1 {
        return Ok(1);
    }
    Ok(execute!(
        cx,
        "update job set state = 'done', finished_at = $3, last_error = $4, lease_until = null \
         where id = $1 and lease = $2 and state = 'running'",
        job.id,
        job.lease,
        now,
        error
    )?)
}

/// When the next waiting job is due, if any waits.
pub async fn next_due(cx: Cx<'_>) -> Result<Option<DateTime<Utc>>> {
    let row =
        fetch_optional!(cx, (DateTime<Utc>,), "select run_at from job where state = 'queued' order by run_at limit 1")?;
    Ok(row.map(|(at,)| at))
}

/// Jobs that wait though their time has come: kind, how many, since when.
pub async fn overdue(cx: Cx<'_>, now: DateTime<Utc>) -> Result<Vec<(String, i64, DateTime<Utc>)>> {
    Ok(fetch_all!(
        cx,
        (String, i64, DateTime<Utc>),
        "select kind, count(*), min(run_at) from job where state = 'queued' and run_at <= $1 \
         group by kind order by min(run_at)",
        now
    )?)
}

/// Kind, error, how many, oldest.
pub type Traced = (String, Option<String>, i64, DateTime<Utc>);

/// Parked jobs counted by kind and by what they say, the most numerous first.
pub async fn parked_by_error(cx: Cx<'_>) -> Result<Vec<Traced>> {
    Ok(fetch_all!(
        cx,
        Traced,
        "select kind, last_error, count(*), min(created_at) from job where state = 'parked' \
         group by kind, last_error order by count(*) desc, kind limit 1000"
    )?)
}

/// Parked jobs of a kind, oldest first: key and what they say.
pub async fn parked_of(cx: Cx<'_>, kind: &str, limit: i64) -> Result<Vec<(Uuid, Option<String>)>> {
    Ok(fetch_all!(
        cx,
        (Uuid, Option<String>),
        "select id, last_error from job where state = 'parked' and kind = $1 order by created_at limit $2",
        kind,
        limit
    )?)
}

/// Brings to now the waiting jobs of a kind that gave this reason. Answers how many.
pub async fn hasten(cx: Cx<'_>, kind: &str, reason: &str, now: DateTime<Utc>) -> Result<u64> {
    let sql = "update job set run_at = $3 where state = 'queued' and kind = $1 and last_error = $2 and run_at > $3";
    Ok(execute!(cx, sql, kind, reason, now)?)
}

/// The job of a key.
pub async fn by_id(cx: Cx<'_>, id: Uuid) -> Result<Option<Job>> {
    let sql = sqlx::AssertSqlSafe(format!("select {COLUMNS} from job where id = $1"));
    Ok(on!(cx, conn => sqlx::query_as::<_, Job>(sql).bind(id).fetch_optional(conn).await)?)
}

/// Parked jobs, newest first.
pub async fn parked(cx: Cx<'_>) -> Result<Vec<Job>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from job where state = 'parked' order by created_at desc limit 50"
    ));
    Ok(on!(cx, conn => sqlx::query_as::<_, Job>(sql).fetch_all(conn).await)?)
}

/// Puts a parked job back to waiting, its tries counted anew; one that already waits with its key does the work instead.
/// `false` when it is not parked, or no more.
pub async fn unpark(mut cx: Cx<'_>, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let queued = execute!(
        cx.cx(),
        "update job set state = 'queued', run_at = $2, attempts = 0, finished_at = null, lease = null \
         where id = $1 and state = 'parked' and not exists \
         (select 1 from job q where q.unique_key = job.unique_key and q.state = 'queued')",
        id,
        now
    )?;
    if queued == 1 {
        return Ok(true);
    }
    let sql = "update job set state = 'done', finished_at = $2 where id = $1 and state = 'parked'";
    Ok(execute!(cx, sql, id, now)? == 1)
}

/// A parked job of this key has nothing left to do: somebody asked for its work anew.
pub async fn supersede(cx: Cx<'_>, key: &str, now: DateTime<Utc>) -> Result<()> {
    let sql = "update job set state = 'done', finished_at = $2 where state = 'parked' and unique_key = $1";
    execute!(cx, sql, key, now)?;
    Ok(())
}

/// Forgets finished jobs older than `before`, so that the table stays bounded.
pub async fn purge(cx: Cx<'_>, before: DateTime<Utc>) -> Result<u64> {
    Ok(execute!(cx, "delete from job where state = 'done' and finished_at < $1", before)?)
}
