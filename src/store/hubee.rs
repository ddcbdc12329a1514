//! The `hubee_lane` and `hubee_circuit` tables: which request works on a body, and whether HubEE refuses our credentials.
//! Shared by every process; what to do about it is the provisioning room's.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Cx, Db, Result};

/// Takes the lane of a body for a request until `until`, unless another request holds it. The same request takes it
/// again at once: its job is never run twice, so that whoever held it is gone.
pub async fn enter(
    db: &Db,
    siret: &str,
    process: &str,
    habilitation: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool> {
    let (siret, process) = (siret.to_owned(), process.to_owned());
    db.write(move |cx| {
        Box::pin(async move {
            let entered = execute!(
                cx,
                "insert into hubee_lane (siret, process_code, habilitation_id, held_until) values ($1, $2, $3, $4) \
                 on conflict (siret, process_code) do update set habilitation_id = excluded.habilitation_id, \
                 held_until = excluded.held_until \
                 where hubee_lane.habilitation_id = excluded.habilitation_id or hubee_lane.held_until <= $5",
                siret,
                process,
                habilitation,
                until,
                now
            )?;
            Ok(entered == 1)
        })
    })
    .await
}

/// Leaves the lane, if it still is that request's.
pub async fn leave(db: &Db, siret: &str, process: &str, habilitation: Uuid) -> Result<()> {
    let (siret, process) = (siret.to_owned(), process.to_owned());
    db.write(move |cx| {
        Box::pin(async move {
            let sql = "delete from hubee_lane where siret = $1 and process_code = $2 and habilitation_id = $3";
            execute!(cx, sql, siret, process, habilitation)?;
            Ok(())
        })
    })
    .await
}

/// The circuit, when it is open.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Circuit {
    pub opened_at: DateTime<Utc>,
    pub reason: String,
    /// When one run may try again.
    pub probe_at: DateTime<Utc>,
    /// Tries that failed since it opened, the first included.
    pub probes: i64,
}

/// Why and since when HubEE is left alone; `None` while nothing is wrong.
pub async fn circuit(cx: Cx<'_>) -> Result<Option<Circuit>> {
    let sql = "select opened_at, reason, probe_at, probes from hubee_circuit where opened_at is not null";
    Ok(fetch_optional!(cx, Circuit, sql)?)
}

/// Opens the circuit, or keeps it open until `probe_at`. `true` when it was closed: whoever opens it tells people.
pub async fn open_circuit(mut cx: Cx<'_>, reason: &str, now: DateTime<Utc>, probe_at: DateTime<Utc>) -> Result<bool> {
    let opened = execute!(
        cx.cx(),
        "update hubee_circuit set opened_at = $1, reason = $2, probe_at = $3, probes = 1 where opened_at is null",
        now,
        reason,
        probe_at
    )?;
    if opened == 1 {
        return Ok(true);
    }
    execute!(cx, "update hubee_circuit set reason = $1, probe_at = $2, probes = probes + 1", reason, probe_at)?;
    Ok(false)
}

/// Whoever runs next may try again, whatever was planned.
pub async fn allow_probe(cx: Cx<'_>, now: DateTime<Utc>) -> Result<()> {
    execute!(cx, "update hubee_circuit set probe_at = $1 where opened_at is not null and probe_at > $1", now)?;
    Ok(())
}

/// Takes the right to try again; the next one comes at `next` if this one is never heard of. `false`: not yet, or taken.
pub async fn take_probe(db: &Db, now: DateTime<Utc>, next: DateTime<Utc>) -> Result<bool> {
    let mut tx = db.begin().await?;
    let taken = execute!(
        tx.cx(),
        "update hubee_circuit set probe_at = $2 where opened_at is not null and probe_at <= $1",
        now,
        next
    )?;
    tx.commit().await?;
    Ok(taken == 1)
}

/// Closes the circuit. `true` when it was open.
pub async fn close_circuit(cx: Cx<'_>) -> Result<bool> {
    let sql = "update hubee_circuit set opened_at = null, reason = null, probe_at = null, probes = 0 \
               where opened_at is not null";
    Ok(execute!(cx, sql)? == 1)
}
