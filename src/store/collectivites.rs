//! The `collectivite` table: whose form is open, and a revision that moves with it, so that every process knows when
//! its prepared answers are stale.

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

/// Opens a collectivité's form, or opens it again.
pub async fn open(mut cx: Cx<'_>, collectivite: &Collectivite) -> Result<()> {
    execute!(
        cx.cx(),
        "insert into collectivite (siret, habilitation_id, name, code_cog, departement, postal_code, town, opened_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (siret) do update set \
         habilitation_id = excluded.habilitation_id, name = excluded.name, code_cog = excluded.code_cog, \
         departement = excluded.departement, postal_code = excluded.postal_code, town = excluded.town, \
         opened_at = case when collectivite.closed_at is null then collectivite.opened_at else excluded.opened_at end, \
         closed_at = null",
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

/// Closes the form opened under a habilitation. `true` when one was open.
pub async fn close(mut cx: Cx<'_>, habilitation: HabilitationId, now: DateTime<Utc>) -> Result<bool> {
    let closed = execute!(
        cx.cx(),
        "update collectivite set closed_at = $2 where habilitation_id = $1 and closed_at is null",
        habilitation,
        now
    )?;
    if closed > 0 {
        bump(cx).await?;
    }
    Ok(closed > 0)
}

/// Closes what was opened under a habilitation for another SIRET than the one it now holds for.
pub async fn close_others(mut cx: Cx<'_>, habilitation: HabilitationId, siret: &str, now: DateTime<Utc>) -> Result<()> {
    let closed = execute!(
        cx.cx(),
        "update collectivite set closed_at = $3 where habilitation_id = $1 and siret <> $2 and closed_at is null",
        habilitation,
        siret,
        now
    )?;
    if closed > 0 {
        bump(cx).await?;
    }
    Ok(())
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
         from collectivite where closed_at is null"
    )?;
    rows.sort_by(|a, b| (&a.name, &a.siret).cmp(&(&b.name, &b.siret)));
    Ok(rows)
}
