//! Everything done twice changes nothing the second time.

use reqwest::StatusCode;

use super::scene::{accept, accepted, assert_open, history, mails, published, quiet, relaunched};
use crate::support::house::House;

#[tokio::test]
async fn relaunching_an_open_service_changes_nothing() {
    let house = House::open().await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    let (before, opened_at) = (house.hubee().subscriptions(), house.provisioning(number).await.unwrap().opened_at);
    relaunched(&house, number).await;
    assert_open(&house, number, "relaunched").await;
    assert_eq!(house.hubee().subscriptions(), before);
    assert_eq!(house.provisioning(number).await.unwrap().opened_at, opened_at);
    let opened = history(&house, number).await.iter().filter(|e| e.name() == "service_opened").count();
    assert_eq!(opened, 1);
}

#[tokio::test]
async fn the_same_webhook_again_changes_nothing() {
    let house = House::open().await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    let deliveries = house.datapass().deliveries();
    for delivery in deliveries {
        house.datapass().replay(delivery.id, true).unwrap();
    }
    house.deliver().await;
    quiet(&house, number).await;
    assert_open(&house, number, "replayed").await;
    let page = house.anyone().get("/collectivites/21730132400018").await;
    assert_eq!(page.status, StatusCode::OK);
}

/// Modifications accepted are published and confirmed, on the subscription that is there.
#[tokio::test]
async fn a_reopening_accepted_is_confirmed_on_the_same_subscription() {
    let house = House::open().await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    let before = house.hubee().subscriptions();
    for gesture in [habilis::sandbox::datapass::Datapass::reopen, habilis::sandbox::datapass::Datapass::submit] {
        house.later(chrono::Duration::hours(1)).await;
        gesture(house.datapass(), number).unwrap();
        house.deliver().await;
    }
    assert_eq!(published(&house).await, 1, "open while it is looked at");
    accept(&house, number).await;
    quiet(&house, number).await;
    assert_eq!(house.hubee().subscriptions(), before);
    assert_eq!(published(&house).await, 1);
    let opened = history(&house, number).await.iter().filter(|e| e.name() == "service_opened").count();
    assert_eq!(opened, 2);
    assert_eq!(mails(&house, "en service").len(), 2, "{:?}", super::scene::subjects(&house));
}
