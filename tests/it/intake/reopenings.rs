//! Changes asked to a habilitation in force. DataPass sends the rejected answers with the state `validated`: what is in
//! force must not become them.

use habilis::domain::{DatapassState, Habilitation};

use super::{history, is_public, opened, reopened, status, subjects, tick, wider};
use crate::support::house::{House, hauteluce};

fn assert_as_before(found: &Habilitation, case: &str) {
    let in_force = found.in_force.as_ref().unwrap();
    assert_eq!(in_force.dossier.destinataires, Some(hauteluce().recipients), "{case}");
    assert_eq!(found.dossier, in_force.dossier, "{case}");
    assert_eq!(found.state.name(), "accepted", "{case}");
    assert_eq!(found.to_report(), None, "{case}");
}

#[tokio::test]
async fn changes_refused_or_given_up_in_datapass_leave_what_is_in_force() {
    for (case, gesture) in [("reopening_refused", "refuse"), ("reopening_cancelled", "cancel")] {
        let house = House::open().await;
        let number = reopened(&house).await;
        let during = house.habilitation(number).await;
        assert!(during.is_reopening());
        assert_eq!(during.dossier.destinataires, Some(wider().recipients));
        match gesture {
            "refuse" => house.datapass().refuse(number).unwrap(),
            _ => house.datapass().cancel_reopening(number).unwrap(),
        };
        house.deliver().await;
        assert_as_before(&house.habilitation(number).await, case);
        assert_eq!(history(&house, number).await.last(), Some(&case));
        assert!(is_public(&house).await);
    }
}

#[tokio::test]
async fn changes_refused_here_are_to_report_until_datapass_refuses_them() {
    let house = House::open().await;
    let number = reopened(&house).await;
    let mut ada = house.instructeur("Ada").await;
    ada.decides(number, "refuser", "Ces destinataires n’ont pas à connaître le quotient.").await;
    house.run_jobs().await;
    let refused = house.habilitation(number).await;
    assert_eq!((refused.state.name(), refused.to_report()), ("accepted", Some(DatapassState::Refused)));
    assert_eq!(subjects(&house).last(), Some(&format!("D{number} – Votre demande de modification est refusée")));
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("refusez la demande, avec le même motif aussi dans DataPass"), "{page}");
    assert!(ada.get("/instruction?onglet=toutes").await.main().contains("à reporter"));
    tick(&house);
    house.datapass().refuse(number).unwrap();
    house.deliver().await;
    assert_as_before(&house.habilitation(number).await, "confirmed");
    assert_eq!(history(&house, number).await.last(), Some(&"confirmed"));
    assert!(!ada.get("/instruction?onglet=toutes").await.main().contains("à reporter"));
}

#[tokio::test]
async fn changes_accepted_here_then_refused_there_contradict_each_other() {
    let house = House::open().await;
    let number = reopened(&house).await;
    let mut ada = house.instructeur("Ada").await;
    ada.accepts(number).await;
    house.run_jobs().await;
    tick(&house);
    house.datapass().refuse(number).unwrap();
    house.deliver().await;
    let found = house.habilitation(number).await;
    assert_eq!(found.in_force.as_ref().unwrap().dossier.destinataires, Some(wider().recipients));
    assert_eq!(found.to_report(), Some(DatapassState::Validated));
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("DataPass dit « refusée », la décision prise ici est « acceptée »"), "{page}");
}

#[tokio::test]
async fn changes_accepted_are_in_force_without_a_second_subscription() {
    let house = House::open().await;
    let number = reopened(&house).await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    let found = house.habilitation(number).await;
    assert_eq!(found.in_force.unwrap().dossier.destinataires, Some(wider().recipients));
    assert_eq!(status(&house, number).await, "open");
    assert_eq!((house.hubee().organisations().len(), house.hubee().subscriptions().len()), (1, 1));
    assert!(is_public(&house).await);
}

#[tokio::test]
async fn an_old_habilitation_revoked_closes_nothing_while_another_is_active() {
    let house = House::open().await;
    let number = reopened(&house).await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    tick(&house);
    let obsolete = house.datapass().request(number).unwrap().authorizations[0].id;
    house.datapass().revoke_one(number, obsolete).unwrap();
    house.deliver().await;
    assert_eq!(history(&house, number).await.last(), Some(&"partly_revoked"));
    assert_eq!(house.habilitation(number).await.state.name(), "accepted");
    assert!(is_public(&house).await);
}

#[tokio::test]
async fn the_only_habilitation_revoked_while_it_is_changed_closes_until_the_changes_are_approved() {
    let house = House::open().await;
    let number = reopened(&house).await;
    let only = house.datapass().request(number).unwrap().authorizations[0].id;
    house.datapass().revoke_one(number, only).unwrap();
    house.deliver().await;
    let found = house.habilitation(number).await;
    assert_eq!((found.state.name(), found.in_force), ("submitted", None), "it is still to be answered");
    assert!(!is_public(&house).await);
    tick(&house);
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    let row = house.provisioning(number).await;
    assert_eq!(
        status(&house, number).await,
        "open",
        "{row:?} {}",
        crate::service::scene::shown(&house.hubee().calls())
    );
    assert!(is_public(&house).await, "{:?}", history(&house, number).await);
    assert_eq!(house.hubee().subscriptions().len(), 1);
    assert_eq!(subjects(&house).len(), 5, "received twice, open twice, suspended: {:?}", subjects(&house));
}

#[tokio::test]
async fn a_reopening_keeps_the_page_open() {
    let house = House::open().await;
    let number = opened(&house).await;
    house.datapass().reopen(number).unwrap();
    house.deliver().await;
    assert_eq!(house.habilitation(number).await.state.name(), "draft");
    assert!(is_public(&house).await);
}
