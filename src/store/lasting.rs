//! What stays stopped and that only a person sets going, counted for whoever is told of it: no line is read one by one.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Cx, Result};

/// How many, since when, and when the last one came.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Lasting {
    pub count: i64,
    pub oldest: DateTime<Utc>,
    pub newest: DateTime<Utc>,
}

/// Parked jobs, by kind.
pub async fn parked(cx: Cx<'_>) -> Result<Vec<(String, Lasting)>> {
    let rows = fetch_all!(
        cx,
        (String, i64, DateTime<Utc>, DateTime<Utc>),
        "select kind, count(*), min(coalesce(finished_at, created_at)), max(coalesce(finished_at, created_at)) \
         from job where state = 'parked' group by kind order by kind"
    )?;
    Ok(rows.into_iter().map(|(kind, count, oldest, newest)| (kind, Lasting { count, oldest, newest })).collect())
}

/// Deliveries put aside, if any.
pub async fn quarantined(cx: Cx<'_>) -> Result<Option<Lasting>> {
    Ok(fetch_optional!(
        cx,
        Lasting,
        "select count(*) as count, min(coalesce(processed_at, received_at)) as oldest, \
         max(coalesce(processed_at, received_at)) as newest from inbox where status = 'quarantined' having count(*) > 0"
    )?)
}

/// Mises en service in force that wait for a person since before an instant, if any.
pub async fn held(cx: Cx<'_>, before: DateTime<Utc>) -> Result<Option<Lasting>> {
    Ok(fetch_optional!(
        cx,
        Lasting,
        "select count(*) as count, min(p.status_since) as oldest, max(p.status_since) as newest \
         from provisioning p join habilitation h on h.id = p.habilitation_id \
         where p.status = 'held' and p.status_since < $1 and h.in_force is not null having count(*) > 0",
        before
    )?)
}

/// Abonnements to suspend by hand whose last day is past: how many, and the oldest of these days.
pub async fn overdue_by_hand(cx: Cx<'_>, today: NaiveDate) -> Result<Option<(i64, NaiveDate)>> {
    Ok(fetch_optional!(
        cx,
        (i64, NaiveDate),
        "select count(*), min(due_on) from suspension where status = 'by_hand' and due_on < $1 having count(*) > 0",
        today
    )?)
}
