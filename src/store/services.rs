//! What the list of mises en service reads: its pages, oldest state first, each by an index, and its counts. Which states
//! and classes there are is the provisioning room's.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::AssertSqlSafe;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Cx, Result};

/// A line of the list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ServiceRow {
    pub id: Uuid,
    pub datapass_id: i64,
    /// What a gesture from the list is made on.
    pub version: i64,
    pub name: String,
    pub siret: Option<String>,
    pub step: String,
    pub status: String,
    /// Since when it has that status.
    pub status_since: DateTime<Utc>,
    pub error_class: Option<String>,
    pub last_error: Option<String>,
    /// Why a person is asked.
    pub hold: Option<Json<Value>>,
    /// When it goes on by itself.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// What is listed. Without a status: all that is not open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub status: Option<String>,
    pub class: Option<String>,
    /// In their state since before this instant.
    pub before: Option<DateTime<Utc>>,
}

/// A line's place in the list.
pub type Place = (DateTime<Utc>, i64);

/// The statement of [`page`]. `$1` and `$2` are the place, `$3` how many; then come, where they are used, the status, the
/// class, and the instant.
pub fn page_sql(asked: &Asked) -> String {
    let mut next = 4..;
    let mut condition = |present: bool, text: &str| match present {
        true => format!(" and {text} ${}", next.next().unwrap_or_default()),
        false => String::new(),
    };
    let status = condition(asked.status.is_some(), "p.status =");
    let class = condition(asked.class.is_some(), "p.error_class =");
    let before = condition(asked.before.is_some(), "p.status_since <");
    // Written as the partial indexes are, or they would not serve.
    let unfinished = if asked.status.is_none() { " and p.status <> 'open'" } else { "" };
    format!(
        "select p.habilitation_id as id, p.datapass_id, h.version, h.name, h.siret, p.step, p.status, p.status_since, \
         p.error_class, p.last_error, p.hold, p.next_attempt_at \
         from provisioning p join habilitation h on h.id = p.habilitation_id \
         where h.in_force is not null and (p.status_since, p.datapass_id) > ($1, $2){status}{class}{before}{unfinished} \
         order by p.status_since, p.datapass_id limit $3"
    )
}

/// Lines after a place, oldest state first.
pub async fn page(cx: Cx<'_>, asked: &Asked, after: Option<Place>, limit: i64) -> Result<Vec<ServiceRow>> {
    let (since, number) = after.unwrap_or((DateTime::UNIX_EPOCH, -1));
    let sql = page_sql(asked);
    Ok(on!(cx, conn => {
        let mut query = sqlx::query_as::<_, ServiceRow>(AssertSqlSafe(sql)).bind(since).bind(number).bind(limit);
        for text in [&asked.status, &asked.class].into_iter().flatten() {
            query = query.bind(text);
        }
        if let Some(before) = asked.before {
            query = query.bind(before);
        }
        query.fetch_all(conn).await
    })?)
}

/// How many are in each state and class, those that are open aside.
pub async fn counts(cx: Cx<'_>) -> Result<Vec<(String, Option<String>, i64)>> {
    Ok(fetch_all!(
        cx,
        (String, Option<String>, i64),
        "select p.status, p.error_class, count(*) from provisioning p join habilitation h on h.id = p.habilitation_id \
         where p.status <> 'open' and h.in_force is not null group by p.status, p.error_class"
    )?)
}
