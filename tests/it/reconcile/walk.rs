//! The walk through the list: pages that move, requests of the past, one walk at a time.

use chrono::Duration;
use habilis::store::jobs::{self, NewJob};
use habilis::workflow::{self, NotReconciled};
use uuid::Uuid;

use super::nothing;
use crate::support::house::{House, hauteluce};

#[tokio::test]
async fn pages_that_move_lose_nobody() {
    let house = House::open().await;
    let datapass = house.datapass().clone();
    let start = house.clock.now();
    let numbers: Vec<i64> = datapass.batch(|| {
        (0..250)
            .map(|n| {
                let at = start - Duration::hours(20) + Duration::minutes(n);
                let number = datapass.create_at(hauteluce(), at);
                datapass.submit_at(number, at).unwrap();
                number
            })
            .collect()
    });
    // Requests arrive at the head while the pages are read.
    let growing = async {
        for _ in 0..8 {
            tokio::time::sleep(std::time::Duration::from_millis(40)).await;
            datapass.create(hauteluce());
        }
    };
    let (outcome, ()) = tokio::join!(workflow::reconcile(&house.service), growing);
    let found = outcome.unwrap();
    assert_eq!((found.requests, found.gestures), (250, 250), "{found:?}");
    for number in numbers {
        assert_eq!(house.habilitation(number).await.datapass_id, number);
    }
    house.wait();
    let later = workflow::reconcile(&house.service).await.unwrap();
    assert_eq!((later.read, later.requests), (258, 8), "drafts are known to be there: {later:?}");
    assert_eq!(workflow::reconcile(&house.service).await.unwrap(), nothing(258));
}

#[tokio::test]
async fn the_past_is_left_alone() {
    let house = House::open().await;
    let long_ago = house.clock.now() - Duration::days(40);
    let number = house.datapass().create_at(hauteluce(), long_ago);
    house.datapass().submit_at(number, long_ago).unwrap();
    house.datapass().approve_at(number, long_ago).unwrap();
    let seen = house.reconcile().await;
    assert_eq!((seen.past, seen.gestures), (1, 0));
    assert!(house.mails().is_empty() && house.hubee().organisations().is_empty());
}

#[tokio::test]
async fn the_recurring_job_comes_back() {
    let house = House::open().await;
    workflow::schedule(&house.service).await.unwrap();
    workflow::schedule(&house.service).await.unwrap();
    let number = house.datapass().create(hauteluce());
    house.datapass().submit(number).unwrap();
    house.later(Duration::minutes(10)).await;
    assert_eq!(house.lines(number).await, ["submitted", "recovered"]);
    house.datapass().request_changes(number).unwrap();
    house.later(Duration::minutes(9)).await;
    assert_eq!(house.lines(number).await.len(), 2);
    house.later(Duration::minutes(1)).await;
    assert_eq!(house.lines(number).await.len(), 4);
}

#[tokio::test]
async fn one_walk_at_a_time() {
    let house = House::open().await;
    let now = house.clock.now();
    let job =
        NewJob { kind: "reconcile", payload: serde_json::json!({}), unique_key: Some("reconcile".into()), run_at: now };
    let mut tx = house.db.begin().await.unwrap();
    jobs::enqueue(tx.cx(), &job, now).await.unwrap();
    tx.commit().await.unwrap();
    let until = now + Duration::minutes(1);
    let elsewhere = jobs::claim(&house.db, Uuid::now_v7(), now, until).await.unwrap().expect("another process has it");
    assert!(matches!(workflow::reconcile(&house.service).await, Err(NotReconciled::Busy)));
    assert_eq!(house.run_jobs().await, 0);
    jobs::finish(&house.db, &elsewhere, &jobs::Ending::Done, now).await.unwrap();
    assert_eq!(workflow::reconcile(&house.service).await.unwrap(), nothing(0));
}

#[tokio::test]
async fn two_walks_at_once_would_still_find_each_gesture_once() {
    let house = House::open().await;
    let number = house.datapass().create(hauteluce());
    house.datapass().submit(number).unwrap();
    house.datapass().approve(number).unwrap();
    house.wait();
    // The webhooks and the walk, at the same time.
    let service = &house.service;
    let webhooks = async {
        house.datapass().deliver_pending().await;
        workflow::drain(service).await.unwrap();
    };
    let (outcome, ()) = tokio::join!(workflow::reconcile(service), webhooks);
    outcome.unwrap();
    house.run_jobs().await;
    house.wait();
    assert_eq!(house.reconcile().await, nothing(1));
    let lines = house.lines(number).await;
    for kind in ["submitted", "accepted"] {
        assert_eq!(lines.iter().filter(|line| **line == kind).count(), 1, "{lines:?}");
    }
    assert_eq!((house.hubee().subscriptions().len(), house.mails().len()), (1, 2), "{:?}", house.subjects());
}
