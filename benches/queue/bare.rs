//! The same questions put to the database alone: one connection kept, statements prepared, nothing around, and for each list
//! the partial index that serves it best. The product no longer has those indexes: it pays for none of them.

use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};
use habilis::instruction::queue::{From, Place, Tab};
use habilis::store::{Conn, Db};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// One for each list, with the condition that each needs.
const INDEXES: [&str; 4] = [
    "create index bare_owed_by on habilitation (assignee_id, due_on, datapass_id) where state = 'submitted'",
    "create index bare_open on habilitation (datapass_id) \
     where state in ('accepted', 'draft') and provisioning_status = 'open'",
    "create index bare_to_open on habilitation (datapass_id) \
     where state = 'accepted' and in_force is not null and provisioning_status <> 'open'",
    "create index bare_done on habilitation (datapass_id) where state in ('refused', 'revoked', 'archived')",
];

/// A line as a page shows it, read from the database.
#[derive(sqlx::FromRow)]
#[expect(dead_code, reason = "reading a column is what is measured")]
pub struct Shown {
    datapass_id: i64,
    version: i64,
    name: String,
    siret: Option<String>,
    code_cog: Option<String>,
    departement: Option<String>,
    state: String,
    to_report: bool,
    due_on: Option<NaiveDate>,
    submitted_at: Option<DateTime<Utc>>,
    in_force: bool,
    provisioning: String,
    assignee_id: Option<Uuid>,
    assignee: Option<String>,
    checks_blocking: i64,
    checks_look: i64,
    checks_unverified: i64,
    checks_overridden: i64,
    checks_at: Option<DateTime<Utc>>,
    unread: i64,
}

/// Makes the indexes.
///
/// # Errors
/// When the database refuses.
pub async fn index(db: &Db) -> Result<()> {
    for sql in INDEXES {
        match db {
            Db::Sqlite { writer, .. } => sqlx::query(sql).execute(writer).await.map(|_| ())?,
            Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ())?,
        }
    }
    Ok(())
}

/// The lines that fit a condition on `h`, in an order, from a place on: as the recipe for each engine says.
fn statement(condition: &str, by_deadline: bool) -> String {
    let (place, order) = if by_deadline {
        ("(h.due_on, h.datapass_id) > ($3, $1)", "h.due_on, h.datapass_id")
    } else {
        ("h.datapass_id < $1", "h.datapass_id desc")
    };
    format!(
        "select h.datapass_id, h.version, h.name, h.siret, h.code_cog, h.departement, h.state, \
         h.state_facts ->> 'unreported' is not null as to_report, h.due_on, h.submitted_at, \
         h.in_force is not null as in_force, h.provisioning_status as provisioning, h.assignee_id, \
         a.name as assignee, h.checks_blocking, h.checks_look, h.checks_unverified, h.checks_overridden, h.checks_at, \
         h.unread from habilitation h left join account a on a.id = h.assignee_id \
         where {condition} and {place} order by {order} limit $2"
    )
}

macro_rules! fetch {
    ($conn:expr, $query:expr) => {
        match $conn {
            Conn::Sqlite(conn) => $query.fetch_all(&mut **conn).await?,
            Conn::Postgres(conn) => $query.fetch_all(&mut **conn).await?,
        }
    };
}

/// The first lines that fit a condition, the newest first.
///
/// # Errors
/// When the database can't be read.
pub async fn lines(conn: &mut Conn, condition: &str, limit: i64) -> Result<Vec<Shown>> {
    let sql = statement(condition, false);
    Ok(fetch!(conn, sqlx::query_as(AssertSqlSafe(sql)).bind(i64::MAX).bind(limit)))
}

/// A page of a list, of all or of those in the charge of `mine`.
///
/// # Errors
/// When the database can't be read.
pub async fn page(
    conn: &mut Conn,
    tab: Tab,
    mine: Option<Uuid>,
    from: From,
    limit: i64,
    today: NaiveDate,
) -> Result<Vec<Shown>> {
    let mut condition = String::from(match tab {
        Tab::ToInstruct => "h.state = 'submitted'",
        Tab::Late => "h.state = 'submitted' and h.due_on < $4",
        Tab::Waiting => "h.state = 'changes_requested'",
        Tab::ToOpen => "h.state = 'accepted' and h.in_force is not null and h.provisioning_status <> 'open'",
        Tab::Open => "h.state in ('accepted', 'draft') and h.provisioning_status = 'open'",
        Tab::Done => "h.state in ('refused', 'revoked', 'archived')",
        Tab::All => "1 = 1",
    });
    if mine.is_some() {
        condition.push_str(" and h.assignee_id = $4");
    }
    let sql = statement(&condition, tab.has_deadlines());
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default();
    let (due, number) = match from {
        From::After(Place { due_on, datapass_id }) => (due_on.unwrap_or(first), datapass_id),
        _ if tab.has_deadlines() => (first, -1),
        _ => (first, i64::MAX),
    };
    let sql = AssertSqlSafe(sql);
    Ok(match (tab.has_deadlines(), mine) {
        (false, _) => fetch!(conn, sqlx::query_as(sql).bind(number).bind(limit)),
        (true, Some(mine)) => fetch!(conn, sqlx::query_as(sql).bind(number).bind(limit).bind(due).bind(mine)),
        (true, None) if tab == Tab::Late => {
            fetch!(conn, sqlx::query_as(sql).bind(number).bind(limit).bind(due).bind(today))
        }
        (true, None) => fetch!(conn, sqlx::query_as(sql).bind(number).bind(limit).bind(due)),
    })
}

/// The lines of each list that fit a condition: what the tabs count.
///
/// # Errors
/// When the database can't be read.
pub async fn counts(conn: &mut Conn, condition: &str, today: NaiveDate) -> Result<i64> {
    let sql = format!(
        "select h.state, h.in_force is not null, h.provisioning_status = 'open', \
         coalesce(h.due_on < $1, 1 = 0), count(*) from habilitation h where {condition} group by 1, 2, 3, 4"
    );
    let groups: Vec<(String, bool, bool, bool, i64)> = match conn {
        Conn::Sqlite(conn) => sqlx::query_as(AssertSqlSafe(sql)).bind(today).fetch_all(&mut **conn).await?,
        Conn::Postgres(conn) => sqlx::query_as(AssertSqlSafe(sql)).bind(today).fetch_all(&mut **conn).await?,
    };
    Ok(groups.into_iter().map(|group| group.4).sum())
}

/// What a naive search must compute for each line. SQLite does not know accents: it is given the column that holds none,
/// which makes its scan twice as fast as the one we are compared with.
///
/// # Errors
/// When the extension can't be made.
pub async fn naive(db: &Db, term: &str) -> Result<String> {
    Ok(match db {
        Db::Sqlite { .. } => format!("h.search like '%{term}%'"),
        Db::Postgres(pool) => {
            sqlx::query("create extension if not exists unaccent").execute(pool).await?;
            format!("unaccent(h.search) ilike '%{term}%'")
        }
    })
}
