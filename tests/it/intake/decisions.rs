//! Decisions taken in DataPass, and those taken on both sides.

use habilis::domain::{Actor, DatapassState, State};

use super::{SIRET, filed, history, is_public, opened, status, subjects, tick};
use crate::support::house::{House, hauteluce};

#[tokio::test]
async fn an_approval_in_datapass_opens_the_form_as_ours_does() {
    let (ours, theirs) = (House::open().await, House::open().await);
    let number = ours.submitted(hauteluce()).await;
    ours.instructeur("Ada").await.accepts(number).await;
    ours.run_jobs().await;
    opened(&theirs).await;
    let seen = |house: &House| {
        let hubee = house.hubee();
        let calls: Vec<_> = hubee.calls().iter().map(|call| (call.method.clone(), call.path.clone())).collect();
        (calls, hubee.organisations().len(), hubee.subscriptions().len(), hubee.accounts().len())
    };
    // The subscription's own number is drawn by chance.
    let kinds = |house: &House| seen(house).0.into_iter().map(|(method, _)| method).collect::<Vec<_>>();
    assert_eq!(kinds(&theirs), kinds(&ours));
    assert_eq!((seen(&theirs).1, seen(&theirs).2, seen(&theirs).3), (1, 1, 1));
    assert!(is_public(&theirs).await && is_public(&ours).await);
    assert_eq!(subjects(&theirs), subjects(&ours));
    assert_eq!(history(&theirs, number).await, ["saved", "submitted", "accepted", "adjusted", "service_opened"]);
}

#[tokio::test]
async fn an_approval_in_datapass_is_law_whatever_our_checks_and_settings() {
    for decisions in ["here", "datapass"] {
        let house = House::with(&[("HABILIS_DECISIONS", decisions)]).await;
        let mut filing = hauteluce();
        filing.dpd.email = filing.applicant.email.clone();
        let number = house.submitted(filing).await;
        let version = house.habilitation(number).await.version.to_string();
        let refused = house.instructeur("Ada").await.decides_on(number, &version, "accepter", "").await;
        assert_ne!(refused.status, 303, "a blocking check, or a decision to take in DataPass");
        tick(&house);
        house.datapass().approve(number).unwrap();
        house.deliver().await;
        assert_eq!(status(&house, number).await, "open", "{decisions}");
        assert!(is_public(&house).await, "{decisions}");
    }
}

#[tokio::test]
async fn an_address_that_hubee_refuses_is_asked_for_before_anything_is_sent() {
    let house = House::open().await;
    let mut filing = hauteluce();
    filing.applicant.email = "secretariat@mairie-hauteluce.example".into();
    let number = house.submitted(filing).await;
    tick(&house);
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    assert_eq!(status(&house, number).await, "held");
    assert_eq!(house.hubee().calls().len(), 0);
    assert!(!is_public(&house).await);
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    assert!(page.main().contains("HubEE refuse l’adresse du demandeur"), "{}", page.main());

    let (path, version) = (format!("/instruction/D{number}/mise-en-service/corriger"), ada.version(number).await);
    let wrong = ada.post(&path, &[("version", &version), ("email", "encore@faux.example")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.main());
    let right = ada.post(&path, &[("version", &version), ("email", "mairie@hauteluce.fr")]).await;
    assert_eq!(right.status, 303, "{}", right.main());
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "open");
    assert_eq!(house.hubee().subscriptions()[0].email.as_deref(), Some("mairie@hauteluce.fr"));
    assert!(is_public(&house).await);
}

#[tokio::test]
async fn our_acceptance_is_confirmed_by_datapass_once() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    ada.accepts(number).await;
    house.run_jobs().await;
    assert_eq!(house.habilitation(number).await.to_report(), Some(DatapassState::Validated));
    assert!(ada.get("/instruction?onglet=toutes").await.main().contains("à reporter"));
    tick(&house);
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    assert_eq!(
        history(&house, number).await,
        ["saved", "submitted", "accepted", "adjusted", "service_opened", "confirmed"]
    );
    let found = house.habilitation(number).await;
    assert_eq!(found.to_report(), None);
    assert!(matches!(found.state, State::Accepted { by: Actor::Instructeur { .. }, .. }));
    assert!(!ada.get("/instruction?onglet=toutes").await.main().contains("à reporter"));
    assert_eq!((house.hubee().organisations().len(), house.hubee().subscriptions().len()), (1, 1));
    assert_eq!(subjects(&house).len(), 2, "received, then open: {:?}", subjects(&house));
}

