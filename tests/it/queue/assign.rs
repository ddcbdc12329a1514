//! Taking, handing over, releasing: one request, several, two people at once.

use habilis::accounts::Role;
use habilis::domain::Event;
use habilis::store::events;
use reqwest::StatusCode;

use super::scene::{link, numbers, put, submitted};
use crate::support::browser::{Browser, Page};
use crate::support::house::{House, hauteluce};

async fn assign(browser: &mut Browser, number: i64, version: i64, to: &str) -> Page {
    let (path, version) = (format!("/instruction/D{number}/attribuer"), version.to_string());
    browser.post(&path, &[("version", &version), ("a", to), ("retour", "/instruction?onglet=toutes")]).await
}

async fn charge(house: &House, number: i64) -> Option<String> {
    house.habilitation(number).await.assignee.map(|who| who.name)
}

#[tokio::test]
async fn a_request_is_taken_handed_over_and_released() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let _bruno = house.instructeur("Bruno").await;
    let number = house.submitted(hauteluce()).await;
    let version = house.habilitation(number).await.version;

    let taken = assign(&mut ada, number, version, "moi").await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    assert_eq!(taken.location.as_deref(), Some("/instruction?onglet=toutes"));
    assert_eq!(charge(&house, number).await.as_deref(), Some("Ada"));
    assert_eq!(numbers(&ada.get("/instruction?qui=moi").await), [number]);

    let page = ada.get(&format!("/instruction/D{number}")).await;
    let bruno = page.value("select[name=a] option").unwrap();
    assign(&mut ada, number, version + 1, &bruno).await;
    assert_eq!(charge(&house, number).await.as_deref(), Some("Bruno"));
    assign(&mut ada, number, version + 2, "personne").await;
    assert_eq!(charge(&house, number).await, None);

    let habilitation = house.habilitation(number).await;
    let mut conn = house.db.read().await.unwrap();
    let lines = events::of(conn.cx(), habilitation.id).await.unwrap();
    let name = |name: &str| Some(name.to_owned());
    let assigned: Vec<_> = lines.iter().take(3).map(|line| (line.by.display_name(), line.event.clone())).collect();
    assert_eq!(
        assigned,
        [
            ("Ada", Event::Assigned { from: name("Bruno"), to: None }),
            ("Ada", Event::Assigned { from: name("Ada"), to: name("Bruno") }),
            ("Ada", Event::Assigned { from: None, to: name("Ada") }),
        ]
    );
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("Demande attribuée à Bruno, à la place de Ada"), "{page}");
}

#[tokio::test]
async fn the_second_of_two_is_told_who_was_faster() {
    let house = House::open().await;
    let (mut ada, mut bruno) = (house.instructeur("Ada").await, house.instructeur("Bruno").await);
    let number = house.submitted(hauteluce()).await;
    let version = house.habilitation(number).await.version;
    let (first, second) =
        tokio::join!(assign(&mut ada, number, version, "moi"), assign(&mut bruno, number, version, "moi"));
    let (winner, refused) = if first.status == StatusCode::SEE_OTHER { ("Ada", second) } else { ("Bruno", first) };
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    let said = refused.main();
    assert!(said.contains("Rien n’a été écrasé") && said.contains(&format!("Demande attribuée à {winner}")), "{said}");
    assert!(said.contains(&format!("en ce moment attribuée à {winner}")), "{said}");
    assert_eq!(link(&refused, "Revenir").as_deref(), Some("/instruction?onglet=toutes"));
    assert_eq!(charge(&house, number).await.as_deref(), Some(winner));
    assert_eq!(house.habilitation(number).await.version, version + 1);
}

#[tokio::test]
async fn taking_twice_changes_nothing() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let number = house.submitted(hauteluce()).await;
    let version = house.habilitation(number).await.version;
    for _ in 0..2 {
        assert_eq!(assign(&mut ada, number, version, "moi").await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(house.habilitation(number).await.version, version + 1);
}

#[tokio::test]
async fn who_may_not_is_refused() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let version = house.habilitation(number).await.version;
    let mut reader = house.logged_in("Luc", Role::Lecteur).await;
    assert_eq!(assign(&mut reader, number, version, "moi").await.status, StatusCode::FORBIDDEN);
    let batch = reader.post("/instruction/lot", &[("geste", "attribuer"), ("a", "moi"), ("choix", "1.1")]).await;
    assert_eq!(batch.status, StatusCode::FORBIDDEN);
    let mut ada = house.instructeur("Ada").await;
    let luc = {
        let mut conn = house.db.read().await.unwrap();
        habilis::store::accounts::by_email(conn.cx(), "luc@habilis.test").await.unwrap().unwrap().id.to_string()
    };
    for nobody in ["x", luc.as_str(), "01890000-0000-7000-8000-000000000000"] {
        assert_eq!(assign(&mut ada, number, version, nobody).await.status, StatusCode::NOT_FOUND, "{nobody}");
    }
    let elsewhere = [("version", "2"), ("a", "moi"), ("retour", "https://exemple.fr/")];
    let answer = ada.post(&format!("/instruction/D{number}/attribuer"), &elsewhere).await;
    assert!(answer.location.is_none_or(|to| to == format!("/instruction/D{number}")));
}

#[tokio::test]
async fn several_are_given_at_once_and_those_that_changed_are_told() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    for number in 1..=3 {
        put(&house.db, &submitted(number, "2026-09-10")).await;
    }
    let given = [
        ("geste", "attribuer"),
        ("a", "moi"),
        ("retour", "/instruction?onglet=toutes"),
        ("choix", "1.1"),
        ("choix", "2.1"),
    ];
    let done = ada.post("/instruction/lot", &given).await;
    assert_eq!(done.location.as_deref(), Some("/instruction?onglet=toutes&fait=attribuees-2"), "{}", done.text);
    let page = ada.get("/instruction?onglet=toutes&fait=attribuees-2").await;
    assert!(page.main().contains("2 demandes ont été attribuées."));
    assert_eq!(numbers(&ada.get("/instruction?qui=moi").await), [1, 2]);

    let release = [("geste", "attribuer"), ("a", "personne"), ("choix", "1.1"), ("choix", "2.2"), ("choix", "3.1")];
    let some = ada.post("/instruction/lot", &release).await;
    assert_eq!(some.status, StatusCode::CONFLICT);
    assert!(
        some.main().contains("D1 – COMMUNE 1") && some.main().contains("2 demandes ont été attribuées"),
        "{}",
        some.main()
    );
    assert_eq!(numbers(&ada.get("/instruction?qui=moi").await), [1]);
    let nothing = ada.post("/instruction/lot", &[("geste", "attribuer"), ("a", "moi")]).await;
    assert!(nothing.location.unwrap().ends_with("fait=rien"));
}
