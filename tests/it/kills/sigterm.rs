//! SIGTERM: the run in hand is finished, or given back when it takes too long; the process ends well either way.

use std::time::Duration;

use habilis::sandbox::hubee::Point;
use habilis::store::jobs;

use super::process::{Process, held, opened};
use crate::service::scene::{accepted, assert_one_of_each};
use crate::support::house::House;

#[tokio::test]
async fn a_run_in_hand_is_finished() {
    let house = House::on_real_time().await;
    house.hubee().pause_at(7, Point::BeforeEffect);
    let number = accepted(&house).await;
    let mut process = Process::start(&house, "serve");
    held(&house, "the creation").await;
    process.terminate();
    tokio::time::sleep(Duration::from_millis(300)).await;
    house.hubee().release();
    let status = process.ended(Duration::from_secs(9)).await;
    assert!(status.success(), "{status}");
    assert_eq!(house.provisioning(number).await.unwrap().status, "open", "left half-way");
    let _next = Process::start(&house, "serve");
    opened(&house, number, "the next process sends the mail").await;
    assert_one_of_each(&house, number, "finished").await;
}

#[tokio::test]
async fn a_run_that_takes_too_long_is_given_back() {
    let house = House::on_real_time().await;
    house.hubee().pause_at(7, Point::AfterEffect);
    let number = accepted(&house).await;
    let mut process = Process::start(&house, "work");
    held(&house, "the creation").await;
    process.terminate();
    let status = process.ended(Duration::from_secs(16)).await;
    assert!(status.success(), "{status}");
    let due = jobs::next_due(house.db.read().await.unwrap().cx()).await.unwrap();
    assert!(due.is_some_and(|at| at <= house.clock.now()), "not given back: {due:?}");
    house.hubee().release();
    let _next = Process::start(&house, "work");
    opened(&house, number, "the next process takes it").await;
    assert_one_of_each(&house, number, "given back").await;
}
