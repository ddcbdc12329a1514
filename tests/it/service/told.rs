//! What operators are told of by mail because nobody would look otherwise: how many, since when, and where it is mended.

use chrono::Duration;
use habilis::accounts::Role;
use habilis::sandbox::hubee::{FaultKind, Organisation, Route, Subscription, When};
use habilis::store::jobs::{self, NewJob};
use habilis::workflow;

use super::scene::{COG, SIRET, accepted, fault, mails, quiet, status, wait};
use crate::clock::scene::text;
use crate::intake::signed;
use crate::stopping::scene::{opened, revoke, suspension};
use crate::support::house::House;

/// An operator, and the watch on the calendar.
async fn watched() -> House {
    let house = House::open().await;
    house.logged_in("Olga", Role::Operateur).await;
    workflow::watch(&house.service).await.unwrap();
    house
}

/// A job that no try will finish.
async fn hopeless(house: &House, kind: &'static str) {
    let now = house.clock.now();
    let mut tx = house.db.begin().await.unwrap();
    let job = NewJob { kind, payload: serde_json::json!({ "odd": true }), unique_key: None, run_at: now };
    jobs::enqueue(tx.cx(), &job, now).await.unwrap();
    tx.commit().await.unwrap();
}

/// The text of the only mail about something.
fn only(house: &House, what: &str) -> String {
    let told = mails(house, what);
    assert_eq!(told.len(), 1, "{what}: {:?}", super::scene::subjects(house));
    text(&told[0])
}

#[tokio::test]
async fn jobs_parked_are_told_once_a_day_and_counted() {
    let house = watched().await;
    hopeless(&house, "read_document").await;
    hopeless(&house, "read_document").await;
    hopeless(&house, "fetch").await;
    wait(&house, Duration::minutes(30), Duration::minutes(5)).await;
    let told = only(&house, "lecture d’une délibération");
    assert!(
        told.contains("2 tâches « Lecture d’une délibération » sont arrêtées, la plus ancienne depuis le"),
        "{told}"
    );
    assert!(told.contains("/instruction/exploitation#arretees"), "{told}");
    let other = only(&house, "récupération d’une délibération");
    assert!(other.contains("Une tâche"), "{other}");

    // Nothing new: nothing more is said, that day or the next ones.
    wait(&house, Duration::days(2), Duration::hours(1)).await;
    assert_eq!(mails(&house, "tâches arrêtées").len(), 2);
    hopeless(&house, "read_document").await;
    wait(&house, Duration::minutes(30), Duration::minutes(5)).await;
    let told = mails(&house, "lecture d’une");
    assert!(told.len() == 2 && text(&told[1]).contains("3 tâches"), "{told:?}");
}

#[tokio::test]
async fn set_right_before_the_mail_leaves_it_is_not_told() {
    let house = watched().await;
    hopeless(&house, "read_document").await;
    house.run_jobs().await;
    let id = jobs::parked(house.db.read().await.unwrap().cx()).await.unwrap()[0].id;
    // The mail fails a first time; somebody is faster than its next try.
    house.sandbox.mailbox.refuse_next(1);
    house.later(Duration::minutes(6)).await;
    let mut tx = house.db.begin().await.unwrap();
    assert!(jobs::unpark(tx.cx(), id, house.clock.now() + Duration::days(1)).await.unwrap());
    tx.commit().await.unwrap();
    house.later(Duration::minutes(2)).await;
    assert!(mails(&house, "tâches arrêtées").is_empty());
    assert_eq!(house.sandbox.mailbox.faults(), (0, 0));
}

#[tokio::test]
async fn deliveries_put_aside_are_told() {
    let house = watched().await;
    assert_eq!(signed(&house, "{\"event\":").await, 201);
    wait(&house, Duration::minutes(20), Duration::minutes(5)).await;
    let told = only(&house, "réceptions de datapass en quarantaine");
    assert!(told.contains("Une réception de DataPass est en quarantaine depuis le"), "{told}");
    assert!(told.contains("/instruction/exploitation#receptions"), "{told}");
    wait(&house, Duration::days(1), Duration::hours(1)).await;
    only(&house, "réceptions de datapass en quarantaine");
}

#[tokio::test]
async fn mises_en_service_held_for_more_than_two_working_days_are_told_each_morning() {
    let house = watched().await;
    // Somebody else made its abonnement: a person is asked.
    let at = house.clock.now();
    house.hubee().seed_organisation(Organisation::collectivite(SIRET, COG, "COMMUNE DE HAUTELUCE", at));
    house.hubee().seed_subscription(Subscription::made_by_hand(SIRET, COG, "ancien@mairie-hauteluce.fr", at));
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "held");
    let since = house.clock.today();
    let days = house.service.config.days;
    while days.between(since, house.clock.today()) < 2 {
        assert!(mails(&house, "attendent une personne").is_empty(), "{}", house.clock.now());
        house.later(Duration::hours(1)).await;
    }
    wait(&house, Duration::hours(30), Duration::hours(1)).await;
    let told = mails(&house, "attendent une personne");
    assert!(!told.is_empty() && told.len() <= 2, "{told:?}");
    let body = text(&told[0]);
    assert!(body.contains("Une mise en service attend une personne depuis le"), "{body}");
    assert!(body.contains("/instruction/mises-en-service?etat=held"), "{body}");
}

#[tokio::test]
async fn a_suspension_to_do_by_hand_past_its_day_is_told() {
    let house = watched().await;
    let number = opened(&house).await;
    house.hubee().script(fault(Route::PutSubscription, FaultKind::Forbidden403, When::Always));
    revoke(&house, number).await;
    house.run_jobs().await;
    let due = suspension(&house, number).await.due_on.unwrap();
    while house.clock.today() <= due {
        assert!(mails(&house, "à la main en retard").is_empty(), "{}", house.clock.now());
        house.later(Duration::hours(1)).await;
    }
    wait(&house, Duration::hours(84), Duration::hours(1)).await;
    let told = mails(&house, "à la main en retard");
    let body = told.first().map(text).unwrap_or_default();
    assert!(body.contains("Un abonnement devait être suspendu à la main au plus tard le"), "{body}");
    assert!(body.contains("/instruction/ecarts?type=a-suspendre"), "{body}");
    assert_eq!(told.len(), days_worked(&house, due), "each working morning");
}

/// Working days after one, up to today.
fn days_worked(house: &House, day: chrono::NaiveDate) -> usize {
    usize::try_from(house.service.config.days.between(day, house.clock.today())).unwrap()
}

#[tokio::test]
async fn a_mise_en_service_that_parks_is_told_by_its_class_alone() {
    let house = watched().await;
    house.hubee().script(fault(Route::PostOrganisation, FaultKind::Forbidden403, When::Always));
    accepted(&house).await;
    wait(&house, Duration::minutes(30), Duration::minutes(5)).await;
    assert_eq!(mails(&house, "hubee ne permet plus un geste").len(), 1);
    assert!(mails(&house, "tâches arrêtées").is_empty());
}
