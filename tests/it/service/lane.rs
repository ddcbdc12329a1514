//! Two requests of one body at the same moment: one works in HubEE, the other waits for it.

use std::sync::Arc;

use chrono::Duration;
use habilis::sandbox::hubee::Point;
use habilis::workflow;

use super::scene::{accept, status};
use crate::support::house::{House, hauteluce};

#[tokio::test]
async fn the_other_one_waits() {
    one_request_at_a_time_works_on_a_siret().await;
}

pub async fn one_request_at_a_time_works_on_a_siret() {
    let house = House::open().await;
    let (first, second) = (house.submitted(hauteluce()).await, house.submitted(hauteluce()).await);
    accept(&house, first).await;
    // Blocked by the first, which an instructeur knows of.
    house.verified_by_hand(second).await;
    // At its second call, the first request stands in the middle of its work.
    house.hubee().pause_at(2, Point::BeforeEffect);
    let service = Arc::clone(&house.service);
    let working = tokio::spawn(async move { workflow::drain(&service).await.unwrap() });
    house.hubee().paused().await;
    accept(&house, second).await;
    let calls = house.hubee().calls().len();
    house.run_jobs().await;
    assert_eq!(house.hubee().calls().len(), calls, "both at work on one SIRET");
    assert_eq!(status(&house, second).await, "running");
    house.hubee().release();
    working.await.unwrap();
    assert_eq!(status(&house, first).await, "open");
    house.later(Duration::seconds(31)).await;
    // Its turn: it finds what the first one made.
    assert_eq!(status(&house, second).await, "held");
    assert_eq!((house.hubee().organisations().len(), house.hubee().subscriptions().len()), (1, 1));
}
