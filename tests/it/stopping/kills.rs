//! kill -9 at each call of a suspension, before and after its effect; then another process ends the work.

use std::time::Duration;

use habilis::sandbox::hubee::{Point, Route};

use super::scene::{calls, opened, revoke, subscription, suspension};
use crate::kills::process::{Process, held, within};
use crate::service::scene::mails;
use crate::support::house::House;

async fn killed_at(call: usize, point: Point) {
    let told = format!("killed at call {call}, {point:?}");
    let house = House::on_real_time().await;
    let number = opened(&house).await;
    house.hubee().clear_calls();
    house.hubee().pause_at(call, point);
    revoke(&house, number).await;
    let process = Process::start(&house, "work");
    held(&house, &told).await;
    process.kill();
    house.hubee().release();
    let _process = Process::start(&house, "work");
    within(Duration::from_secs(20), &told, async || !mails(&house, "est suspendu").is_empty()).await;
    assert_eq!(suspension(&house, number).await.status, "suspended", "{told}");
    assert_eq!(subscription(&house).status, "Suspendu", "{told}");
    assert!(calls(&house, Route::PutSubscription) <= 2, "{told}");
}

/// A token, the read, the write, the read-back.
#[tokio::test]
async fn before_each_call() {
    for call in 2..=4 {
        killed_at(call, Point::BeforeEffect).await;
    }
}

#[tokio::test]
async fn after_each_call() {
    for call in 2..=4 {
        killed_at(call, Point::AfterEffect).await;
    }
}
