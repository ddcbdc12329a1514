//! DataPass may send an empty register payload: Sirene is asked, and when it cannot be, a person is.

use habilis::sandbox::datapass::Filing;

use super::{deliveries, filed, hand, is_public, status, tick};
use crate::support::house::{House, hauteluce};

/// INSEE has not answered DataPass yet.
fn bare() -> Filing {
    let mut filing = hauteluce();
    filing.insee = false;
    filing
}

#[tokio::test]
async fn sirene_says_what_datapass_does_not() {
    let house = House::open().await;
    let number = house.submitted(bare()).await;
    assert_eq!(house.sandbox.sirene.switch.calls(), ["21730132400018"]);
    let page = house.instructeur("Ada").await.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("L’établissement est actif."), "{page}");
    tick(&house);
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    assert_eq!(status(&house, number).await, "open");
    assert_eq!(house.hubee().organisations()[0].triple.key(), "SI-21730132400018-73132");
    let list = house.anyone().get("/api/collectivites").await.text;
    assert_eq!(list, r#"[{"name":"COMMUNE DE HAUTELUCE","siret":"21730132400018","code_cog":"73132"}]"#);
}

#[tokio::test]
async fn sirene_is_asked_even_when_the_submission_never_came() {
    let house = House::open().await;
    let number = filed(&house, bare());
    tick(&house);
    house.datapass().approve(number).unwrap();
    assert_eq!(hand(&house, deliveries(&house, number)[2]).await, 201);
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "open");
    assert!(is_public(&house).await);
}

#[tokio::test]
async fn without_sirene_a_person_is_asked_for_the_commune() {
    let house = House::with(&[("SIRENE_API_KEY", "")]).await;
    let number = house.submitted(bare()).await;
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("Aucune source ne dit si l’établissement est actif."), "{page}");
    tick(&house);
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    assert_eq!(status(&house, number).await, "held");
    assert!(house.hubee().calls().is_empty() && house.sandbox.sirene.switch.calls().is_empty());
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    // What DataPass writes in place of a name is none: families would read it.
    for words in ["Indiquez le code INSEE de la commune", "Indiquez le nom de l’organisation pour HubEE"] {
        assert!(page.contains(words), "{words}: {page}");
    }

    let version = ada.version(number).await;
    let form = [
        ("version", version.as_str()),
        ("name", "COMMUNE DE HAUTELUCE"),
        ("code_cog", "73132"),
        ("postal_code", "73620"),
    ];
    let corrected = ada.post(&format!("/instruction/D{number}/mise-en-service/corriger"), &form).await;
    assert_eq!(corrected.status, 303, "{}", corrected.main());
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "open");
    assert_eq!(house.hubee().organisations()[0].triple.key(), "SI-21730132400018-73132");
    assert!(is_public(&house).await);
}
