//! A neighbour away for more than a day, or slow, or that refuses us, during the comparison of the night: it says so, tells
//! operators once, and goes on the next night.

use chrono::Duration;
use habilis::accounts::Role;
use habilis::sandbox::hubee::{FaultKind, Route, When};
use habilis::sandbox::sirene;
use habilis::store::drift;
use habilis::workflow;

use super::scene::{difference, kinds, night};
use crate::service::scene::{fault, mails, wait};
use crate::stopping::scene::{calls, in_the_portal, opened};
use crate::support::house::House;

/// An open form and an operator; the comparisons are planned.
async fn watched() -> House {
    let house = House::open().await;
    opened(&house).await;
    house.logged_in("Olga", Role::Operateur).await;
    workflow::schedule(&house.service).await.unwrap();
    house
}

async fn page(house: &House, name: &str) -> String {
    house.instructeur(name).await.get("/instruction/ecarts").await.main()
}

/// Waits for the mail; answers how long after the hour of comparisons it came.
async fn until_told(house: &House, what: &str) -> Duration {
    let (mut began, limit) = (None, house.clock.now() + Duration::days(3));
    while mails(house, what).is_empty() {
        assert!(house.clock.now() < limit, "never told");
        let mut conn = house.db.read().await.unwrap();
        let walk = drift::walk(conn.cx(), if what.contains("sirene") { "sirene" } else { "hubee" }).await.unwrap();
        drop(conn);
        began = began.or(walk.map(|walk| walk.started_at));
        house.later(Duration::minutes(20)).await;
    }
    house.clock.now() - began.expect("a comparison began")
}

async fn parked(house: &House) -> usize {
    habilis::store::jobs::parked(house.db.read().await.unwrap().cx()).await.unwrap().len()
}

#[tokio::test]
async fn hubee_away_for_thirty_hours_is_told_once_and_compared_the_next_night() {
    let house = watched().await;
    house.hubee().script(fault(Route::Any, FaultKind::Error500Before, When::Always));
    wait(&house, Duration::hours(20), Duration::minutes(20)).await;
    let during = page(&house, "Ada").await;
    assert!(during.contains("en cours") && during.contains("Dernier essai manqué : HubEE ne répond pas"), "{during}");
    assert!(mails(&house, "comparaison").is_empty(), "a few hours are nobody's trouble");

    let since = until_told(&house, "comparaison avec hubee impossible").await;
    assert!(since >= Duration::hours(22) && since < Duration::hours(24), "{since}");
    let rest = page(&house, "Bruno").await;
    assert!(rest.contains("suspendu jusqu’à la nuit prochaine") && rest.contains("HTTP 500"), "{rest}");
    // Thirty hours of it, the next night among them.
    wait(&house, Duration::hours(7), Duration::minutes(20)).await;
    let next = page(&house, "Chloe").await;
    assert!(next.contains("Comparaison avec HubEE : en cours"), "{next}");
    assert_eq!(parked(&house).await, 0);

    house.hubee().clear_faults();
    in_the_portal(&house, |subscription| subscription.status = "Suspendu".into());
    wait(&house, Duration::hours(26), Duration::hours(1)).await;
    assert_eq!(difference(&house).await.kind, "inactif");
    assert_eq!(mails(&house, "comparaison avec hubee impossible").len(), 1);
}

#[tokio::test]
async fn sirene_away_for_thirty_hours_is_told_once_and_asked_the_next_night() {
    let house = watched().await;
    house.sandbox.sirene.switch.set(Some(sirene::Fault::Down503));
    until_told(&house, "comparaison avec sirene impossible").await;
    let rest = page(&house, "Ada").await;
    assert!(rest.contains("suspendu jusqu’à la nuit prochaine") && rest.contains("Sirene ne répond pas"), "{rest}");
    wait(&house, Duration::hours(7), Duration::minutes(20)).await;
    assert_eq!(mails(&house, "comparaison avec sirene impossible").len(), 1);
    assert_eq!(parked(&house).await, 0);

    house.sandbox.sirene.switch.set(None);
    let mut establishment = sirene::Establishment::example();
    establishment.open = false;
    house.sandbox.sirene.add(establishment);
    wait(&house, Duration::hours(26), Duration::hours(1)).await;
    assert_eq!(kinds(&house).await, ["ferme"]);
}

#[tokio::test]
async fn credentials_refused_during_the_walk_open_the_circuit_and_are_told() {
    let house = watched().await;
    // The token of the mise en service aged: the walk asks for a new one, first of all.
    house.clock.advance(Duration::hours(2));
    house.hubee().script(fault(Route::Token, FaultKind::Unauthorized401, When::Always));
    night(&house).await;
    assert_eq!(mails(&house, "hubee refuse nos identifiants").len(), 1);
    let mut olga = house.logged_in("Olaf", Role::Operateur).await;
    let operation = olga.get("/instruction/exploitation").await.main();
    assert!(operation.contains("Circuit ouvert"), "{operation}");
}

#[tokio::test]
async fn the_wait_that_hubee_asks_for_is_kept() {
    let house = watched().await;
    house.hubee().script(fault(Route::ListSubscriptions, FaultKind::TooMany429, When::Always));
    let in_the_night = |house: &House| calls(house, Route::ListSubscriptions);
    let mut before = in_the_night(&house);
    while in_the_night(&house) == before {
        house.later(Duration::minutes(10)).await;
    }
    before = in_the_night(&house);
    house.later(Duration::seconds(110)).await;
    assert_eq!(in_the_night(&house), before, "asked again within the two minutes that it asked for");
    house.later(Duration::seconds(11)).await;
    assert_eq!(in_the_night(&house), before + 1);
}
