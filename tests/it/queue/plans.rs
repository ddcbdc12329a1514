//! What the lists read of the database is read by an index: what the engines say they do.

use habilis::store::Db;
use habilis::store::queue::{AFTER, SINCE};
use sqlx::AssertSqlSafe;

use super::scene::{at, submitted};
use crate::support::database::fresh;

/// Enough requests for a planner to care.
async fn fill(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    for number in 1..=3_000 {
        let one = submitted(number, "2026-09-10");
        assert!(habilis::store::habilitations::insert(tx.cx(), &one, at()).await.unwrap());
    }
    tx.commit().await.unwrap();
    if let Db::Postgres(pool) = db {
        sqlx::query("analyze habilitation").execute(pool).await.unwrap();
    }
}

/// What the engine would do.
async fn plan(db: &Db, sql: &str, values: [&str; 2]) -> String {
    let said = format!("{sql} ").replace("$1 ", &format!("{} ", values[0])).replace("$2 ", &format!("{} ", values[1]));
    match db {
        Db::Sqlite { reader, .. } => {
            let rows: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(AssertSqlSafe(format!("explain query plan {said}"))).fetch_all(reader).await.unwrap();
            rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n")
        }
        Db::Postgres(pool) => {
            let rows: Vec<(String,)> =
                sqlx::query_as(AssertSqlSafe(format!("explain {said}"))).fetch_all(pool).await.unwrap();
            rows.into_iter().map(|row| row.0).collect::<Vec<_>>().join("\n")
        }
    }
}

#[tokio::test]
async fn what_lists_read_has_its_index() {
    let (db, _guard) = fresh().await;
    fill(&db).await;
    let changed = plan(&db, SINCE, ["'2030-01-01'", ""]).await;
    assert!(changed.contains("habilitation_by_change"), "{changed}");
    let all = plan(&db, AFTER, ["300", "26"]).await;
    assert!(all.contains("datapass_id") && !all.contains("TEMP B-TREE") && !all.contains("Sort"), "{all}");
}
