//! Each list, each filter, alone and together, page after page both ways.

use habilis::domain::{Actor, State};
use reqwest::StatusCode;

use super::scene::{at, checked, counts, given, link, numbers, put, service, standing, submitted};
use crate::support::browser::Browser;
use crate::support::house::House;

/// One request or more in each list: see the counts below.
async fn filled() -> (House, Browser) {
    let house = House::open().await;
    let ada = house.instructeur("Ada").await;
    let by = Actor::DataPass;
    let db = &house.db;
    let late = submitted(10, "2026-09-03");
    put(db, &late).await;
    checked(db, &late, 1, 2).await;
    let mut mine = submitted(12, "2026-09-08");
    given(db, &mut mine, "ada@habilis.test").await;
    mine.dossier.organisation.code_cog = Some("2A004".into());
    put(db, &mine).await;
    checked(db, &mine, 0, 0).await;
    let soon = submitted(11, "2026-09-10");
    put(db, &soon).await;
    checked(db, &soon, 0, 1).await;
    put(db, &submitted(13, "2026-09-14")).await;
    put(db, &standing(20, State::ChangesRequested { at: at(), by: by.clone(), reason: None })).await;
    for (number, status) in [(30, "held"), (31, "open"), (32, "open")] {
        let one = standing(number, State::Accepted { at: at(), by: by.clone() });
        put(db, &one).await;
        service(db, &one, status).await;
    }
    put(db, &standing(33, State::Accepted { at: at(), by: by.clone() })).await;
    put(db, &standing(40, State::Refused { at: at(), by: by.clone(), reason: None })).await;
    put(db, &standing(41, State::Archived { at: at(), by: by.clone() })).await;
    put(db, &standing(42, State::Revoked { at: at(), by, reason: None })).await;
    put(db, &standing(50, State::Draft)).await;
    (house, ada)
}

#[tokio::test]
async fn each_list_holds_what_it_says() {
    let (_house, mut ada) = filled().await;
    let mut shown = Vec::new();
    for (tab, expected) in [
        ("a-instruire", vec![10, 12, 11, 13]),
        ("en-retard", vec![10]),
        ("en-attente", vec![20]),
        ("a-mettre-en-service", vec![33, 30]),
        ("en-service", vec![32, 31]),
        ("terminees", vec![42, 41, 40]),
        ("toutes", vec![50, 42, 41, 40, 33, 32, 31, 30, 20, 13, 12, 11, 10]),
    ] {
        let page = ada.get(&format!("/instruction?onglet={tab}")).await;
        assert_eq!(numbers(&page), expected, "{tab}");
        assert_eq!(counts(&page), [4, 1, 1, 2, 2, 3, 13], "{tab}");
        // The same list read from memory: a filter that everything passes.
        let same = ada.get(&format!("/instruction?onglet={tab}&q=commune")).await;
        assert_eq!((numbers(&same), counts(&same)), (expected.clone(), counts(&page)), "{tab}, from memory");
        shown.push(expected.len());
    }
    assert_eq!(shown, [4, 1, 1, 2, 2, 3, 13]);
}

#[tokio::test]
async fn filters_add_up() {
    let (_house, mut ada) = filled().await;
    for (query, expected) in [
        ("onglet=toutes&etat=refused", vec![40]),
        ("qui=moi", vec![12]),
        ("qui=moi&onglet=toutes", vec![12]),
        ("qui=personne", vec![10, 11, 13]),
        ("qui=quelqu-un&onglet=toutes", vec![12]),
        ("departement=2a", vec![12]),
        ("departement=73&echeance=en-retard", vec![10]),
        ("controles=bloquants", vec![10]),
        ("controles=a-regarder", vec![10, 11]),
        ("controles=conformes", vec![12]),
        ("echeance=aujourdhui", vec![12]),
        ("echeance=cette-semaine", vec![12, 11]),
        ("echeance=cette-semaine&qui=personne&controles=a-regarder", vec![11]),
        ("echeance=cette-semaine&qui=personne&controles=conformes", vec![]),
        ("onglet=toutes&etat=submitted&qui=moi&departement=2A&controles=conformes&echeance=aujourdhui", vec![12]),
        ("onglet=en-retard&qui=moi", vec![]),
    ] {
        let page = ada.get(&format!("/instruction?{query}")).await;
        assert_eq!((page.status, numbers(&page)), (StatusCode::OK, expected), "{query}");
    }
}

