use chrono::Duration;

use super::{REASON, decides};
use crate::support::house::{House, commune, hauteluce};

const LIST: &str = "/instruction/a-reporter";

#[tokio::test]
async fn a_decision_is_listed_until_datapass_takes_it() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    assert!(ada.get(LIST).await.main().contains("Rien à reporter"));
    let second = house.submitted(hauteluce()).await;
    let first = house.submitted(commune("Annecy", "21740010000013", "74010", "74000")).await;
    decides(&house, &mut ada, first, "refuser", REASON).await;
    house.later(Duration::minutes(3)).await;
    decides(&house, &mut ada, second, "accepter", "").await;

    let list = ada.get(LIST).await;
    let words = list.words("tbody");
    let place = |number: i64| words.find(&format!("D{number}")).unwrap();
    assert!(place(first) < place(second), "oldest decision first: {words}");
    assert!(words.contains("Refusez la demande, avec le même motif") && words.contains("Validez la demande"));
    assert!(list.text.contains(&format!("/instruction/demandes/{second}")), "a deep link");
    assert!(ada.get("/instruction").await.main().contains("À reporter dans DataPass (2)"));

    house.datapass().approve(second).unwrap();
    house.datapass().refuse(first).unwrap();
    house.deliver().await;
    assert!(ada.get(LIST).await.main().contains("Rien à reporter"));
    let page = ada.get(&format!("/instruction/D{second}")).await;
    assert!(page.main().contains("DataPass dit désormais la même chose"), "{}", page.main());
}

#[tokio::test]
async fn a_contradiction_comes_first_and_is_settled_by_a_person() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let plain = house.submitted(commune("Annecy", "21740010000013", "74010", "74000")).await;
    decides(&house, &mut ada, plain, "refuser", REASON).await;
    let number = house.submitted(hauteluce()).await;
    decides(&house, &mut ada, number, "accepter", "").await;
    house.later(Duration::minutes(3)).await;
    house.datapass().refuse(number).unwrap();
    house.deliver().await;
    assert_eq!(house.anyone().get("/collectivites/21730132400018").await.status, 200, "the form stays open");

    let list = ada.get(LIST).await.main();
    let said = "Habilis : acceptée ; DataPass : refusée.";
    assert!(list.find(said).unwrap() < list.find(&format!("D{plain}")).unwrap(), "{list}");
    assert!(list.contains("Garder la décision prise ici :") && list.contains("Suivre DataPass :"), "{list}");
    let page = ada.get(&format!("/instruction/D{number}")).await;
    assert!(page.main().contains(said), "{}", page.main());

    // Following DataPass: revoked here, nothing is left to do there.
    decides(&house, &mut ada, number, "revoquer", REASON).await;
    assert_eq!(house.habilitation(number).await.unreported, None);
    assert!(!ada.get(LIST).await.main().contains(said));
}

#[tokio::test]
async fn what_is_revoked_here_does_not_come_back_by_itself() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let number = house.submitted(hauteluce()).await;
    decides(&house, &mut ada, number, "accepter", "").await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    decides(&house, &mut ada, number, "revoquer", REASON).await;
    assert!(ada.get(LIST).await.words("tbody").contains("Révoquez l’habilitation"));
    house.later(Duration::hours(1)).await;
    house.datapass().reopen(number).unwrap();
    house.deliver().await;
    assert_eq!(house.habilitation(number).await.state.name(), "revoked");
    assert_eq!(house.anyone().get("/api/collectivites").await.text, "[]");
    assert!(ada.get(LIST).await.main().contains("Habilis : révoquée ; DataPass : rouverte."));
    house.later(Duration::minutes(3)).await;
    house.datapass().cancel_reopening(number).unwrap();
    house.clock.advance(Duration::minutes(3));
    house.datapass().revoke(number).unwrap();
    house.deliver().await;
    assert!(ada.get(LIST).await.main().contains("Rien à reporter"));
}

#[tokio::test]
async fn where_datapass_decides_there_is_nothing_to_report() {
    let house = House::with(&[("HABILIS_DECISIONS", "datapass")]).await;
    let mut ada = house.instructeur("Ada").await;
    let number = house.submitted(hauteluce()).await;
    assert_eq!(ada.get(LIST).await.status, 404);
    assert!(!ada.get("/instruction").await.main().contains("À reporter"));
    let page = ada.get(&format!("/instruction/D{number}")).await;
    assert!(page.main().contains("Décider dans DataPass") && !page.main().contains("Dossier conforme"));
    for gesture in ["accepter", "modifications", "refuser", "revoquer", "archiver"] {
        assert!(!page.text.contains(&format!("/instruction/D{number}/{gesture}")), "no form to {gesture}");
    }
    let version = house.habilitation(number).await.version.to_string();
    for gesture in ["accepter", "modifications", "refuser", "revoquer", "archiver"] {
        assert_eq!(ada.decides_on(number, &version, gesture, REASON).await.status, 403, "{gesture}");
    }
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    assert_eq!(house.habilitation(number).await.unreported, None);
}
