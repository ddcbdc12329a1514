//! HubEE refuses our credentials: nothing is lost, nobody insists, operators are told once, everything goes on by itself.

use chrono::Duration;
use habilis::accounts::Role;
use habilis::sandbox::hubee::{FaultKind, Route, When};

use super::scene::{accepted, accepted_as, fault, mails, status, wait};
use crate::support::house::{House, commune};

const REFUSED: &str = "hubee refuse nos identifiants";

#[tokio::test]
async fn every_request_waits_and_operators_are_told_once() {
    let house = House::open().await;
    house.logged_in("Olga", Role::Operateur).await;
    house.logged_in("Claire", Role::Responsable).await;
    house.instructeur("Ada").await;
    house.hubee().script(fault(Route::Token, FaultKind::Unauthorized401, When::Always));
    let first = accepted(&house).await;
    let second = accepted_as(&house, commune("Lyon", "21690123100011", "69123", "69001")).await;
    house.run_jobs().await;
    wait(&house, Duration::hours(30), Duration::minutes(15)).await;

    for number in [first, second] {
        let row = house.provisioning(number).await.unwrap();
        assert_eq!((row.status.as_str(), row.error_class.as_deref()), ("retrying", Some("credentials")), "{row:?}");
        assert_eq!((row.attempts, row.failing_since), (0, None), "waiting is counted as failing");
    }
    let told = mails(&house, REFUSED);
    assert_eq!(told.len(), 2, "{told:?}");
    // Far from a try per request and per minute.
    let tokens = house.hubee().calls().iter().filter(|call| call.route == Some(Route::Token)).count();
    assert!((10..=260).contains(&tokens), "{tokens} tries in thirty hours");

    house.hubee().clear_faults();
    wait(&house, Duration::minutes(30), Duration::minutes(5)).await;
    assert_eq!((status(&house, first).await.as_str(), status(&house, second).await.as_str()), ("open", "open"));
    assert_eq!(mails(&house, REFUSED).len(), 2);
}

#[tokio::test]
async fn a_scope_that_shrank_stops_and_is_told() {
    let house = House::open().await;
    house.logged_in("Olga", Role::Operateur).await;
    house.hubee().script(fault(Route::PostOrganisation, FaultKind::Forbidden403, When::Always));
    let number = accepted(&house).await;
    house.run_jobs().await;
    let row = house.provisioning(number).await.unwrap();
    assert_eq!((row.status.as_str(), row.error_class.as_deref()), ("parked", Some("rights")));
    assert_eq!(mails(&house, "hubee ne permet plus un geste").len(), 1);
}

/// A right that the scope promises is lost: mises en service wait for collectivités, and operators hear why.
#[tokio::test]
async fn a_right_lost_without_stopping_anything_is_told_too() {
    let house = House::open().await;
    house.logged_in("Olga", Role::Operateur).await;
    house.hubee().script(fault(Route::PutSubscription, FaultKind::Forbidden403, When::Always));
    let number = accepted(&house).await;
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "awaiting_activation");
    assert_eq!(mails(&house, "hubee ne permet plus un geste").len(), 1);
    wait(&house, Duration::hours(5), Duration::hours(1)).await;
    assert_eq!(mails(&house, "hubee ne permet plus un geste").len(), 1, "once a day");
    let page = house.instructeur("Ada").await.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("HubEE refuse à nos identifiants de : modifier un abonnement"), "{page}");
}

/// Organisations that our scope may not look for are made all the same, once: HubEE says when they are there.
#[tokio::test]
async fn an_organisation_that_can_not_be_looked_for_is_made_once() {
    let house = House::open().await;
    house.hubee().script(fault(Route::GetOrganisation, FaultKind::Forbidden403, When::Always));
    house.hubee().script(fault(Route::PostOrganisation, FaultKind::LostAnswer, When::Nth(1)));
    let number = accepted(&house).await;
    wait(&house, Duration::minutes(10), Duration::minutes(1)).await;
    assert_eq!(status(&house, number).await, "open");
    assert_eq!(house.hubee().organisations().len(), 1);
}
