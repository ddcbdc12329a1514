//! Two instructeurs on one request at the same time: one decides, the other is told what happened.

use reqwest::StatusCode;

use super::scene::{assert_open, history, quiet};
use crate::support::browser::Page;
use crate::support::house::{House, hauteluce};

fn one_each(pages: [Page; 2]) -> (Page, Page) {
    let [first, second] = pages;
    if first.status == StatusCode::SEE_OTHER { (first, second) } else { (second, first) }
}

#[tokio::test]
async fn one_decides_the_other_is_told() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let (mut ada, mut bob) = (house.instructeur("Ada").await, house.instructeur("Bob").await);
    let (seen_by_ada, seen_by_bob) = (ada.version(number).await, bob.version(number).await);
    assert_eq!(seen_by_ada, seen_by_bob);
    let (a, b) = tokio::join!(
        ada.decides_on(number, &seen_by_ada, "accepter", ""),
        bob.decides_on(number, &seen_by_bob, "accepter", "Bien reçu."),
    );
    let ada_won = a.status == StatusCode::SEE_OTHER;
    let (won, lost) = one_each([a, b]);
    assert_eq!((won.status, lost.status), (StatusCode::SEE_OTHER, StatusCode::CONFLICT), "{}", lost.text);
    let winner = if ada_won { "Ada" } else { "Bob" };
    let told = lost.main();
    assert!(told.contains("Votre décision n’a pas été prise"), "{told}");
    assert!(told.contains("Demande acceptée") && told.contains(winner), "{told}");
    quiet(&house, number).await;
    assert_open(&house, number, "accepted once").await;
    let accepted = history(&house, number).await.iter().filter(|event| event.name() == "accepted").count();
    assert_eq!(accepted, 1);
    assert_eq!(house.hubee().calls().len(), 10, "one mise en service");
}

#[tokio::test]
async fn accepted_by_one_refused_by_the_other_is_one_decision() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let (mut ada, mut bob) = (house.instructeur("Ada").await, house.instructeur("Bob").await);
    let version = ada.version(number).await;
    let (a, b) = tokio::join!(
        ada.decides_on(number, &version, "accepter", ""),
        bob.decides_on(number, &version, "refuser", "Hors du champ de la réglementation."),
    );
    let (won, lost) = one_each([a, b]);
    assert_eq!((won.status, lost.status), (StatusCode::SEE_OTHER, StatusCode::CONFLICT), "{}", lost.text);
    let decisions = history(&house, number).await;
    assert_eq!(decisions.iter().filter(|e| matches!(e.name(), "accepted" | "refused")).count(), 1, "{decisions:?}");
}

#[tokio::test]
async fn two_relaunches_at_once_make_one_run() {
    let house = House::open().await;
    let number = super::scene::accepted(&house).await;
    house.hubee().script(super::scene::fault(
        habilis::sandbox::hubee::Route::Any,
        habilis::sandbox::hubee::FaultKind::Html502,
        habilis::sandbox::hubee::When::Next(1),
    ));
    house.run_jobs().await;
    let (mut ada, mut bob) = (house.instructeur("Ada").await, house.instructeur("Bob").await);
    let version = ada.version(number).await;
    let path = format!("/instruction/D{number}/mise-en-service/relancer");
    let form = [("version", version.as_str())];
    let (a, b) = tokio::join!(ada.post(&path, &form), bob.post(&path, &form));
    let (won, lost) = one_each([a, b]);
    assert_eq!((won.status, lost.status), (StatusCode::SEE_OTHER, StatusCode::CONFLICT), "{}", lost.text);
    assert!(lost.main().contains("Mise en service relancée"), "{}", lost.main());
    quiet(&house, number).await;
    assert_open(&house, number, "relaunched").await;
}
