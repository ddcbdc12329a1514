//! What the instructeurs' lists are made of: every request as a line, read whole once and then as it changes. The room keeps
//! them in memory; which list shows what to whom, in which order, is the room's to say.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Cx, Result};
use crate::domain::HabilitationId;

/// A request as lists show, count and find it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LineRow {
    pub datapass_id: i64,
    /// What a gesture from the list is made on.
    pub version: i64,
    pub name: String,
    pub siret: Option<String>,
    pub code_cog: Option<String>,
    pub departement: Option<String>,
    pub state: String,
    pub due_on: Option<NaiveDate>,
    pub submitted_at: Option<DateTime<Utc>>,
    /// A habilitation is in force: open states are then reopenings.
    pub in_force: bool,
    /// A decision taken here is still to be taken again in DataPass.
    pub to_report: bool,
    /// Empty when none was begun.
    pub provisioning: String,
    pub assignee_id: Option<Uuid>,
    /// Codes, one bit each.
    pub checks_blocking: i64,
    pub checks_look: i64,
    pub checks_unverified: i64,
    pub checks_overridden: i64,
    /// Whether the checks were ever counted.
    pub checked: bool,
    /// Messages of the demandeur that nobody read here.
    pub unread: i64,
    /// Normalised words.
    pub search: String,
}

macro_rules! line {
    ($rest:literal) => {
        concat!(
            "select datapass_id, version, name, siret, code_cog, departement, state, due_on, submitted_at, \
             in_force is not null as in_force, state_facts ->> 'unreported' is not null as to_report, \
             provisioning_status as provisioning, assignee_id, checks_blocking, checks_look, checks_unverified, \
             checks_overridden, checks_at is not null as checked, unread, search from habilitation ",
            $rest
        )
    };
}

/// The statement of [`after`].
pub const AFTER: &str = line!("where datapass_id > $1 order by datapass_id limit $2");
/// The statement of [`since`].
pub const SINCE: &str = line!("where updated_at >= $1");

/// Every line by number, after this one.
pub async fn after(cx: Cx<'_>, number: i64, limit: i64) -> Result<Vec<LineRow>> {
    Ok(fetch_all!(cx, LineRow, AFTER, number, limit)?)
}

/// The lines written since.
pub async fn since(cx: Cx<'_>, since: DateTime<Utc>) -> Result<Vec<LineRow>> {
    Ok(fetch_all!(cx, LineRow, SINCE, since)?)
}

/// What the checks say of a request, as lists need it: codes are bits, those of the room's catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub blocking: i64,
    pub look: i64,
    pub unverified: i64,
    pub overridden: i64,
    /// Name of the rules that said so.
    pub rules: String,
}

/// Keeps what the checks say of a version. Not a new one: nobody's page is stale for it. Lists read the row again only when
/// it says something else. `false` when the request moved on meanwhile: whoever moved it has it checked.
pub async fn set_checks(
    cx: Cx<'_>,
    habilitation: HabilitationId,
    version: i64,
    said: &Checked,
    now: DateTime<Utc>,
) -> Result<bool> {
    let touched = execute!(
        cx,
        "update habilitation set updated_at = case when checks_at is not null and checks_blocking = $2 \
         and checks_look = $3 and checks_unverified = $4 and checks_overridden = $5 then updated_at else $7 end, \
         checks_blocking = $2, checks_look = $3, checks_unverified = $4, checks_overridden = $5, checks_rules = $6, \
         checks_at = $7 where id = $1 and version = $8",
        habilitation,
        said.blocking,
        said.look,
        said.unverified,
        said.overridden,
        &said.rules,
        now,
        version
    )?;
    Ok(touched == 1)
}

/// Every account, by name: key, name, and whether it may take requests, which is to be of one of two roles and not disabled.
pub async fn people(cx: Cx<'_>, roles: [&str; 2]) -> Result<Vec<(Uuid, String, bool)>> {
    Ok(fetch_all!(
        cx,
        (Uuid, String, bool),
        "select id, name, disabled_at is null and role in ($1, $2) from account order by name, email",
        roles[0],
        roles[1]
    )?)
}
