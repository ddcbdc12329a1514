//! Gestures lost, then found: each kind, in order, with the traps of reopenings.

use chrono::Duration;
use habilis::domain::{Actor, DatapassState, Event, State};
use habilis::sandbox::datapass::{Applicant, Webhook};

use super::nothing;
use crate::support::house::{House, commune, hauteluce};

#[tokio::test]
async fn lost_submission_and_approval_publish_the_form_once() {
    let house = House::open().await;
    let number = house.datapass().create(hauteluce());
    house.datapass().submit(number).unwrap();
    house.clock.advance(Duration::hours(1));
    house.datapass().approve(number).unwrap();

    let early = house.reconcile().await;
    assert_eq!((early.gestures, early.requests), (1, 1), "the approval is left to its webhook for a while");
    assert!(matches!(house.habilitation(number).await.state, State::Submitted { .. }));
    assert_eq!(house.habilitation(number).await.datapass.state, DatapassState::Submitted);
    house.wait();
    let found = house.reconcile().await;
    assert_eq!((found.gestures, found.requests, found.unexplained), (1, 0, 0), "{found:?}");

    let request = house.habilitation(number).await;
    assert!(matches!(request.state, State::Accepted { by: Actor::DataPass, .. }), "{:?}", request.state);
    assert_eq!(request.dossier.organisation.name, "COMMUNE DE HAUTELUCE");
    assert_eq!(request.dossier.conservation_mois, Some(12));
    let lines = house.lines(number).await;
    assert_eq!(&lines[..4], ["submitted", "recovered", "accepted", "recovered"], "{lines:?}");
    assert!(house.published().await.contains("21730132400018"));
    assert_eq!(house.hubee().subscriptions().len(), 1);
    assert_eq!(house.mails().len(), 2, "received, then open: {:?}", house.subjects());

    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("Acceptation du 8 septembre 2026 à 12 h 00 retrouvée par rapprochement"), "{page}");
}

#[tokio::test]
async fn a_webhook_that_arrives_afterwards_changes_nothing() {
    let house = House::open().await;
    let number = house.datapass().create(hauteluce());
    house.datapass().submit(number).unwrap();
    house.datapass().approve(number).unwrap();
    house.wait();
    assert_eq!(house.reconcile().await.gestures, 2);
    let (request, lines, mails) = (house.habilitation(number).await, house.lines(number).await, house.mails().len());

    assert_eq!(house.datapass().deliver_pending().await, 3);
    house.run_jobs().await;
    assert_eq!(house.habilitation(number).await, request, "not even its version");
    assert_eq!(house.lines(number).await, lines);
    assert_eq!(house.mails().len(), mails);
    assert_eq!(house.hubee().subscriptions().len(), 1);
    assert_eq!(house.reconcile().await, nothing(1));
    assert_eq!(house.lines(number).await, lines);
}

#[tokio::test]
async fn after_the_webhooks_there_is_nothing_to_find() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    house.datapass().request_changes(number).unwrap();
    house.deliver().await;
    house.wait();
    house.datapass().update(number, &hauteluce()).unwrap();
    house.datapass().submit(number).unwrap();
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    let (request, lines, mails) = (house.habilitation(number).await, house.lines(number).await, house.mails().len());
    for days in [0, 1, 100] {
        house.clock.advance(Duration::days(days));
        house.wait();
        assert_eq!(house.reconcile().await, nothing(1));
    }
    assert_eq!(house.habilitation(number).await, request);
    assert_eq!((house.lines(number).await, house.mails().len()), (lines, mails));
}

#[tokio::test]
async fn a_gesture_that_a_later_webhook_revealed_is_not_found_again() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    house.wait();
    let lost = house.datapass().approve(number).unwrap();
    house.datapass().set_webhook(nowhere());
    house.datapass().deliver_pending().await;
    assert_eq!(
        house.datapass().deliveries().iter().find(|one| one.id == lost).unwrap().summary(),
        "perdue (connexion refusée)"
    );
    house.wait();
    house.datapass().set_webhook(Webhook { url: format!("{}/api/datapass/webhook", house.url), ..nowhere() });
    house.datapass().transfer(number, &somebody(), None).unwrap();
    house.deliver().await;
    // The transfer's own state tells what was lost: the reconciliation must not tell it again.
    let lines = house.lines(number).await;
    house.wait();
    assert_eq!(house.reconcile().await, nothing(1));
    assert_eq!(house.lines(number).await, lines);
    let request = house.habilitation(number).await;
    assert!(matches!(request.state, State::Accepted { .. }), "{:?}", request.state);
    assert_eq!(request.dossier.demandeur.email, "d.favre@mairie-hauteluce.fr", "older never overwrites newer");
    assert!(house.published().await.contains("21730132400018"));
    house.wait();
    assert_eq!(house.reconcile().await, nothing(1));
}

