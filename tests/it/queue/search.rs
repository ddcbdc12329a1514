//! One box finds a request by anything known of it, and follows what changes.

use habilis::domain::{Contact, Habilitation};
use habilis::store::habilitations;

use super::scene::{at, counts, numbers, put, submitted};
use crate::support::house::{House, hauteluce};

fn person(given: &str, family: &str, email: &str) -> Contact {
    Contact {
        given_name: Some(given.into()),
        family_name: Some(family.into()),
        email: email.into(),
        ..Contact::default()
    }
}

#[tokio::test]
async fn everything_known_finds_it() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let mut one = submitted(61_234, "2026-09-10");
    one.dossier.organisation.name = "COMMUNE DE SAINT-ÉTIENNE-DE-CUINES".into();
    one.dossier.organisation.raw_siret = Some("21730231400018".into());
    one.dossier.organisation.code_cog = Some("73231".into());
    one.dossier.demandeur = person("Gaëlle", "Lœuillet", "g.loeuillet@cuines.fr");
    one.dossier.contact_metier = Some(person("Noé", "Ça", "enfance@cuines.fr"));
    one.dossier.dpd = Some(person("Odile", "Roux", "dpd@cdg73.fr"));
    one.datapass.authorisations = vec![48_811];
    put(&house.db, &one).await;
    let mut other = submitted(70_000, "2026-09-10");
    other.dossier.organisation.raw_siret = Some("12345".into());
    put(&house.db, &other).await;
    for words in [
        "D61234",
        "d61234",
        "61234",
        "H48811",
        "21730231400018",
        "217 302 314 00018",
        "217302314",
        "73231",
        "Saint-Étienne",
        "saint etienne",
        "cuines ETIENNE",
        "tienne de cui",
        "g.loeuillet@cuines.fr",
        "@cuines.fr",
        "LŒUILLET",
        "gaelle",
        "noé ça",
        "enfance@cuines.fr",
        "Odile Roux",
        "dpd@cdg73.fr",
    ] {
        let page = ada.get(&format!("/instruction?q={}", words.replace(' ', "+"))).await;
        assert_eq!(numbers(&page), [61_234], "{words}");
        assert_eq!(counts(&page), [1, 0, 0, 0, 0, 0, 1], "{words}");
    }
    assert_eq!(numbers(&ada.get("/instruction?q=12345").await), [70_000], "a malformed SIRET finds it too");
    for words in ["introuvable", "saint introuvable", "--", "%25", "_"] {
        let page = ada.get(&format!("/instruction?q={words}")).await;
        assert!(numbers(&page).is_empty() && page.main().contains("Aucune demande"), "{words}");
    }
    assert_eq!(numbers(&ada.get("/instruction?q=commune&onglet=en-retard").await), [0; 0]);
}

#[tokio::test]
async fn what_changes_is_found_at_once() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let one = submitted(5, "2026-09-10");
    put(&house.db, &one).await;
    assert_eq!(numbers(&ada.get("/instruction?q=commune").await), [5]);
    let mut renamed = Habilitation { version: 2, ..one };
    renamed.dossier.organisation.name = "CCAS DE BOËGE".into();
    let mut tx = house.db.begin().await.unwrap();
    assert!(habilitations::update(tx.cx(), &renamed, at()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(numbers(&ada.get("/instruction?q=boege").await), [5]);
    assert!(numbers(&ada.get("/instruction?q=commune").await).is_empty());
    put(&house.db, &submitted(6, "2026-09-10")).await;
    assert_eq!(numbers(&ada.get("/instruction?q=commune").await), [6]);
}

/// The number of the habilitation comes with DataPass's own event.
#[tokio::test]
async fn the_number_of_the_habilitation_finds_it() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let number = house.submitted(hauteluce()).await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    let known = house.habilitation(number).await;
    let [authorisation] = known.datapass.authorisations[..] else { panic!("{:?}", known.datapass) };
    assert_eq!(numbers(&ada.get(&format!("/instruction?q=H{authorisation}")).await), [number]);
    let page = ada.get("/instruction?onglet=en-service").await;
    assert_eq!(numbers(&page), [number], "{}", page.main());
}
