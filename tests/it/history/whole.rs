//! Chains stay whole whatever happens to a request, and guarded.

use habilis::domain::{Actor, Event};
use habilis::store::events;

use super::{audited, busy_story, execute, number, unguard};
use crate::support::house::{House, commune, hauteluce};

#[tokio::test]
async fn a_busy_story_leaves_a_whole_chain() {
    let house = House::open().await;
    busy_story(&house).await;
    house.submitted(commune("Allevard", "21380006200013", "38006", "38580")).await;
    let audit = audited(&house).await;
    assert_eq!((audit.requests, audit.broken, audit.unsealed), (2, 0, 0), "{audit:?}");
    assert!(audit.lines >= 12, "{audit:?}");
    assert_eq!(number(&house.db, "select count(*) from event where hash is null").await, 0);
    let first = "select count(*) from event where previous_hash is null";
    assert_eq!(number(&house.db, first).await, 2, "one beginning per request");
    let follows = "select count(*) from event e join event p on p.habilitation_id = e.habilitation_id \
                   and p.seq = e.seq - 1 where p.hash = e.previous_hash";
    assert_eq!(number(&house.db, follows).await as u64, audit.lines - 2);
}

#[tokio::test]
async fn lines_are_neither_rewritten_nor_removed() {
    let house = House::open().await;
    house.submitted(hauteluce()).await;
    let before = audited(&house).await;
    for sql in [
        "update event set kind = 'saved'",
        "update event set hash = hash where seq = 1",
        "delete from event",
        "delete from event where seq = 1",
        "delete from chain_head",
    ] {
        let refused = execute(&house.db, sql).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    assert!(execute(&house.db, "delete from habilitation").await.is_err(), "a history points at it");
    assert_eq!(audited(&house).await, before);
}

#[tokio::test]
async fn lines_added_at_once_follow_one_another() {
    let house = House::open().await;
    let ids = [
        house.submitted(hauteluce()).await,
        house.submitted(commune("Allevard", "21380006200013", "38006", "38580")).await,
    ];
    let before = audited(&house).await.lines;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let (db, now) = (house.db.clone(), house.clock.now());
        let id = house.habilitation(ids[writer % 2]).await.id;
        writers.spawn(async move {
            for round in 0..6 {
                let mut tx = db.begin().await.unwrap();
                for _ in 0..2 {
                    events::append(tx.cx(), id, now, &Actor::Habilis, &Event::Saved).await.unwrap();
                    tokio::task::yield_now().await;
                }
                // What is given up leaves no hole.
                if round == 3 { tx.rollback().await.unwrap() } else { tx.commit().await.unwrap() }
            }
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
    }
    let audit = audited(&house).await;
    assert_eq!((audit.broken, audit.lines), (0, before + 8 * 5 * 2), "{audit:?}");
}

#[tokio::test]
async fn lines_from_before_the_chain_are_counted_and_the_next_ones_chained() {
    let house = House::open().await;
    let id = house.submitted(hauteluce()).await;
    let lines = audited(&house).await.lines;
    unguard(&house.db).await;
    // As the migration leaves them; a submission said nothing of what it changed.
    for sql in [
        "update event set previous_hash = null, hash = null",
        "update chain_head set unsealed = seq, hash = null",
        r#"update event set detail = '{"kind":"submitted","again":false,"reopening":false}' where kind = 'submitted'"#,
    ] {
        execute(&house.db, sql).await.unwrap();
    }
    let audit = audited(&house).await;
    assert_eq!((audit.broken, audit.unsealed, audit.lines), (0, lines, lines), "{audit:?}");
    let mut ada = house.instructeur("Ada").await;
    assert!(ada.get(&format!("/instruction/D{id}")).await.main().contains("Demande soumise"));
    assert!(ada.accepts(id).await.status.is_redirection());
    house.run_jobs().await;
    let audit = audited(&house).await;
    assert!(audit.lines > lines, "{audit:?}");
    assert_eq!((audit.broken, audit.unsealed), (0, lines), "{audit:?}");
    execute(&house.db, "delete from event where seq = 1").await.unwrap();
    assert_eq!(audited(&house).await.broken, 1, "even where nothing proves the content");
}
