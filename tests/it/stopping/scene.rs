//! An open form, and what ends it.

use chrono::Duration;
use habilis::domain::{Actor, What};
use habilis::sandbox::hubee::{Route, Subscription};
use habilis::store::suspensions::{self, SuspensionRow};
use habilis::workflow;

use crate::service::scene::{accepted, accepted_there, quiet, status};
use crate::support::browser::{Browser, Page};
use crate::support::house::{House, hauteluce};

/// Open to families, and read back as active.
pub async fn opened(house: &House) -> i64 {
    let number = accepted(house).await;
    quiet(house, number).await;
    assert_eq!(status(house, number).await, "open");
    number
}

/// The same, accepted in DataPass, which can then go on with it.
pub async fn opened_there(house: &House) -> i64 {
    let number = accepted_there(house, hauteluce()).await;
    quiet(house, number).await;
    house.clock.advance(Duration::minutes(1));
    number
}

/// Revoked here; nothing ran since.
pub async fn revoke(house: &House, number: i64) {
    let read = house.habilitation(number).await;
    let by = Actor::Instructeur { id: uuid::Uuid::nil(), name: "Ada".into() };
    let what = What::Revoke { reason: Some("Usage non conforme.".into()) };
    workflow::decide(&house.service, read.id, read.version, by, what).await.unwrap();
}

/// Its suspensions, newest first.
pub async fn suspensions(house: &House, number: i64) -> Vec<SuspensionRow> {
    let id = house.habilitation(number).await.id;
    suspensions::of(house.db.read().await.unwrap().cx(), id).await.unwrap()
}

/// The one and only suspension.
pub async fn suspension(house: &House, number: i64) -> SuspensionRow {
    let all = suspensions(house, number).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().unwrap()
}

/// The one and only abonnement at HubEE.
pub fn subscription(house: &House) -> Subscription {
    let all = house.hubee().subscriptions();
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().unwrap()
}

/// How often HubEE was asked something.
pub fn calls(house: &House, route: Route) -> usize {
    house.hubee().calls().iter().filter(|call| call.route == Some(route)).count()
}

/// What somebody does in HubEE's portal, behind our back.
pub fn in_the_portal(house: &House, change: impl FnOnce(&mut Subscription)) {
    let mut subscription = subscription(house);
    change(&mut subscription);
    house.hubee().seed_subscription(subscription);
}

/// A gesture on the page of a request, on the version it shows.
pub async fn gesture(house: &House, browser: &mut Browser, number: i64, path: &str, own: &[(&str, &str)]) -> Page {
    let version = house.habilitation(number).await.version.to_string();
    let mut form = vec![("version", version.as_str())];
    form.extend(own);
    let page = browser.post(&format!("/instruction/D{number}/{path}"), &form).await;
    house.run_jobs().await;
    page
}

pub async fn next_day(house: &House) {
    house.later(Duration::hours(27)).await;
}
