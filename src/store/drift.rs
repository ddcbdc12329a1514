//! The `drift` and `drift_walk` tables: what HubEE or Sirene shows and we don't, and how far each comparison is.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Cx, Result};
use crate::domain::HabilitationId;

/// A difference, as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// A name of `provisioning::drift::Kind`.
    pub kind: &'static str,
    pub siret: String,
    pub habilitation: Option<HabilitationId>,
    pub datapass_id: Option<i64>,
    pub name: String,
    /// What we hold, and what was found, for a person.
    pub expected: String,
    pub found: String,
    /// What its gesture needs.
    pub detail: Value,
}

/// A difference, as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DriftRow {
    pub id: Uuid,
    pub kind: String,
    pub siret: String,
    pub habilitation_id: Option<Uuid>,
    pub datapass_id: Option<i64>,
    pub name: String,
    pub expected: String,
    pub found: String,
    pub detail: Json<Value>,
    pub first_seen_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub gone_at: Option<DateTime<Utc>>,
    pub ignored_until: Option<NaiveDate>,
    pub settled_by: Option<String>,
    pub settled_reason: Option<String>,
    pub settled_at: Option<DateTime<Utc>>,
    /// Moves with each gesture and each change of what was found.
    pub version: i64,
}

macro_rules! columns {
    () => {
        "id, kind, siret, habilitation_id, datapass_id, name, expected, found, detail, first_seen_at, last_seen_at, \
         gone_at, ignored_until, settled_by, settled_reason, settled_at, version"
    };
}

/// Writes that a difference is there. `true` when it was not: never seen, or gone since. One that comes back, or that
/// changed, forgets what a person had said of it.
pub async fn seen(mut cx: Cx<'_>, seen: &Seen, now: DateTime<Utc>) -> Result<bool> {
    let standing = fetch_optional!(
        cx.cx(),
        (i64,),
        "select version from drift where kind = $1 and siret = $2 and gone_at is null",
        seen.kind,
        &seen.siret
    )?;
    execute!(
        cx,
        "insert into drift (id, kind, siret, habilitation_id, datapass_id, name, expected, found, detail, \
         first_seen_at, last_seen_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 1) \
         on conflict (kind, siret) do update set habilitation_id = excluded.habilitation_id, \
         datapass_id = excluded.datapass_id, name = excluded.name, expected = excluded.expected, \
         found = excluded.found, detail = excluded.detail, last_seen_at = excluded.last_seen_at, gone_at = null, \
         first_seen_at = case when drift.gone_at is null then drift.first_seen_at else excluded.first_seen_at end, \
         ignored_until = case when drift.gone_at is null and drift.found = excluded.found then drift.ignored_until end, \
         settled_by = case when drift.gone_at is null and drift.found = excluded.found then drift.settled_by end, \
         settled_reason = case when drift.gone_at is null and drift.found = excluded.found then drift.settled_reason end, \
         settled_at = case when drift.gone_at is null and drift.found = excluded.found then drift.settled_at end, \
         version = case when drift.gone_at is null and drift.found = excluded.found then drift.version \
         else drift.version + 1 end",
        Uuid::now_v7(),
        seen.kind,
        &seen.siret,
        seen.habilitation,
        seen.datapass_id,
        &seen.name,
        &seen.expected,
        &seen.found,
        Json(&seen.detail),
        now
    )?;
    Ok(standing.is_none())
}

/// Writes that a difference is no longer there. `true` when it was.
pub async fn gone(cx: Cx<'_>, kind: &str, siret: &str, now: DateTime<Utc>) -> Result<bool> {
    let gone = execute!(
        cx,
        "update drift set gone_at = $3, version = version + 1 where kind = $1 and siret = $2 and gone_at is null",
        kind,
        siret,
        now
    )?;
    Ok(gone == 1)
}

