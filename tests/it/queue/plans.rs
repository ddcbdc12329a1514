//! Each list is read by its index and stops at its page: what the engines say they do.

use habilis::store::Db;
use habilis::store::accounts::AccountRow;
use habilis::store::queue::{Part, page_sql};
use sqlx::AssertSqlSafe;

use super::scene::{TODAY, at, day, submitted};
use crate::support::database::fresh;

const PARTS: [(&str, &str); 6] = [
    ("submitted", "habilitation_owed"),
    ("late", "habilitation_owed"),
    ("waiting", "habilitation_waiting"),
    ("to_open", "habilitation_to_open"),
    ("open", "habilitation_open"),
    ("done", "habilitation_done"),
];

fn part(name: &str) -> Part {
    match name {
        "submitted" => Part::Submitted,
        "late" => Part::Late(day(TODAY)),
        "waiting" => Part::ChangesRequested,
        "to_open" => Part::ToOpen,
        "open" => Part::Open,
        "done" => Part::Done,
        _ => Part::All,
    }
}

/// Enough requests of every kind for a planner to care.
async fn fill(db: &Db) {
    let account = AccountRow {
        id: uuid::Uuid::nil(),
        email: "ada@habilis.test".into(),
        name: "Ada".into(),
        role: "instructeur".into(),
        password_hash: String::new(),
        disabled_at: None,
    };
    assert!(habilis::store::accounts::insert(db, &account, at()).await.unwrap());
    let mut tx = db.begin().await.unwrap();
    for number in 1..=3_000 {
        let one = submitted(number, "2026-09-10");
        assert!(habilis::store::habilitations::insert(tx.cx(), &one, at()).await.unwrap());
    }
    tx.commit().await.unwrap();
    let states = "update habilitation set state = case datapass_id % 10 when 0 then 'submitted' \
         when 1 then 'changes_requested' when 2 then 'refused' when 3 then 'archived' else 'accepted' end, \
         provisioning_status = case when datapass_id % 10 > 4 then 'open' else 'held' end, \
         assignee_id = case when datapass_id % 100 = 0 then (select id from account) end";
    match db {
        Db::Sqlite { writer, .. } => {
            sqlx::query(states).execute(writer).await.unwrap();
        }
        Db::Postgres(pool) => {
            sqlx::query(states).execute(pool).await.unwrap();
            sqlx::query("analyze habilitation").execute(pool).await.unwrap();
        }
    }
}

/// What the engine would do.
async fn plan(db: &Db, part: Part, backwards: bool, mine: bool) -> String {
    let sql = page_sql(part, backwards, mine);
    assert!(!sql.to_lowercase().contains("offset"));
    match db {
        Db::Sqlite { reader, .. } => {
            let rows: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(AssertSqlSafe(format!("explain query plan {sql}"))).fetch_all(reader).await.unwrap();
            rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n")
        }
        Db::Postgres(pool) => {
            let mut connection = pool.acquire().await.unwrap();
            // Three thousand rows are read faster whole: ask for what it does when they are many.
            sqlx::query("set enable_seqscan = off").execute(&mut *connection).await.unwrap();
            sqlx::query("set enable_bitmapscan = off").execute(&mut *connection).await.unwrap();
            let account = format!("'{}'::uuid", uuid::Uuid::nil());
            let (due, today) = ("'2026-09-10'::date".to_owned(), format!("'{TODAY}'::date"));
            let mut values = vec!["300".to_owned(), "26".to_owned()];
            if part.by_deadline() {
                values.push(due);
            }
            if matches!(part, Part::Late(_)) {
                values.push(today);
            }
            values.push(account);
            let literal =
                values.iter().enumerate().fold(sql, |sql, (at, value)| sql.replace(&format!("${}", at + 1), value));
            let rows: Vec<(String,)> =
                sqlx::query_as(AssertSqlSafe(format!("explain {literal}"))).fetch_all(&mut *connection).await.unwrap();
            rows.into_iter().map(|row| row.0).collect::<Vec<_>>().join("\n")
        }
    }
}

#[tokio::test]
async fn each_list_has_its_index() {
    let (db, _guard) = fresh().await;
    fill(&db).await;
    for (name, index) in PARTS {
        for backwards in [false, true] {
            let plan = plan(&db, part(name), backwards, false).await;
            assert!(plan.contains(index), "{name} {backwards}: {plan}");
            assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "{name} {backwards}: {plan}");
        }
    }
    for backwards in [false, true] {
        let all = plan(&db, Part::All, backwards, false).await;
        assert!(!all.contains("TEMP B-TREE") && !all.contains("Sort"), "{all}");
        for part in [Part::Submitted, Part::Late(day(TODAY))] {
            let mine = plan(&db, part, backwards, true).await;
            assert!(mine.contains("habilitation_owed_by"), "{mine}");
            assert!(!mine.contains("TEMP B-TREE") && !mine.contains("Sort"), "{mine}");
        }
    }
}
