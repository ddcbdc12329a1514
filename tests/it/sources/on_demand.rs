//! An instructeur has the sources asked again: at once, whatever the age of what they said, but not twice in a row.

use chrono::Duration;
use habilis::accounts::Role;
use habilis::instruction::Verdict;
use reqwest::StatusCode;

use crate::support::house::{House, hauteluce};

fn calls(house: &House) -> [usize; 5] {
    let asked = ["recherche", "geo", "annuaire", "dns"].map(|name| house.sandbox.switch(name).unwrap().calls().len());
    [asked[0], asked[1], asked[2], asked[3], house.sandbox.sirene.switch.calls().len()]
}

#[tokio::test]
async fn every_source_is_asked_again_and_the_checks_follow() {
    let house = House::with_sources().await;
    house.sandbox.recherche.elect("73132", &[("DURAND", "Jean-Noël", Some("Maire"))]);
    let number = house.submitted(hauteluce()).await;
    assert_eq!(house.verdict(number, "C18").await, Verdict::Fine);
    let mut ada = house.instructeur("Ada").await;
    let path = format!("/instruction/D{number}");
    assert!(ada.get(&path).await.main().contains("Interroger de nouveau les sources"));
    // The maire changed an hour ago, and the DPD has their name.
    house.later(Duration::hours(1)).await;
    house.sandbox.recherche.elect("73132", &[("Perrin", "Marc", Some("Maire"))]);
    let before = calls(&house);
    let done = ada.post(&format!("{path}/sources"), &[]).await;
    assert_eq!(done.location, Some(format!("{path}?fait=sources#controles")));
    assert!(ada.get(&format!("{path}?fait=sources")).await.main().contains("Les sources sont interrogées"));
    house.run_jobs().await;
    let after = calls(&house);
    assert!(before.iter().zip(after).all(|(before, after)| *before < after), "{before:?} {after:?}");
    assert_eq!(house.verdict(number, "C18").await, Verdict::Look);
    let page = ada.get(&path).await;
    assert!(page.words(".habilis-history").contains("Sources interrogées de nouveau"), "{}", page.main());
    assert!(ada.get("/instruction?controle=C18").await.main().contains(&format!("D{number}")), "and the lists know");
}

#[tokio::test]
async fn nobody_asks_twice_in_a_row() {
    let house = House::with_sources().await;
    let number = house.submitted(hauteluce()).await;
    let (mut ada, mut bruno) = (house.instructeur("Ada").await, house.instructeur("Bruno").await);
    let path = format!("/instruction/D{number}/sources");
    ada.post(&path, &[]).await;
    house.run_jobs().await;
    let asked = calls(&house);
    let done = bruno.post(&path, &[]).await;
    assert_eq!(done.location, Some(format!("/instruction/D{number}?fait=sources-deja#controles")));
    house.run_jobs().await;
    assert_eq!(calls(&house), asked);
    house.later(Duration::minutes(2)).await;
    assert!(bruno.post(&path, &[]).await.location.unwrap().contains("fait=sources#"));
    house.run_jobs().await;
    assert_ne!(calls(&house), asked);
}

#[tokio::test]
async fn the_pace_of_sirene_holds_whoever_asks() {
    let house = House::with_sources_and(&[("SIRENE_PER_MINUTE", "1")]).await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    house.clock.advance(Duration::seconds(30));
    ada.post(&format!("/instruction/D{number}/sources"), &[]).await;
    house.run_jobs().await;
    assert_eq!(house.sandbox.sirene.switch.calls().len(), 1, "held");
    house.later(Duration::minutes(1)).await;
    assert_eq!(house.sandbox.sirene.switch.calls().len(), 2, "then asked, by itself");
}

#[tokio::test]
async fn not_by_readers_nor_once_decided() {
    let house = House::with_sources().await;
    let number = house.submitted(hauteluce()).await;
    let path = format!("/instruction/D{number}/sources");
    let mut reader = house.logged_in("Rita", Role::Lecteur).await;
    assert_eq!(reader.post(&path, &[]).await.status, StatusCode::FORBIDDEN);
    let mut ada = house.instructeur("Ada").await;
    ada.decides(number, "refuser", "Délibération absente.").await;
    let asked = calls(&house);
    assert_eq!(ada.post(&path, &[]).await.status, StatusCode::CONFLICT);
    house.run_jobs().await;
    assert_eq!(calls(&house), asked);
    assert!(!ada.get(&format!("/instruction/D{number}")).await.main().contains("Interroger de nouveau"));
}
