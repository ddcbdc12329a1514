//! What is past its keep is forgotten, what still waits never is, and the purge comes back by itself.

use chrono::Duration;
use habilis::accounts::log_in;
use habilis::store::inbox::{self, Delivery, Status};
use habilis::store::jobs::{self, NewJob};
use habilis::store::{Db, sessions};
use habilis::workflow;
use serde_json::json;
use uuid::Uuid;

use crate::support::house::{House, hauteluce};

async fn count(db: &Db, sql: &'static str) -> i64 {
    match db {
        Db::Sqlite { reader, .. } => sqlx::query_scalar(sql).fetch_one(reader).await,
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
    }
    .unwrap()
}

/// A delivery received now, in the given state, that no job speaks of.
async fn delivery(house: &House, status: Status) {
    let id = Uuid::now_v7();
    let delivery = Delivery {
        id,
        dedup_key: id.to_string(),
        received_at: house.clock.now(),
        environment: None,
        event: None,
        model_type: None,
        model_id: None,
        fired_at: None,
        body: b"{}".to_vec(),
        status,
        note: None,
    };
    let mut tx = house.db.begin().await.unwrap();
    assert!(inbox::insert(tx.cx(), &delivery).await.unwrap());
    tx.commit().await.unwrap();
}

async fn deliveries(house: &House) -> Vec<(String, i64)> {
    inbox::counts(house.db.read().await.unwrap().cx()).await.unwrap()
}

const ALL: [Status; 4] = [Status::Applied, Status::Ignored, Status::Pending, Status::Quarantined];

#[tokio::test]
async fn settled_deliveries_are_forgotten_after_ninety_days_and_waiting_ones_never() {
    let house = House::open().await;
    workflow::schedule(&house.service).await.unwrap();
    for status in ALL {
        delivery(&house, status).await;
    }
    house.later(Duration::days(89)).await;
    assert_eq!(deliveries(&house).await, ALL.map(|status| (status.name().to_owned(), 1)), "before the keep");
    delivery(&house, Status::Applied).await;
    house.later(Duration::days(2)).await;
    let pending = (Status::Pending.name().to_owned(), 1);
    assert_eq!(
        deliveries(&house).await,
        [(Status::Applied.name().to_owned(), 1), pending.clone()],
        "the recent one stays"
    );
    for _ in 0..4 {
        house.later(Duration::days(91)).await;
    }
    assert_eq!(deliveries(&house).await, [pending], "never what still waits");
}

#[tokio::test]
async fn a_request_outlives_its_deliveries() {
    let house = House::open().await;
    workflow::schedule(&house.service).await.unwrap();
    let number = house.submitted(hauteluce()).await;
    assert!(!deliveries(&house).await.is_empty());
    house.later(Duration::days(91)).await;
    assert_eq!(deliveries(&house).await, []);
    assert_eq!(house.habilitation(number).await.datapass_id, number);
    assert!(count(&house.db, "select count(*) from event").await > 0, "history is no delivery");
}

#[tokio::test]
async fn finished_jobs_go_and_parked_or_waiting_ones_stay() {
    let house = House::with(&[("DATAPASS_CLIENT_ID", ""), ("DATAPASS_CLIENT_SECRET", "")]).await;
    let later = house.clock.now() + Duration::days(400);
    for (kind, run_at) in [("unheard of", house.clock.now()), ("intake", later)] {
        let job = NewJob { kind, payload: json!({ "inbox": Uuid::now_v7() }), unique_key: None, run_at };
        let mut tx = house.db.begin().await.unwrap();
        jobs::enqueue(tx.cx(), &job, house.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }
    workflow::schedule(&house.service).await.unwrap();
    house.submitted(hauteluce()).await;
    assert!(count(&house.db, "select count(*) from job where state = 'done'").await > 0);
    house.later(Duration::days(31)).await;
    // What comes back each day was done again since.
    let done = "select count(*) from job where state = 'done' and finished_at < '2026-09-09'";
    assert_eq!(count(&house.db, done).await, 0);
    assert_eq!(count(&house.db, "select count(*) from job where state = 'parked'").await, 1, "a person is needed");
    assert_eq!(count(&house.db, "select count(*) from job where state = 'queued' and kind = 'intake'").await, 1);
}

#[tokio::test]
async fn ended_sessions_and_old_counts_of_failures_go() {
    let house = House::open().await;
    workflow::schedule(&house.service).await.unwrap();
    for (key, days) in [("finie", 1), ("en cours", 365)] {
        let until = house.clock.now() + Duration::days(days);
        sessions::insert(&house.db, key, &json!({}), until).await.unwrap();
    }
    let ip = "192.0.2.7".parse().unwrap();
    assert!(log_in(&house.db, &house.clock, "personne@habilis.test", "pas le bon", ip).await.is_err());
    assert!(count(&house.db, "select count(*) from login_attempt").await > 0);
    house.later(Duration::days(91)).await;
    assert_eq!(count(&house.db, "select count(*) from session").await, 1);
    assert_eq!(count(&house.db, "select count(*) from session where key = 'en cours'").await, 1);
    assert_eq!(count(&house.db, "select count(*) from login_attempt").await, 0);
}

#[tokio::test]
async fn the_purge_comes_back_every_day_once() {
    let house = House::with(&[("DATAPASS_CLIENT_ID", ""), ("DATAPASS_CLIENT_SECRET", "")]).await;
    let waiting = "select count(*) from job where kind = 'purge' and state = 'queued'";
    for _ in 0..3 {
        workflow::schedule(&house.service).await.unwrap();
    }
    assert_eq!(count(&house.db, waiting).await, 1, "several processes schedule it, one waits");
    let done = "select count(*) from job where kind = 'purge' and state = 'done'";
    house.run_jobs().await;
    assert_eq!(count(&house.db, done).await, 0, "not before tomorrow");
    for day in 1..=3 {
        house.clock.advance(Duration::days(1));
        house.run_jobs().await;
        assert_eq!(count(&house.db, done).await, day, "day {day}");
        assert_eq!(count(&house.db, waiting).await, 1, "day {day}");
    }
}
