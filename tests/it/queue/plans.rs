//! What the lists read of the database is read by an index: what the engines say they do.

use habilis::store::Db;
use habilis::store::queue::{AFTER, SINCE};

use super::scene::{at, submitted};
use crate::support::database::fresh;
use crate::support::plan::plan;

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

#[tokio::test]
async fn what_lists_read_has_its_index() {
    let (db, _guard) = fresh().await;
    fill(&db).await;
    let changed = plan(&db, SINCE, &["'2030-01-01'"]).await;
    assert!(changed.contains("habilitation_by_change"), "{changed}");
    let all = plan(&db, AFTER, &["300", "26"]).await;
    assert!(all.contains("datapass_id") && !all.contains("TEMP B-TREE") && !all.contains("Sort"), "{all}");
}
