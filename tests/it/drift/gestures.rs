//! What a person does about a difference: the fix, or leaving it alone for a while; once, by one person, traced.

use chrono::{Days, Duration};
use reqwest::StatusCode;

use super::scene::{difference, night, settle, standing};
use crate::service::scene::{quiet, status};
use crate::stopping::scene::{in_the_portal, opened, revoke, subscription};
use crate::support::house::House;

async fn inactive(house: &House) -> i64 {
    let number = opened(house).await;
    in_the_portal(house, |subscription| subscription.status = "Inactif".into());
    night(house).await;
    number
}

#[tokio::test]
async fn a_relaunch_activates_again() {
    let house = House::open().await;
    let number = inactive(&house).await;
    let row = difference(&house).await;
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/ecarts/{}", row.id)).await;
    assert!(page.main().contains("Relancer la mise en service"), "{}", page.main());
    let done = settle(&house, &mut ada, &row, "traiter", &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    quiet(&house, number).await;
    assert_eq!((status(&house, number).await.as_str(), subscription(&house).status.as_str()), ("open", "Actif"));
    let history = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(history.contains("Écart « Ouvert ici, inactif dans HubEE » : relancer la mise en service"), "{history}");
    night(&house).await;
    assert!(standing(&house).await.is_empty());
}

#[tokio::test]
async fn left_alone_with_a_reason_until_a_day() {
    let house = House::open().await;
    let number = inactive(&house).await;
    let row = difference(&house).await;
    let mut ada = house.instructeur("Ada").await;
    let until = house.clock.today().checked_add_days(Days::new(5)).unwrap().to_string();
    let past = house.clock.today().to_string();
    for (reason, day, sentence) in
        [("", until.as_str(), "Motif"), ("Vu", past.as_str(), "un jour à venir"), ("Vu", "x", "un jour à venir")]
    {
        let page = settle(&house, &mut ada, &row, "ignorer", &[("motif", reason), ("jusqu-au", day)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
        assert!(page.main().contains(sentence), "{}", page.main());
    }
    let form = [("motif", "La mairie s’en occupe."), ("jusqu-au", until.as_str())];
    assert_eq!(settle(&house, &mut ada, &row, "ignorer", &form).await.status, StatusCode::SEE_OTHER);
    assert!(standing(&house).await.is_empty());
    let ignored = ada.get("/instruction/ecarts?ignores=oui").await.main();
    assert!(ignored.contains("COMMUNE DE HAUTELUCE") && ignored.contains("Vu par Ada"), "{ignored}");
    assert!(ada.get(&format!("/instruction/D{number}")).await.main().contains("La mairie s’en occupe."));
    night(&house).await;
    assert!(standing(&house).await.is_empty(), "still left alone");
    house.later(Duration::days(6)).await;
    night(&house).await;
    assert_eq!(difference(&house).await.kind, "inactif");
}

#[tokio::test]
async fn two_persons_settle_once_and_readers_never() {
    let house = House::open().await;
    inactive(&house).await;
    let row = difference(&house).await;
    let (mut ada, mut bruno) = (house.instructeur("Ada").await, house.instructeur("Bruno").await);
    let mut lise = house.logged_in("Lise", habilis::accounts::Role::Lecteur).await;
    assert_eq!(settle(&house, &mut lise, &row, "traiter", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(settle(&house, &mut ada, &row, "traiter", &[]).await.status, StatusCode::SEE_OTHER);
    let late = settle(&house, &mut bruno, &row, "traiter", &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.main().contains("a changé depuis que vous l’avez lu"), "{}", late.main());
    assert_eq!(ada.get("/instruction/ecarts/rien").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn reactivated_is_suspended_again_from_the_list() {
    let house = House::open().await;
    let number = opened(&house).await;
    revoke(&house, number).await;
    house.run_jobs().await;
    crate::stopping::scene::next_day(&house).await;
    in_the_portal(&house, |subscription| subscription.status = "Actif".into());
    night(&house).await;
    let row = difference(&house).await;
    let mut ada = house.instructeur("Ada").await;
    assert_eq!(settle(&house, &mut ada, &row, "traiter", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(subscription(&house).status, "Suspendu");
    assert!(standing(&house).await.is_empty());
}