/// The rejected answers never come in, whether the reopening's gestures were lost together or one by one.
#[tokio::test]
async fn a_refused_reopening_leaves_what_is_in_force() {
    for together in [true, false] {
        let house = House::open().await;
        let number = house.submitted(hauteluce()).await;
        house.datapass().approve(number).unwrap();
        house.deliver().await;
        let in_force = house.habilitation(number).await.dossier;
        let mut rejected = hauteluce();
        rejected.retention_months = Some(30);
        let mut gestures = 0;
        for gesture in ["reopen", "submit", "refuse"] {
            house.clock.advance(Duration::hours(1));
            let datapass = house.datapass();
            match gesture {
                "reopen" => datapass.reopen(number).and_then(|_| datapass.update(number, &rejected)),
                "submit" => datapass.submit(number),
                _ => datapass.refuse(number),
            }
            .unwrap();
            if !together {
                house.wait();
                gestures += house.reconcile().await.gestures;
            }
            if gesture == "submit" && !together {
                let submitted = house.habilitation(number).await;
                assert_eq!(submitted.dossier.conservation_mois, Some(30));
                assert_eq!(submitted.in_force.unwrap().dossier.conservation_mois, in_force.conservation_mois);
            }
        }
        house.wait();
        gestures += house.reconcile().await.gestures;
        assert_eq!(gestures, 3);
        let request = house.habilitation(number).await;
        assert!(matches!(request.state, State::Accepted { .. }), "{:?}", request.state);
        assert_eq!(request.dossier, in_force);
        assert_eq!(request.in_force.unwrap().dossier, in_force);
        let lines = house.lines(number).await;
        let found = ["reopened", "recovered", "submitted", "recovered", "reopening_refused", "recovered"];
        assert!(lines.ends_with(&found), "{lines:?}");
        assert!(house.published().await.contains("21730132400018"), "the form stays open");
        house.datapass().deliver_pending().await;
        house.run_jobs().await;
        assert_eq!(house.lines(number).await, lines, "late webhooks, the update's too, say nothing new");
    }
}

#[tokio::test]
async fn a_reopening_never_heard_of_is_a_reopening() {
    let house = House::open().await;
    let number = house.datapass().create(hauteluce());
    house.datapass().submit(number).unwrap();
    house.datapass().approve(number).unwrap();
    house.clock.advance(Duration::days(60));
    house.datapass().reopen(number).unwrap();
    house.datapass().submit(number).unwrap();
    house.wait();
    let found = house.reconcile().await;
    assert_eq!((found.gestures, found.requests), (2, 1), "the reopening, not what is long past: {found:?}");
    let request = house.habilitation(number).await;
    assert!(matches!(request.state, State::Submitted { .. }) && request.is_reopening());
    assert!(
        house.history(number).await.iter().any(|line| matches!(line.event, Event::Submitted { reopening: true, .. }))
    );
}

#[tokio::test]
async fn every_other_gesture_is_found() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let other = house.submitted(commune("Beaufort", "21730034200010", "73034", "73270")).await;
    let datapass = house.datapass();
    datapass.request_changes(number).unwrap();
    datapass.refuse(other).unwrap();
    house.wait();
    assert_eq!(house.reconcile().await.gestures, 2);
    assert!(matches!(house.habilitation(number).await.state, State::ChangesRequested { .. }));
    assert!(matches!(house.habilitation(other).await.state, State::Refused { .. }));
    datapass.approve(number).unwrap();
    datapass.archive(other).unwrap();
    house.wait();
    assert_eq!(house.reconcile().await.gestures, 2);
    assert!(house.published().await.contains("21730132400018"));
    assert!(matches!(house.habilitation(other).await.state, State::Archived { .. }));
    datapass.reopen(number).unwrap();
    house.clock.advance(Duration::minutes(1));
    datapass.cancel_reopening(number).unwrap();
    house.clock.advance(Duration::minutes(1));
    datapass.revoke(number).unwrap();
    house.wait();
    assert_eq!(house.reconcile().await.gestures, 3);
    assert!(matches!(house.habilitation(number).await.state, State::Revoked { .. }));
    assert_eq!(house.published().await, "[]", "closed at once");
}

/// What was decided here is confirmed, not decided again.
#[tokio::test]
async fn our_own_decision_is_confirmed() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    ada.accepts(number).await;
    house.run_jobs().await;
    assert!(house.habilitation(number).await.to_report().is_some());
    house.wait();
    assert_eq!(house.reconcile().await, nothing(1), "our decision is not DataPass's silence");
    house.datapass().approve(number).unwrap();
    house.wait();
    let mails = house.mails().len();
    assert_eq!(house.reconcile().await.gestures, 1);
    assert!(house.habilitation(number).await.to_report().is_none());
    assert!(house.lines(number).await.ends_with(&["confirmed", "recovered"]));
    assert_eq!(house.mails().len(), mails);
}

#[tokio::test]
async fn what_the_api_leaves_out_is_kept() {
    let house = House::open().await;
    let mut filing = hauteluce();
    filing.applicant.job = Some("Secrétaire générale".into());
    let number = house.submitted(filing).await;
    let before = house.habilitation(number).await.dossier;
    house.datapass().request_changes(number).unwrap();
    house.wait();
    house.reconcile().await;
    assert_eq!(house.habilitation(number).await.dossier, before);

    let mut unnamed = commune("Beaufort", "21730034200010", "73034", "73270");
    unnamed.insee = false;
    let other = house.datapass().create(unnamed);
    house.datapass().submit(other).unwrap();
    house.wait();
    assert_eq!(house.reconcile().await.requests, 1);
    assert_eq!(house.habilitation(other).await.dossier.organisation.name, "Organisme 21730034200010 (nom inconnu)");
}

fn nowhere() -> Webhook {
    Webhook { url: "http://127.0.0.1:9/".into(), secret: habilis::SANDBOX_WEBHOOK_SECRET.into() }
}

fn somebody() -> Applicant {
    let some = |text: &str| Some(text.to_owned());
    let (given, family, phone) = (some("Dominique"), some("Favre"), some("04 79 00 00 09"));
    Applicant { email: "d.favre@mairie-hauteluce.fr".into(), given, family, phone, job: some("Maire") }
}