/// The standing differences of the SIRETs after one and up to another: kind, SIRET.
pub async fn between(cx: Cx<'_>, after: &str, upto: &str) -> Result<Vec<(String, String)>> {
    Ok(fetch_all!(
        cx,
        (String, String),
        "select kind, siret from drift where gone_at is null and siret > $1 and siret <= $2 order by siret, kind",
        after,
        upto
    )?)
}

/// The difference of a key.
pub async fn by_id(cx: Cx<'_>, id: Uuid) -> Result<Option<DriftRow>> {
    let sql = concat!("select ", columns!(), " from drift where id = $1");
    Ok(fetch_optional!(cx, DriftRow, sql, id)?)
}

/// The standing differences of a request.
pub async fn of(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Vec<DriftRow>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from drift where habilitation_id = $1 and gone_at is null order by first_seen_at, id limit 20"
    );
    Ok(fetch_all!(cx, DriftRow, sql, habilitation)?)
}

/// A page of standing differences, oldest first, after the last one of the page before. `kind`: of one kind alone.
/// Those ignored on `today` are left out, or alone shown.
pub async fn page(
    cx: Cx<'_>,
    kind: Option<&str>,
    ignored: bool,
    after: Option<(DateTime<Utc>, Uuid)>,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<DriftRow>> {
    let (at, id) = after.unwrap_or((DateTime::UNIX_EPOCH, Uuid::nil()));
    let rows = match kind {
        None => {
            let sql = concat!(
                "select ",
                columns!(),
                " from drift where gone_at is null and (first_seen_at, id) > ($1, $2) \
                 and (ignored_until is not null and ignored_until >= $3) = $4 order by first_seen_at, id limit $5"
            );
            fetch_all!(cx, DriftRow, sql, at, id, today, ignored, limit)?
        }
        Some(kind) => {
            let sql = concat!(
                "select ",
                columns!(),
                " from drift where gone_at is null and kind = $6 and (first_seen_at, id) > ($1, $2) \
                 and (ignored_until is not null and ignored_until >= $3) = $4 order by first_seen_at, id limit $5"
            );
            fetch_all!(cx, DriftRow, sql, at, id, today, ignored, limit, kind)?
        }
    };
    Ok(rows)
}

/// How many stand of each kind, those ignored on `today` apart: kind, to settle, ignored.
pub async fn counts(cx: Cx<'_>, today: NaiveDate) -> Result<Vec<(String, i64, i64)>> {
    Ok(fetch_all!(
        cx,
        (String, i64, i64),
        "select kind, count(case when ignored_until is null or ignored_until < $1 then 1 end), \
         count(case when ignored_until >= $1 then 1 end) from drift where gone_at is null group by kind order by kind",
        today
    )?)
}

/// Who said what of a difference.
pub struct Said<'a> {
    pub by: &'a str,
    pub reason: &'a str,
    /// Left out of the list until then.
    pub ignored_until: Option<NaiveDate>,
    pub at: DateTime<Utc>,
}

/// Writes what a person said of a difference that they read at `version`. `false` when it moved meanwhile.
pub async fn settle(cx: Cx<'_>, id: Uuid, version: i64, said: &Said<'_>) -> Result<bool> {
    let settled = execute!(
        cx,
        "update drift set settled_by = $3, settled_reason = $4, settled_at = $5, ignored_until = $6, \
         version = version + 1 where id = $1 and version = $2 and gone_at is null",
        id,
        version,
        said.by,
        said.reason,
        said.at,
        said.ignored_until
    )?;
    Ok(settled == 1)
}

/// How far a comparison is.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Walk {
    /// `hubee` or `sirene`.
    pub source: String,
    pub started_at: DateTime<Utc>,
    /// A name of `provisioning::drift::Standing`.
    pub status: String,
    pub next_rank: i64,
    pub after_siret: String,
    pub compared: i64,
    /// Differences met so far.
    pub found: i64,
    pub asked_on: Option<NaiveDate>,
    pub asked: i64,
    /// Why it stopped early; while it is on, why its last try failed.
    pub note: Option<String>,
    /// When it last went on; while its tries fail, since when.
    pub updated_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// The comparison with a source, if it ever began.
