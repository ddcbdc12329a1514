//! Accepted again after a revocation: the same abonnement, never a second one.

use habilis::sandbox::hubee::{FaultKind, Route, When};
use reqwest::StatusCode;

use super::scene::{calls, opened_there, revoke, subscription, suspension};
use crate::service::existing::adopt;
use crate::service::scene::{accepted, fault, public_page, quiet, status, wait};
use crate::support::house::House;
use chrono::Duration;

/// Revoked one habilitation alone: DataPass lets the request be changed and approved again.
async fn revoked(house: &House) -> i64 {
    let number = opened_there(house).await;
    let only = house.datapass().request(number).unwrap().authorizations[0].id;
    house.datapass().reopen(number).unwrap();
    house.clock.advance(Duration::minutes(1));
    house.datapass().submit(number).unwrap();
    house.clock.advance(Duration::minutes(1));
    house.datapass().revoke_one(number, only).unwrap();
    house.deliver().await;
    number
}

#[tokio::test]
async fn the_same_abonnement_serves_again() {
    let house = House::open().await;
    let number = revoked(&house).await;
    assert_eq!(subscription(&house).status, "Suspendu");
    let (id, posts) = (subscription(&house).id, calls(&house, Route::PostSubscription));
    house.clock.advance(Duration::minutes(1));
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "open");
    let found = subscription(&house);
    assert_eq!((found.id, found.status.as_str(), found.end_date_time), (id, "Actif", None));
    assert_eq!(calls(&house, Route::PostSubscription), posts, "never a second one");
    assert_eq!(public_page(&house).await, StatusCode::OK);
    assert_eq!(suspension(&house, number).await.status, "lifted");
    // The day after, nobody suspends it again.
    wait(&house, Duration::days(2), Duration::hours(6)).await;
    assert_eq!(subscription(&house).status, "Actif");
}

/// Another request asks for the same form before the day after: the abonnement is its own from then on, and that we
/// suspended it stays known.
#[tokio::test]
async fn granted_again_by_another_request_before_the_day_after() {
    let house = House::with(&[("HUBEE_ACTIVATION", "manual")]).await;
    let former = opened_there(&house).await;
    house.hubee().agent_activates(crate::service::scene::SIRET);
    house.later(Duration::hours(2)).await;
    revoke(&house, former).await;
    house.run_jobs().await;
    let before = subscription(&house);
    assert_eq!(before.status, "Suspendu");
    let number = accepted(&house).await;
    quiet(&house, number).await;
    if status(&house, number).await == "held" {
        let mut ada = house.instructeur("Ada").await;
        adopt(&house, &mut ada, number, &before).await;
    }
    assert_eq!(status(&house, number).await, "awaiting_activation");
    wait(&house, Duration::days(3), Duration::hours(6)).await;
    assert_eq!(suspension(&house, former).await.status, "lifted");
    assert_eq!(status(&house, number).await, "awaiting_activation", "nobody is asked why it is suspended");
    super::scene::in_the_portal(&house, |subscription| subscription.status = "Actif".into());
    house.later(Duration::hours(2)).await;
    assert_eq!(status(&house, number).await, "open");
    assert_eq!(subscription(&house).id, before.id);
}

#[tokio::test]
async fn under_manual_activation_the_collectivite_reactivates_it() {
    let house = House::with(&[("HUBEE_ACTIVATION", "manual")]).await;
    let number = opened_there(&house).await;
    house.hubee().agent_activates(crate::service::scene::SIRET);
    house.later(Duration::hours(2)).await;
    assert_eq!(status(&house, number).await, "open");
    house.datapass().reopen(number).unwrap();
    house.clock.advance(Duration::minutes(1));
    house.datapass().submit(number).unwrap();
    house.clock.advance(Duration::minutes(1));
    let only = house.datapass().request(number).unwrap().authorizations[0].id;
    house.datapass().revoke_one(number, only).unwrap();
    house.deliver().await;
    assert_eq!(subscription(&house).status, "Suspendu");
    house.clock.advance(Duration::minutes(1));
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    assert_eq!(status(&house, number).await, "awaiting_activation");
    assert_eq!(public_page(&house).await, StatusCode::GONE);
    super::scene::in_the_portal(&house, |subscription| subscription.status = "Actif".into());
    house.later(Duration::hours(2)).await;
    assert_eq!(status(&house, number).await, "open");
}

#[tokio::test]
async fn granted_again_while_hubee_is_away_nothing_is_suspended_afterwards() {
    let house = House::open().await;
    let number = opened_there(&house).await;
    house.hubee().script(fault(Route::Any, FaultKind::Error500Before, When::Always));
    let only = house.datapass().request(number).unwrap().authorizations[0].id;
    house.datapass().reopen(number).unwrap();
    house.clock.advance(Duration::minutes(1));
    house.datapass().submit(number).unwrap();
    house.clock.advance(Duration::minutes(1));
    house.datapass().revoke_one(number, only).unwrap();
    house.deliver().await;
    assert_eq!(suspension(&house, number).await.status, "retrying");
    house.clock.advance(Duration::minutes(1));
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    house.hubee().clear_faults();
    quiet(&house, number).await;
    wait(&house, Duration::days(2), Duration::hours(6)).await;
    assert_eq!(subscription(&house).status, "Actif");
    assert_eq!(calls(&house, Route::PutSubscription), 1, "activated once, never suspended");
    assert_eq!(public_page(&house).await, StatusCode::OK);
}

#[tokio::test]
async fn revoked_granted_and_revoked_again() {
    let house = House::open().await;
    let number = revoked(&house).await;
    house.clock.advance(Duration::minutes(1));
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "open");
    house.clock.advance(Duration::minutes(1));
    revoke(&house, number).await;
    house.run_jobs().await;
    assert_eq!(subscription(&house).status, "Suspendu");
    assert_eq!(suspension(&house, number).await.status, "suspended");
}
