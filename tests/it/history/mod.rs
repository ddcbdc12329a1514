//! The history of a request: what it shows, what it refuses, and how what was done to it behind our back is found.

mod changes;
mod doctor;
mod operation;
mod tampering;
mod whole;

use habilis::sandbox::datapass::Filing;
use habilis::store::Db;
use habilis::store::audit::{Audit, audit};
use sqlx::AssertSqlSafe;

use crate::support::browser::Browser;
use crate::support::house::{House, hauteluce};

/// Whatever an administrator of the database may type.
pub async fn execute(db: &Db, sql: &str) -> sqlx::Result<u64> {
    let sql = AssertSqlSafe(sql.to_owned());
    match db {
        Db::Sqlite { writer, .. } => sqlx::query(sql).execute(writer).await.map(|done| done.rows_affected()),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|done| done.rows_affected()),
    }
}

pub async fn number(db: &Db, sql: &str) -> i64 {
    let sql = AssertSqlSafe(sql.to_owned());
    match db {
        Db::Sqlite { writer, .. } => sqlx::query_scalar(sql).fetch_one(writer).await,
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
    }
    .unwrap()
}

/// Takes the guards away, as whoever means harm would.
pub async fn unguard(db: &Db) {
    for (trigger, table) in [
        ("event_is_never_rewritten", "event"),
        ("event_is_never_removed", "event"),
        ("chain_head_is_never_removed", "chain_head"),
    ] {
        let on = if matches!(db, Db::Postgres(_)) { format!(" on {table}") } else { String::new() };
        execute(db, &format!("drop trigger {trigger}{on}")).await.unwrap();
    }
}

pub async fn audited(house: &House) -> Audit {
    audit(&house.db).await.unwrap()
}

/// What the demandeur of Hauteluce changes when asked to.
pub fn completed() -> Filing {
    let mut filing = hauteluce();
    filing.dpd.email = "dpd@cdg73.fr".into();
    filing.url = Some("https://www.hauteluce.fr/deliberation-2026-12.pdf".into());
    filing
}

/// Time passes between two gestures in DataPass: its instants have one-second resolution.
pub async fn in_datapass<R: std::fmt::Debug>(house: &House, gesture: impl FnOnce() -> R) {
    house.clock.advance(chrono::Duration::minutes(7));
    gesture();
    house.deliver().await;
}

/// Submitted, changes asked here and in DataPass, completed, submitted again. Answers its number.
pub async fn completed_request(house: &House, ada: &mut Browser) -> i64 {
    let number = house.submitted(hauteluce()).await;
    let asked = ada.decides(number, "modifications", "Il manque le lien vers la délibération.").await;
    assert!(asked.status.is_redirection(), "{}", asked.main());
    house.run_jobs().await;
    in_datapass(house, || house.datapass().request_changes(number).unwrap()).await;
    in_datapass(house, || house.datapass().update(number, &completed()).unwrap()).await;
    in_datapass(house, || house.datapass().submit(number).unwrap()).await;
    number
}

/// The same, then accepted here and in DataPass, put in service, revoked.
pub async fn busy_story(house: &House) -> i64 {
    let mut ada = house.instructeur("Ada").await;
    let number = completed_request(house, &mut ada).await;
    let accepted = ada.accepts(number).await;
    assert!(accepted.status.is_redirection(), "{}", accepted.main());
    house.run_jobs().await;
    in_datapass(house, || house.datapass().approve(number).unwrap()).await;
    in_datapass(house, || house.datapass().revoke(number).unwrap()).await;
    number
}
