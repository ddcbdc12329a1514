//! The same questions put to the database alone: one connection kept, statements prepared, nothing around.

use anyhow::Result;
use chrono::NaiveDate;
use habilis::store::queue::{Part, QueueRow, page_sql};
use habilis::store::{Conn, Db};
use sqlx::AssertSqlSafe;

/// The statement of the whole list, narrowed by a condition on `h`.
fn narrowed(condition: &str) -> String {
    page_sql(Part::All, false, false).replace("1 = 1", condition)
}

/// The first lines that fit a condition, the newest first.
///
/// # Errors
/// When the database can't be read.
pub async fn lines(conn: &mut Conn, condition: &str, limit: i64) -> Result<Vec<QueueRow>> {
    let sql = narrowed(condition);
    Ok(match conn {
        Conn::Sqlite(conn) => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(i64::MAX).bind(limit).fetch_all(&mut **conn).await?
        }
        Conn::Postgres(conn) => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(i64::MAX).bind(limit).fetch_all(&mut **conn).await?
        }
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
