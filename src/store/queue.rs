//! What the instructeurs' list reads: one row per request, sorted and filtered by columns that have an index.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Cx, Result};

/// A line of the queue.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct QueueRow {
    pub datapass_id: i64,
    pub name: String,
    pub departement: Option<String>,
    pub state: String,
    pub due_on: Option<NaiveDate>,
    pub submitted_at: Option<DateTime<Utc>>,
    /// A habilitation is in force: open states are then reopenings.
    pub in_force: bool,
    pub provisioning: Option<String>,
    /// A decision taken here is still to be taken again in DataPass.
    pub to_report: bool,
}

/// Requests in one state, oldest deadline first then oldest number, after the `(due_on, datapass_id)` of the last line
/// seen. For states that owe an answer by a day: requests without one are left out.
pub async fn page(cx: Cx<'_>, state: &str, after: Option<(NaiveDate, i64)>, limit: i64) -> Result<Vec<QueueRow>> {
    let far = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default();
    let (due, id) = after.unwrap_or((far, -1));
    Ok(fetch_all!(
        cx,
        QueueRow,
        "select h.datapass_id, h.name, h.departement, h.state, h.due_on, h.submitted_at, \
         h.in_force is not null as in_force, p.status as provisioning, \
         h.state_facts ->> 'unreported' is not null as to_report \
         from habilitation h left join provisioning p on p.habilitation_id = h.id \
         where h.state = $1 and (h.due_on > $2 or (h.due_on = $2 and h.datapass_id > $3)) \
         order by h.due_on, h.datapass_id limit $4",
        state,
        due,
        id,
        limit
    )?)
}

/// Requests in any of the states (three at most), newest number first, before the number of the last line seen.
pub async fn newest(cx: Cx<'_>, states: &[&str], before: Option<i64>, limit: i64) -> Result<Vec<QueueRow>> {
    let state = |rank: usize| states.get(rank).or(states.first()).copied().unwrap_or_default();
    Ok(fetch_all!(
        cx,
        QueueRow,
        "select h.datapass_id, h.name, h.departement, h.state, h.due_on, h.submitted_at, \
         h.in_force is not null as in_force, p.status as provisioning, \
         h.state_facts ->> 'unreported' is not null as to_report \
         from habilitation h left join provisioning p on p.habilitation_id = h.id \
         where h.state in ($1, $2, $3) and h.datapass_id < $4 order by h.datapass_id desc limit $5",
        state(0),
        state(1),
        state(2),
        before.unwrap_or(i64::MAX),
        limit
    )?)
}

/// How many requests are in each state.
pub async fn counts(cx: Cx<'_>) -> Result<Vec<(String, i64)>> {
    Ok(fetch_all!(cx, (String, i64), "select state, count(*) from habilitation group by state order by state")?)
}
