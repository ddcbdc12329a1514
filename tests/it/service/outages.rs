//! HubEE away for a while, for a day, or refusing our credentials: nothing is lost, everybody is told, once.

use chrono::Duration;
use habilis::sandbox::hubee::{FaultKind, Route, When};
use reqwest::StatusCode;

use super::scene::{
    CONFIRMATION, DELAYED, accepted, assert_open, delays, fault, mails, public_page, quiet, relaunched, status,
    subjects, tracking, wait,
};
use crate::support::house::House;

async fn down(kind: FaultKind, route: Route) -> (House, i64) {
    let house = House::open().await;
    house.hubee().script(fault(route, kind, When::Always));
    let number = accepted(&house).await;
    house.run_jobs().await;
    (house, number)
}

#[tokio::test]
async fn an_outage_is_told_once_then_the_form_opens_by_itself() {
    let (house, number) = down(FaultKind::Error500Before, Route::Any).await;
    let mut ada = house.instructeur("Ada").await;
    wait(&house, Duration::hours(4), Duration::minutes(10)).await;

    assert_eq!(status(&house, number).await, "retrying");
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("Nouvel essai prévu"), "{page}");
    assert!(page.contains("HubEE ne répond pas comme attendu (HTTP 500)"), "{page}");
    assert!(page.contains("Mise en service retardée"), "{page}");
    assert_eq!(delays(&house, number).await, 1);
    let told = tracking(&house, number).await.main();
    assert!(told.contains("la mise en service est en cours"), "{told}");
    assert_eq!(mails(&house, DELAYED).len(), 1, "{:?}", subjects(&house));
    assert!(mails(&house, CONFIRMATION).is_empty(), "{:?}", subjects(&house));
    assert_eq!(public_page(&house).await, StatusCode::NOT_FOUND);
    assert_eq!(house.anyone().get("/api/collectivites").await.text, "[]");

    house.hubee().clear_faults();
    house.later(Duration::minutes(75)).await;
    assert_open(&house, number, "back").await;
    assert_eq!(mails(&house, DELAYED).len(), 1, "{:?}", subjects(&house));
    assert_eq!(public_page(&house).await, StatusCode::OK);
    assert!(tracking(&house, number).await.main().contains("en service"));
}

#[tokio::test]
async fn after_a_day_a_person_is_asked_and_a_relaunch_opens() {
    let (house, number) = down(FaultKind::LostRequest, Route::Any).await;
    let since = house.clock.now();
    while status(&house, number).await != "parked" {
        house.later(Duration::minutes(10)).await;
        assert!(house.clock.now() - since < Duration::hours(40), "never parked");
    }
    assert!(house.clock.now() - since > Duration::hours(18), "{}", house.clock.now() - since);
    assert_eq!(house.hubee().organisations().len(), 0);
    let calls = house.hubee().calls().len();
    house.later(Duration::days(2)).await;
    assert_eq!(house.hubee().calls().len(), calls, "parked, yet calling");

    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    assert!(page.main().contains("Arrêtée"), "{}", page.main());
    assert!(page.main().contains("HubEE ne répond pas comme attendu"), "{}", page.main());
    let told = tracking(&house, number).await.main();
    assert!(told.contains("la mise en service est en cours"), "{told}");

    house.hubee().clear_faults();
    let version = ada.version(number).await;
    let path = format!("/instruction/D{number}/mise-en-service/relancer");
    let relaunched = ada.post(&path, &[("version", &version)]).await;
    assert_eq!(relaunched.status, StatusCode::SEE_OTHER, "{}", relaunched.text);
    quiet(&house, number).await;
    assert_open(&house, number, "relaunched").await;
    assert_eq!(mails(&house, DELAYED).len(), 1, "{:?}", subjects(&house));
}

#[tokio::test]
async fn refused_credentials_lose_nothing() {
    let (house, number) = down(FaultKind::Unauthorized401, Route::Token).await;
    wait(&house, Duration::hours(3), Duration::minutes(20)).await;
    let row = house.provisioning(number).await.unwrap();
    assert_eq!(row.status, "retrying");
    assert!(row.last_error.unwrap().contains("HubEE refuse nos identifiants"));
    house.hubee().clear_faults();
    quiet(&house, number).await;
    assert_open(&house, number, "credentials mended").await;
}

#[tokio::test]
async fn a_relaunch_does_not_wait_for_the_next_try() {
    let (house, number) = down(FaultKind::Html502, Route::Any).await;
    wait(&house, Duration::hours(6), Duration::minutes(30)).await;
    house.hubee().clear_faults();
    let mut ada = house.instructeur("Ada").await;
    let version = ada.version(number).await;
    let path = format!("/instruction/D{number}/mise-en-service/relancer");
    assert_eq!(ada.post(&path, &[("version", &version)]).await.status, StatusCode::SEE_OTHER);
    house.run_jobs().await;
    assert_open(&house, number, "relaunched while a try was planned").await;
}

#[tokio::test]
async fn an_outage_after_the_form_opened_closes_nothing_and_worries_nobody() {
    let house = House::open().await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    house.hubee().script(fault(Route::Any, FaultKind::Error500Before, When::Always));
    relaunched(&house, number).await;
    assert_eq!(status(&house, number).await, "retrying");
    assert_eq!(public_page(&house).await, StatusCode::OK);
    assert!(mails(&house, DELAYED).is_empty(), "{:?}", subjects(&house));
    let told = tracking(&house, number).await.main();
    assert!(told.contains("en service"), "{told}");
    house.hubee().clear_faults();
    quiet(&house, number).await;
    assert_open(&house, number, "back").await;
}

/// HubEE says how long to wait: not sooner, and its own pace when ours is slower.
#[tokio::test]
async fn busy_it_is_given_the_time_it_asks_for() {
    let (house, number) = down(FaultKind::TooMany429, Route::PostOrganisation).await;
    house.run_jobs().await;
    let first = house.provisioning(number).await.unwrap();
    assert_eq!((first.status.as_str(), first.error_class.as_deref()), ("retrying", Some("transient")));
    // Ours would be 30 s, more or less.
    assert_eq!(first.next_attempt_at, Some(house.clock.now() + Duration::seconds(120)));
    let calls = house.hubee().calls().len();
    house.later(Duration::seconds(110)).await;
    assert_eq!(house.hubee().calls().len(), calls, "sooner than asked");
    wait(&house, Duration::hours(2), Duration::minutes(2)).await;
    let row = house.provisioning(number).await.unwrap();
    assert!(row.next_attempt_at.unwrap() - row.updated_at > Duration::minutes(10), "{row:?}");
    house.hubee().clear_faults();
    quiet(&house, number).await;
    assert_open(&house, number, "no longer busy").await;
}
