//! What the lists say of the checks: counted when a request comes in, when Sirene answers, when a person asks.

use super::scene::{numbers, put, submitted};
use crate::support::house::{House, hauteluce};

#[tokio::test]
async fn checks_are_counted_as_requests_come_in() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let fine = house.submitted(hauteluce()).await;
    let mut filing = hauteluce();
    filing.applicant.email = "dgs@ville.alsace".into();
    let blocked = house.submitted(filing).await;
    assert_eq!(numbers(&ada.get("/instruction?controles=bloquants").await), [blocked]);
    let page = ada.get("/instruction?onglet=a-instruire").await;
    assert_eq!(numbers(&page), [fine, blocked]);
    assert!(page.main().contains("1 bloquant"), "{}", page.main());
}

#[tokio::test]
async fn checks_are_counted_again_when_asked() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    put(&house.db, &submitted(7, "2026-09-10")).await;
    assert!(ada.get("/instruction").await.main().contains("non faits"));
    let asked = [("geste", "controles"), ("retour", "/instruction?onglet=toutes"), ("choix", "7.1")];
    let done = ada.post("/instruction/lot", &asked).await;
    assert_eq!(done.location.as_deref(), Some("/instruction?onglet=toutes&fait=controles-1"));
    let page = ada.get("/instruction?controles=bloquants").await;
    assert_eq!(numbers(&page), [7], "{}", page.main());
    assert_eq!(house.habilitation(7).await.version, 1, "nobody's page is stale for it");
}
