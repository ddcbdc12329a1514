//! Whoever can write in the database changes, moves or removes lines: the audit says which.

use habilis::domain::chain::Fault;
use habilis::store::Db;

use super::{audited, busy_story, execute, unguard};
use crate::support::house::{House, commune};

/// A house with a busy request and a quiet one, unguarded, and a copy of its histories.
async fn exposed() -> (House, i64, i64) {
    let house = House::open().await;
    let busy = busy_story(&house).await;
    let quiet = house.submitted(commune("Allevard", "21380006200013", "38006", "38580")).await;
    unguard(&house.db).await;
    for table in ["event", "chain_head"] {
        execute(&house.db, &format!("create table {table}_copy as select * from {table}")).await.unwrap();
    }
    (house, busy, quiet)
}

async fn restore(db: &Db) {
    for table in ["event", "chain_head"] {
        execute(db, &format!("delete from {table}")).await.unwrap();
        execute(db, &format!("insert into {table} select * from {table}_copy")).await.unwrap();
    }
}

/// What the audit says once `sql` ran; then all is as before.
async fn said_of(house: &House, sql: &str) -> Vec<(String, Option<i64>, Fault)> {
    assert!(execute(&house.db, sql).await.unwrap() > 0, "{sql}: touches nothing");
    let audit = audited(house).await;
    assert_eq!(audit.broken, audit.breaks.len() as u64);
    restore(&house.db).await;
    assert_eq!(audited(house).await.broken, 0, "restored");
    audit.breaks.into_iter().map(|found| (found.request, found.line, found.fault)).collect()
}

fn of(number: i64) -> String {
    format!("(select id from habilitation where datapass_id = {number})")
}

#[tokio::test]
async fn each_column_counts() {
    let (house, busy, quiet) = exposed().await;
    let id = if matches!(house.db, Db::Postgres(_)) { "gen_random_uuid()" } else { "randomblob(16)" };
    let request = format!("D{busy}");
    for set in [
        format!("id = {id}"),
        "at = '2020-01-01T00:00:00+00:00'".into(),
        r#"actor = '{"kind":"habilis"}'"#.into(),
        "kind = 'archived'".into(),
        r#"detail = '{"kind":"archived"}'"#.into(),
        "previous_hash = 'x'".into(),
        "previous_hash = null".into(),
        "hash = 'x'".into(),
    ] {
        let sql = format!("update event set {set} where seq = 3 and habilitation_id = {}", of(busy));
        assert_eq!(said_of(&house, &sql).await, [(request.clone(), Some(3), Fault::Altered)], "{set}");
    }
    let erased = format!("update event set hash = null where seq = 3 and habilitation_id = {}", of(busy));
    assert_eq!(said_of(&house, &erased).await, [(request.clone(), Some(3), Fault::Unsealed)]);
    let moved = format!("update event set seq = 1000 where seq = 3 and habilitation_id = {}", of(busy));
    let said = said_of(&house, &moved).await;
    assert!(said.contains(&(request.clone(), Some(3), Fault::Missing)), "{said:?}");
    assert!(said.contains(&(request.clone(), Some(1000), Fault::Altered)), "{said:?}");
    let given = format!(
        "update event set habilitation_id = {}, seq = 90 where seq = 3 and habilitation_id = {}",
        of(quiet),
        of(busy)
    );
    let said = said_of(&house, &given).await;
    assert!(said.contains(&(request, Some(3), Fault::Missing)), "{said:?}");
    assert!(said.contains(&(format!("D{quiet}"), Some(90), Fault::Altered)), "{said:?}");
}

#[tokio::test]
async fn removed_and_reordered_lines_are_found() {
    let (house, busy, quiet) = exposed().await;
    let (request, his) = (format!("D{busy}"), format!("habilitation_id = {}", of(busy)));
    let last = super::number(&house.db, &format!("select max(seq) from event where {his}")).await;
    for (sql, line, fault) in [
        (format!("delete from event where seq = 4 and {his}"), Some(4), Fault::Missing),
        (format!("delete from event where seq = 1 and {his}"), Some(1), Fault::Missing),
        (format!("delete from event where seq = {last} and {his}"), Some(last), Fault::LastMissing),
        (format!("delete from event where seq > {last} - 3 and {his}"), Some(last - 2), Fault::LastMissing),
        (format!("delete from event where {his}"), None, Fault::HistoryMissing),
        (format!("delete from chain_head where {his}"), None, Fault::HeadMissing),
        (format!("update chain_head set seq = seq - 1 where {his}"), Some(last), Fault::HeadDiffers),
        (format!("update chain_head set hash = 'x' where {his}"), Some(last), Fault::HeadDiffers),
        (format!("update chain_head set hash = null where {his}"), Some(last), Fault::HeadDiffers),
    ] {
        assert_eq!(said_of(&house, &sql).await, [(request.clone(), line, fault)], "{sql}");
    }
    let swapped = format!("update event set seq = 7 - seq + 1000 where seq in (3, 4) and {his}");
    execute(&house.db, &swapped).await.unwrap();
    let said = said_of(&house, &format!("update event set seq = seq - 1000 where seq > 1000 and {his}")).await;
    assert_eq!(said, [3, 4].map(|line| (request.clone(), Some(line), Fault::Altered)));

    execute(&house.db, &format!("delete from chain_head where habilitation_id = {}", of(quiet))).await.unwrap();
    let whole = format!("delete from event where habilitation_id = {}", of(quiet));
    assert_eq!(said_of(&house, &whole).await, [(format!("D{quiet}"), None, Fault::HistoryMissing)]);
}

#[tokio::test]
async fn a_line_rewritten_with_the_fingerprint_of_another_is_found() {
    let (house, busy, _) = exposed().await;
    let his = format!("habilitation_id = {}", of(busy));
    // Line 3 becomes line 2 in all but its rank.
    let columns = ["at", "actor", "kind", "detail", "previous_hash", "hash"];
    let set: Vec<String> = columns
        .iter()
        .map(|column| format!("{column} = (select {column} from event_copy where seq = 2 and {his})"))
        .collect();
    let sql = format!("update event set {} where seq = 3 and {his}", set.join(", "));
    assert_eq!(said_of(&house, &sql).await, [(format!("D{busy}"), Some(3), Fault::Altered)]);
}