#[tokio::test]
async fn our_acceptance_stands_when_datapass_refuses_and_the_page_says_so() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    ada.accepts(number).await;
    house.run_jobs().await;
    tick(&house);
    house.datapass().refuse(number).unwrap();
    house.deliver().await;
    assert_eq!(history(&house, number).await.last(), Some(&"contradicted"));
    assert!(is_public(&house).await);
    assert_eq!(house.habilitation(number).await.to_report(), Some(DatapassState::Validated));
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("DataPass et Habilis ne disent pas la même chose"), "{page}");
    assert!(page.contains("DataPass dit « refusée », la décision prise ici est « acceptée »"), "{page}");
    tick(&house);
    house.datapass().archive(number).unwrap();
    house.deliver().await;
    assert_eq!(house.habilitation(number).await.state.name(), "accepted", "nor does deleting it there");
    assert!(is_public(&house).await);
}

#[tokio::test]
async fn a_refusal_here_gives_way_to_an_approval_in_datapass() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    house.instructeur("Ada").await.decides(number, "refuser", "Le cadre juridique manque.").await;
    house.run_jobs().await;
    assert_eq!(house.habilitation(number).await.to_report(), Some(DatapassState::Refused));
    tick(&house);
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    assert_eq!(
        history(&house, number).await,
        ["saved", "submitted", "refused", "accepted", "adjusted", "service_opened"]
    );
    assert_eq!(house.habilitation(number).await.to_report(), None);
    assert!(is_public(&house).await);
}

#[tokio::test]
async fn changes_asked_here_are_confirmed_by_datapass() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    house.instructeur("Ada").await.decides(number, "modifications", "Nommez un autre délégué.").await;
    tick(&house);
    house.datapass().request_changes(number).unwrap();
    house.deliver().await;
    assert_eq!(history(&house, number).await, ["saved", "submitted", "changes_requested", "confirmed"]);
    assert_eq!(house.habilitation(number).await.to_report(), None);
    tick(&house);
    house.datapass().submit(number).unwrap();
    house.deliver().await;
    assert_eq!(house.habilitation(number).await.state.name(), "submitted");
}

#[tokio::test]
async fn a_revocation_closes_the_page_at_once() {
    let house = House::open().await;
    let number = opened(&house).await;
    house.datapass().revoke(number).unwrap();
    house.deliver().await;
    assert!(!is_public(&house).await);
    let found = house.habilitation(number).await;
    assert_eq!((found.state.name(), found.in_force), ("revoked", None));
    tick(&house);
    house.datapass().archive(number).unwrap();
    house.deliver().await;
    assert_eq!(house.habilitation(number).await.state.name(), "archived");
}

#[tokio::test]
async fn a_refused_request_may_be_archived() {
    let house = House::open().await;
    let number = filed(&house, hauteluce());
    for gesture in [|h: &House, n| h.datapass().refuse(n), |h: &House, n| h.datapass().archive(n)] {
        tick(&house);
        gesture(&house, number).unwrap();
    }
    house.deliver().await;
    assert_eq!(history(&house, number).await, ["saved", "submitted", "refused", "archived"]);
    assert!(house.hubee().calls().is_empty());
}

#[tokio::test]
async fn a_transfer_is_written_down_and_changes_who_is_written_to() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    tick(&house);
    let mut other = hauteluce().applicant;
    (other.email, other.given) = ("d.autre@mairie-hauteluce.fr".into(), Some("Dominique".into()));
    house.datapass().transfer(number, &other, None).unwrap();
    house.deliver().await;
    let found = house.habilitation(number).await;
    assert_eq!(found.dossier.demandeur.email, "d.autre@mairie-hauteluce.fr");
    assert_eq!(found.state.name(), "submitted");
    let page = house.instructeur("Ada").await.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("Camille Bouchet (COMMUNE DE HAUTELUCE)"), "{page}");
    assert!(page.contains("Dominique Bouchet (COMMUNE DE HAUTELUCE)"), "{page}");
    assert_eq!(found.dossier.organisation.siret().unwrap().to_string(), SIRET);
}