#[tokio::test]
async fn a_line_says_all_that_is_asked_of_it() {
    let (house, mut ada) = filled().await;
    let page = ada.get("/instruction").await;
    for words in
        ["en retard de 3 j", "1 bloquant, 2 à regarder", "conforme", "non faits", "Ada", "Département 2A", "aucun"]
    {
        assert!(page.main().contains(words), "{words}: {}", page.main());
    }
    let accepted = ada.get("/instruction?onglet=a-mettre-en-service").await.main();
    assert!(accepted.contains("une personne est demandée") && accepted.contains("non commencée"), "{accepted}");
    assert!(ada.get("/instruction?onglet=en-attente").await.main().contains("suspendue"));
    let mut reader = house.logged_in("Luc", habilis::accounts::Role::Lecteur).await;
    let page = reader.get("/instruction").await;
    assert!(!page.text.contains("/attribuer") && !page.main().contains("Relancer les contrôles"));
}

#[tokio::test]
async fn filters_are_remembered_until_they_are_cleared() {
    let (_house, mut ada) = filled().await;
    assert_eq!(ada.get("/instruction").await.status, StatusCode::OK);
    ada.get("/instruction?onglet=toutes&etat=refused").await;
    ada.get("/instruction?q=commune").await;
    let back = ada.get("/instruction").await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert_eq!(back.location.as_deref(), Some("/instruction?onglet=toutes&etat=refused"));
    let page = ada.get("/instruction?onglet=toutes&etat=refused").await;
    assert_eq!(link(&page, "Effacer les filtres").as_deref(), Some("/instruction?onglet=toutes"));
    ada.get("/instruction?onglet=a-instruire").await;
    assert_eq!(ada.get("/instruction").await.status, StatusCode::OK);
}

/// Two thousand requests that share four deadlines: every page once, none twice, forth and back.
#[tokio::test]
async fn pages_follow_each_other_both_ways() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let mut tx = house.db.begin().await.unwrap();
    for number in 1..=2_000 {
        let one = submitted(number, ["2026-09-07", "2026-09-08", "2026-09-09", "2026-09-10"][number as usize % 4]);
        assert!(habilis::store::habilitations::insert(tx.cx(), &one, at()).await.unwrap());
    }
    tx.commit().await.unwrap();
    let mut expected: Vec<i64> = (1..=2_000).collect();
    expected.sort_by_key(|number| (number % 4, *number));
    for query in ["onglet=a-instruire", "onglet=a-instruire&q=commune"] {
        let mut page = ada.get(&format!("/instruction?{query}")).await;
        assert!(link(&page, "Précédentes").is_none());
        let mut seen = numbers(&page);
        let mut steps = 0;
        while let Some(next) = link(&page, "Suivantes").filter(|_| steps < 8) {
            page = ada.get(&next).await;
            assert_eq!(numbers(&page).len(), 25);
            seen.extend(numbers(&page));
            steps += 1;
        }
        assert_eq!(seen, expected[..seen.len()], "{query}");
        let mut back = numbers(&page);
        while let Some(previous) = link(&page, "Précédentes") {
            page = ada.get(&previous).await;
            back.splice(0..0, numbers(&page));
        }
        assert_eq!(back, seen, "{query}");
    }
    let last = ada.get("/instruction?onglet=a-instruire&apres=2026-09-10_1975").await;
    assert_eq!(numbers(&last), [1979, 1983, 1987, 1991, 1995, 1999]);
    assert!(link(&last, "Suivantes").is_none());
    assert_eq!(counts(&last), [2000, 500, 0, 0, 0, 0, 2000]);
}

#[tokio::test]
async fn a_request_leads_to_its_neighbours() {
    let (_house, mut ada) = filled().await;
    let page = ada.get("/instruction/D12").await;
    assert_eq!(link(&page, "Demande précédente (D10)").as_deref(), Some("/instruction/D10"));
    assert_eq!(link(&page, "Demande suivante (D11)").as_deref(), Some("/instruction/D11"));
    assert!(page.text.contains("data-habilis-shortcuts"));
    // Once answered it is in the list no more: what comes next is the most pressing.
    assert!(link(&ada.get("/instruction/D40").await, "Demande suivante (D10)").is_some());
    ada.get("/instruction?onglet=terminees").await;
    let page = ada.get("/instruction/D41").await;
    assert!(link(&page, "Demande précédente (D42)").is_some() && link(&page, "Demande suivante (D40)").is_some());
}
