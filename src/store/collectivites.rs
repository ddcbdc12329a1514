//! The `collectivite` table: whose form is open, paused or closed and why, and a revision that moves with it, so that
//! every process knows when its prepared answers are stale.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Cx, Result};
use crate::domain::HabilitationId;

/// A collectivité whose form is, or was, open.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Collectivite {
    pub siret: String,
    pub habilitation_id: Uuid,
    pub name: String,
    pub code_cog: String,
    pub departement: String,
    pub postal_code: Option<String>,
    pub town: Option<String>,
    pub opened_at: DateTime<Utc>,
}

/// A collectivité whose form was open, and is not: closed for good, or paused.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Shut {
    pub siret: String,
    pub habilitation_id: Uuid,
    pub name: String,
    /// A name of [`Ended`]; `None` while it is only paused, and for what was closed before this was kept.
    pub ended_as: Option<String>,
    pub successor_siret: Option<String>,
    pub successor_name: Option<String>,
    /// Not closed: open again one day.
    pub paused: bool,
}

/// Why a form was closed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The habilitation fell, or a person closed the page.
    Stopped,
    /// The habilitation holds for another SIRET now.
    Transferred,
    /// The commune is part of another one now.
    Merged,
}

impl Ended {
    /// Stable name: the `ended_as` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Transferred => "transferred",
            Self::Merged => "merged",
        }
    }

    /// The reason named so.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Stopped, Self::Transferred, Self::Merged].into_iter().find(|ended| ended.name() == name)
    }
}

/// Where the families of a closed form are sent.
#[derive(Clone, Copy, Debug)]
pub struct Successor<'a> {
    pub siret: &'a str,
    pub name: &'a str,
}

/// How one form stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    pub siret: String,
    pub name: String,
    pub code_cog: String,
    pub opened_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub ended_as: Option<String>,
    pub successor_siret: Option<String>,
    pub paused_at: Option<DateTime<Utc>>,
    pub paused_reason: Option<String>,
}

/// Opens a collectivité's form, or opens it again. A pause lasts until somebody ends it.
pub async fn open(mut cx: Cx<'_>, collectivite: &Collectivite) -> Result<()> {
    execute!(
        cx.cx(),
        "insert into collectivite (siret, habilitation_id, name, code_cog, departement, postal_code, town, opened_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (siret) do update set \
         habilitation_id = excluded.habilitation_id, name = excluded.name, code_cog = excluded.code_cog, \
         departement = excluded.departement, postal_code = excluded.postal_code, town = excluded.town, \
         opened_at = case when collectivite.closed_at is null then collectivite.opened_at else excluded.opened_at end, \
         closed_at = null, ended_as = null, successor_siret = null, successor_name = null",
        &collectivite.siret,
        collectivite.habilitation_id,
        &collectivite.name,
        &collectivite.code_cog,
        &collectivite.departement,
        collectivite.postal_code.as_deref(),
        collectivite.town.as_deref(),
        collectivite.opened_at
    )?;
    bump(cx).await
}

/// Closes the form opened under a habilitation, pause included. `true` when one was open.
pub async fn close(mut cx: Cx<'_>, habilitation: HabilitationId, now: DateTime<Utc>) -> Result<bool> {
    let closed = execute!(
        cx.cx(),
        "update collectivite set closed_at = $2, ended_as = $3, paused_at = null, paused_reason = null \
         where habilitation_id = $1 and closed_at is null",
        habilitation,
        now,
        Ended::Stopped.name()
    )?;
    moved(cx, closed).await
}

/// Closes what was opened under a habilitation for any other SIRET than `to`, where its families are sent. `true` when
/// one was open.
pub async fn close_others(
    mut cx: Cx<'_>,
    habilitation: HabilitationId,
    to: Successor<'_>,
    ended: Ended,
    now: DateTime<Utc>,
) -> Result<bool> {
    let closed = execute!(
        cx.cx(),
        "update collectivite set closed_at = $3, ended_as = $4, successor_siret = $2, successor_name = $5, \
         paused_at = null, paused_reason = null \
         where habilitation_id = $1 and siret <> $2 and closed_at is null",
        habilitation,
        to.siret,
        now,
        ended.name(),
        to.name
    )?;
    moved(cx, closed).await
}

