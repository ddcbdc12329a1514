//! What an engine says that it would do with a query: whether a list is read in the order of an index, and stops.

use habilis::store::Db;
use sqlx::AssertSqlSafe;

/// The plan of `sql`, `values` being literals in the place of `$1`, `$2`… A small table in PostgreSQL is cheaper read whole:
/// what it would do among many is asked by closing the other ways.
pub async fn plan(db: &Db, sql: &str, values: &[&str]) -> String {
    let said =
        values.iter().enumerate().rfold(sql.to_owned(), |sql, (at, value)| sql.replace(&format!("${}", at + 1), value));
    match db {
        Db::Sqlite { reader, .. } => {
            let rows: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(AssertSqlSafe(format!("explain query plan {said}"))).fetch_all(reader).await.unwrap();
            rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n")
        }
        Db::Postgres(pool) => {
            let mut tx = pool.begin().await.unwrap();
            for way in ["seqscan", "bitmapscan", "hashjoin", "mergejoin"] {
                sqlx::query(AssertSqlSafe(format!("set local enable_{way} = off"))).execute(&mut *tx).await.unwrap();
            }
            let rows: Vec<(String,)> =
                sqlx::query_as(AssertSqlSafe(format!("explain {said}"))).fetch_all(&mut *tx).await.unwrap();
            rows.into_iter().map(|row| row.0).collect::<Vec<_>>().join("\n")
        }
    }
}
