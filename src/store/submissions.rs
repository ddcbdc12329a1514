//! The `submission` table: the answers of each request as they were last submitted. The request's own row moves with
//! every save of the demandeur, so it can't say what a new submission changes.

use sqlx::types::Json;

use super::{Cx, Result};
use crate::domain::{Dossier, HabilitationId};

/// What was last submitted, if anything was.
pub async fn last(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Option<Dossier>> {
    let sql = "select dossier from submission where habilitation_id = $1";
    let row = fetch_optional!(cx, (Json<Dossier>,), sql, habilitation)?;
    Ok(row.map(|(json,)| json.0))
}

/// Keeps what is submitted, in place of the submission before.
pub async fn keep(cx: Cx<'_>, habilitation: HabilitationId, dossier: &Dossier) -> Result<()> {
    execute!(
        cx,
        "insert into submission (habilitation_id, dossier) values ($1, $2) \
         on conflict (habilitation_id) do update set dossier = excluded.dossier",
        habilitation,
        Json(dossier)
    )?;
    Ok(())
}