/// Pauses the open form of a habilitation. `false` when none is open, or when it is paused.
pub async fn pause(mut cx: Cx<'_>, habilitation: HabilitationId, reason: &str, now: DateTime<Utc>) -> Result<bool> {
    let paused = execute!(
        cx.cx(),
        "update collectivite set paused_at = $2, paused_reason = $3 \
         where habilitation_id = $1 and closed_at is null and paused_at is null",
        habilitation,
        now,
        reason
    )?;
    moved(cx, paused).await
}

/// Ends the pause of a habilitation's form. `false` when it was not paused.
pub async fn resume(mut cx: Cx<'_>, habilitation: HabilitationId) -> Result<bool> {
    let resumed = execute!(
        cx.cx(),
        "update collectivite set paused_at = null, paused_reason = null \
         where habilitation_id = $1 and closed_at is null and paused_at is not null",
        habilitation
    )?;
    moved(cx, resumed).await
}

/// Publishes another name or commune code for a form, open or not. `false` when there is none.
pub async fn describe(mut cx: Cx<'_>, siret: &str, name: &str, code_cog: &str, departement: &str) -> Result<bool> {
    let changed = execute!(
        cx.cx(),
        "update collectivite set name = $2, code_cog = $3, departement = $4 where siret = $1",
        siret,
        name,
        code_cog,
        departement
    )?;
    moved(cx, changed).await
}

async fn moved(cx: Cx<'_>, touched: u64) -> Result<bool> {
    if touched > 0 {
        bump(cx).await?;
    }
    Ok(touched > 0)
}

async fn bump(cx: Cx<'_>) -> Result<()> {
    execute!(cx, "update publication_revision set revision = revision + 1 where id = 1")?;
    Ok(())
}

/// Moves each time a form opens or closes.
pub async fn revision(cx: Cx<'_>) -> Result<i64> {
    let row = fetch_optional!(cx, (i64,), "select revision from publication_revision where id = 1")?;
    Ok(row.map_or(0, |(revision,)| revision))
}

/// Every open form, by name then SIRET: names alone have ties, which the two engines break differently.
pub async fn all_open(cx: Cx<'_>) -> Result<Vec<Collectivite>> {
    let mut rows = fetch_all!(
        cx,
        Collectivite,
        "select siret, habilitation_id, name, code_cog, departement, postal_code, town, opened_at \
         from collectivite where closed_at is null and paused_at is null"
    )?;
    rows.sort_by(|a, b| (&a.name, &a.siret).cmp(&(&b.name, &b.siret)));
    Ok(rows)
}

/// Every form that was open and is not.
pub async fn all_shut(cx: Cx<'_>) -> Result<Vec<Shut>> {
    Ok(fetch_all!(
        cx,
        Shut,
        "select siret, habilitation_id, name, ended_as, successor_siret, successor_name, closed_at is null as paused \
         from collectivite where closed_at is not null or paused_at is not null"
    )?)
}

/// The forms of a habilitation, the one that is not closed first.
pub async fn of(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Vec<Standing>> {
    Ok(fetch_all!(
        cx,
        Standing,
        "select siret, name, code_cog, opened_at, closed_at, ended_as, successor_siret, paused_at, paused_reason \
         from collectivite where habilitation_id = $1 order by closed_at is not null, opened_at desc, siret limit 20",
        habilitation
    )?)
}

/// The form of a SIRET.
pub async fn of_siret(cx: Cx<'_>, siret: &str) -> Result<Option<Standing>> {
    Ok(fetch_optional!(
        cx,
        Standing,
        "select siret, name, code_cog, opened_at, closed_at, ended_as, successor_siret, paused_at, paused_reason \
         from collectivite where siret = $1",
        siret
    )?)
}
