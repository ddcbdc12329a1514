//! The `suspension` table: the abonnements of HubEE that must not be active any more, and how far each is.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Cx, Result};
use crate::domain::HabilitationId;

/// One abonnement to stop. At most one per request and SIRET: asked again, it starts again.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SuspensionRow {
    pub id: Uuid,
    pub habilitation_id: Uuid,
    pub siret: String,
    pub branch_code: Option<String>,
    pub subscription_id: Option<String>,
    /// Why: a name of `provisioning::suspension::Cause`.
    pub cause: String,
    /// How it goes: a name of `provisioning::suspension::Status`.
    pub status: String,
    /// When the service ended here.
    pub effective_at: DateTime<Utc>,
    /// Status that HubEE last showed.
    pub observed: Option<String>,
    pub observed_at: Option<DateTime<Utc>>,
    /// Last day of the person who must suspend it by hand.
    pub due_on: Option<NaiveDate>,
    pub last_error: Option<String>,
    pub attempts: i64,
    pub started_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

macro_rules! columns {
    () => {
        "id, habilitation_id, siret, branch_code, subscription_id, cause, status, effective_at, observed, observed_at, \
         due_on, last_error, attempts, started_at, updated_at"
    };
}

/// Adds a suspension, or starts the one of its request and SIRET again; answers its key.
pub async fn begin(cx: Cx<'_>, row: &SuspensionRow) -> Result<Uuid> {
    let key = fetch_optional!(
        cx,
        (Uuid,),
        "insert into suspension (id, habilitation_id, siret, branch_code, subscription_id, cause, status, effective_at, \
         attempts, started_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9) \
         on conflict (habilitation_id, siret) do update set branch_code = coalesce(excluded.branch_code, \
         suspension.branch_code), subscription_id = coalesce(excluded.subscription_id, suspension.subscription_id), \
         cause = excluded.cause, status = excluded.status, effective_at = excluded.effective_at, observed = null, \
         observed_at = null, due_on = null, last_error = null, attempts = 0, started_at = excluded.started_at, \
         updated_at = excluded.updated_at returning id",
        row.id,
        row.habilitation_id,
        &row.siret,
        row.branch_code.as_deref(),
        row.subscription_id.as_deref(),
        &row.cause,
        &row.status,
        row.effective_at,
        row.started_at
    )?;
    Ok(key.map_or(row.id, |(id,)| id))
}

/// Writes how far it went, unless it was started again, or lifted, since it was read. `false` then.
pub async fn save(cx: Cx<'_>, row: &SuspensionRow, read_as: &str) -> Result<bool> {
    let saved = execute!(
        cx,
        "update suspension set branch_code = $2, subscription_id = $3, status = $4, observed = $5, observed_at = $6, \
         due_on = $7, last_error = $8, attempts = $9, updated_at = $10 \
         where id = $1 and started_at = $11 and status = $12",
        row.id,
        row.branch_code.as_deref(),
        row.subscription_id.as_deref(),
        &row.status,
        row.observed.as_deref(),
        row.observed_at,
        row.due_on,
        row.last_error.as_deref(),
        row.attempts,
        row.updated_at,
        row.started_at,
        read_as
    )?;
    Ok(saved == 1)
}

/// The suspension of a key.
pub async fn by_id(cx: Cx<'_>, id: Uuid) -> Result<Option<SuspensionRow>> {
    let sql = concat!("select ", columns!(), " from suspension where id = $1");
    Ok(fetch_optional!(cx, SuspensionRow, sql, id)?)
}

/// The suspensions of a request, newest first.
pub async fn of(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Vec<SuspensionRow>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from suspension where habilitation_id = $1 order by started_at desc, siret limit 20"
    );
    Ok(fetch_all!(cx, SuspensionRow, sql, habilitation)?)
}

/// The suspensions of a subscription, or of a SIRET, newest first: whose it was does not matter.
pub async fn about(cx: Cx<'_>, siret: &str) -> Result<Vec<SuspensionRow>> {
    let sql = concat!("select ", columns!(), " from suspension where siret = $1 order by started_at desc, id limit 20");
    Ok(fetch_all!(cx, SuspensionRow, sql, siret)?)
}

/// The suspensions of the SIRETs after one and up to another, in their order.
pub async fn between(cx: Cx<'_>, after: &str, upto: &str) -> Result<Vec<SuspensionRow>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from suspension where siret > $1 and siret <= $2 order by siret, started_at desc, id"
    );
    Ok(fetch_all!(cx, SuspensionRow, sql, after, upto)?)
}

/// Other requests in force that use the abonnement of a SIRET: their numbers.
pub async fn used_by_others(cx: Cx<'_>, siret: &str, except: HabilitationId) -> Result<Vec<i64>> {
    let rows = fetch_all!(
        cx,
        (i64,),
        "select h.datapass_id from provisioning p join habilitation h on h.id = p.habilitation_id \
         where p.siret = $1 and p.habilitation_id <> $2 and h.in_force is not null and p.subscription_id is not null \
         order by h.datapass_id limit 20",
        siret,
        except
    )?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}

/// How many are in each status.
pub async fn counts(cx: Cx<'_>) -> Result<Vec<(String, i64)>> {
    Ok(fetch_all!(cx, (String, i64), "select status, count(*) from suspension group by status order by status")?)
}
