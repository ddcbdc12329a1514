//! The `sirene_fact` table: what Sirene last said of a SIRET, so that checks and HubEE never wait for it.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Cx, Result};
use crate::domain::Organisation;

/// One answer of Sirene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SireneFact {
    /// `None` when Sirene does not know the SIRET.
    pub organisation: Option<Organisation>,
    /// What it said, in French, for the evidence shown.
    pub note: String,
    pub fetched_at: DateTime<Utc>,
}

/// Keeps the newest answer.
pub async fn save(cx: Cx<'_>, siret: &str, fact: &SireneFact) -> Result<()> {
    execute!(
        cx,
        "insert into sirene_fact (siret, organisation, note, fetched_at) values ($1, $2, $3, $4) \
         on conflict (siret) do update set organisation = excluded.organisation, note = excluded.note, \
         fetched_at = excluded.fetched_at",
        siret,
        fact.organisation.as_ref().map(Json),
        &fact.note,
        fact.fetched_at
    )?;
    Ok(())
}

/// The newest answer about a SIRET.
pub async fn of(cx: Cx<'_>, siret: &str) -> Result<Option<SireneFact>> {
    let row = fetch_optional!(
        cx,
        (Option<Json<Organisation>>, String, DateTime<Utc>),
        "select organisation, note, fetched_at from sirene_fact where siret = $1",
        siret
    )?;
    Ok(row.map(|(organisation, note, fetched_at)| SireneFact {
        organisation: organisation.map(|j| j.0),
        note,
        fetched_at,
    }))
}