pub async fn walk(cx: Cx<'_>, source: &str) -> Result<Option<Walk>> {
    Ok(fetch_optional!(
        cx,
        Walk,
        "select source, started_at, status, next_rank, after_siret, compared, found, asked_on, asked, note, updated_at, \
         finished_at from drift_walk where source = $1",
        source
    )?)
}

/// Writes how far a comparison is.
pub async fn save_walk(cx: Cx<'_>, walk: &Walk) -> Result<()> {
    execute!(
        cx,
        "insert into drift_walk (source, started_at, status, next_rank, after_siret, compared, found, asked_on, asked, \
         note, updated_at, finished_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         on conflict (source) do update set started_at = excluded.started_at, status = excluded.status, \
         next_rank = excluded.next_rank, after_siret = excluded.after_siret, compared = excluded.compared, \
         found = excluded.found, asked_on = excluded.asked_on, asked = excluded.asked, note = excluded.note, \
         updated_at = excluded.updated_at, finished_at = excluded.finished_at",
        &walk.source,
        walk.started_at,
        &walk.status,
        walk.next_rank,
        &walk.after_siret,
        walk.compared,
        walk.found,
        walk.asked_on,
        walk.asked,
        walk.note.as_deref(),
        walk.updated_at,
        walk.finished_at
    )?;
    Ok(())
}

/// A collectivité as we hold it, for a comparison.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Ours {
    pub siret: String,
    pub habilitation_id: Uuid,
    pub datapass_id: i64,
    pub name: String,
    pub code_cog: String,
    pub branch_code: Option<String>,
    pub subscription_id: Option<String>,
    /// Its form is open, or paused: it must be active at HubEE.
    pub live: bool,
    /// Address that HubEE's local administrator should have.
    pub administrator: Option<String>,
    /// Commune code that a person chose against the register's.
    pub set_cog: Option<String>,
    /// The register's, when they did.
    pub register_cog: Option<String>,
    /// The éditeur of the habilitation in force, as `domain::Editeur`.
    pub editeur: Option<Json<Value>>,
    /// What a person set right or chose, as `provisioning::Corrections`.
    pub corrections: Option<Json<Value>>,
    /// How the abonnement differed when it was last looked for, as `provisioning::Differences`.
    pub differences: Option<Json<Value>>,
}

/// The collectivités after one SIRET and up to another, in order: those whose form is or was open.
pub async fn ours(cx: Cx<'_>, after: &str, upto: &str, limit: i64) -> Result<Vec<Ours>> {
    Ok(fetch_all!(
        cx,
        Ours,
        "select c.siret, c.habilitation_id, h.datapass_id, c.name, c.code_cog, \
         case when p.siret = c.siret then p.branch_code end as branch_code, \
         case when p.siret = c.siret then p.subscription_id end as subscription_id, c.closed_at is null as live, \
         coalesce(p.corrections ->> 'email', h.in_force -> 'dossier' -> 'demandeur' ->> 'email') as administrator, \
         p.corrections ->> 'code_cog' as set_cog, coalesce(p.corrections -> 'merged_into' ->> 'code_cog', \
         h.in_force -> 'dossier' -> 'organisation' ->> 'code_cog') as register_cog, \
         h.in_force -> 'dossier' -> 'editeur' as editeur, p.corrections, p.differences \
         from collectivite c join habilitation h on h.id = c.habilitation_id \
         left join provisioning p on p.habilitation_id = c.habilitation_id \
         where c.siret > $1 and c.siret <= $2 order by c.siret limit $3",
        after,
        upto,
        limit
    )?)
}

/// The SIRETs after one and up to another of which a mise en service knows something, open or not.
pub async fn known(cx: Cx<'_>, after: &str, upto: &str) -> Result<Vec<String>> {
    let rows = fetch_all!(
        cx,
        (String,),
        "select distinct siret from provisioning where siret > $1 and siret <= $2 order by siret",
        after,
        upto
    )?;
    Ok(rows.into_iter().map(|(siret,)| siret).collect())
}
