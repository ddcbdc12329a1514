//! A deadline about to pass, or passed, with nobody assigned: responsables are told once of each.

use habilis::accounts::Role;
use habilis::workflow;

use super::scene::{mails_of, opened, person, subjects, submitted, text, wait};
use crate::support::house::House;

/// Claire wants alerts only: what she receives is one.
async fn claire(at: &str) -> House {
    let house = opened(at, &[]).await;
    let mut claire = house.logged_in("Claire", Role::Responsable).await;
    claire.post("/instruction/preferences", &[("alertes", "oui")]).await;
    house
}

#[tokio::test]
async fn once_on_the_last_day_then_once_late() {
    let house = claire("2026-09-07T08:00:00Z").await;
    person(&house, "Ada", Role::Instructeur).await;
    let number = submitted(&house, "2026-09-07T08:30:00Z").await;
    let last_day = format!("D{number} – Échéance aujourd’hui, personne n’est chargé de la demande");
    let late = format!("D{number} – Échéance dépassée, personne n’est chargé de la demande");

    for before in ["2026-09-09T12:00:00Z", "2026-09-10T06:00:00Z", "2026-09-10T11:59:59Z"] {
        wait(&house, before).await;
        assert_eq!(subjects(&house, "Claire"), [""; 0], "{before}");
    }
    for last in ["2026-09-10T12:00:00Z", "2026-09-10T12:00:01Z", "2026-09-10T20:00:00Z"] {
        wait(&house, last).await;
        workflow::schedule(&house.service).await.unwrap();
        house.run_jobs().await;
        assert_eq!(subjects(&house, "Claire"), std::slice::from_ref(&last_day), "{last}");
    }
    for after in ["2026-09-11T06:00:00Z", "2026-09-11T12:00:00Z", "2026-09-14T06:00:00Z", "2026-09-30T12:00:00Z"] {
        wait(&house, after).await;
        assert_eq!(subjects(&house, "Claire"), [last_day.clone(), late.clone()], "{after}");
    }
    let ada = subjects(&house, "Ada");
    assert!(ada.iter().all(|subject| subject.starts_with("Demandes du ")), "alerts are for responsables: {ada:?}");

    let mail = &mails_of(&house, "Claire")[0];
    let text = text(mail);
    assert!(text.contains("La réponse est due aujourd’hui (10 septembre 2026) au plus tard."), "{text}");
    assert!(text.contains(&format!("{}/instruction/D{number}\n", house.url)), "{text}");
    assert!(!text.to_lowercase().contains("bouchet"), "{text}");
}

#[tokio::test]
async fn each_deadline_has_its_own() {
    let house = claire("2026-09-07T08:00:00Z").await;
    let number = submitted(&house, "2026-09-07T08:30:00Z").await;
    wait(&house, "2026-09-10T12:00:00Z").await;
    house.datapass().request_changes(number).unwrap();
    house.deliver().await;
    wait(&house, "2026-09-11T06:00:00Z").await;
    assert_eq!(subjects(&house, "Claire").len(), 1, "paused: not late");
    wait(&house, "2026-09-11T08:00:00Z").await;
    house.datapass().submit(number).unwrap();
    house.deliver().await;
    // 16 September is the new deadline.
    wait(&house, "2026-09-15T12:00:00Z").await;
    assert_eq!(subjects(&house, "Claire").len(), 1);
    wait(&house, "2026-09-16T12:00:00Z").await;
    assert_eq!(subjects(&house, "Claire").len(), 2);
}

#[tokio::test]
async fn what_is_answered_in_time_is_not_told() {
    let house = claire("2026-09-07T08:00:00Z").await;
    let number = submitted(&house, "2026-09-07T08:30:00Z").await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    for at in ["2026-09-10T12:00:00Z", "2026-09-11T06:00:00Z"] {
        wait(&house, at).await;
    }
    assert_eq!(subjects(&house, "Claire"), [""; 0]);
}

#[tokio::test]
async fn answered_between_the_order_and_the_mail() {
    let house = claire("2026-09-07T08:00:00Z").await;
    let number = submitted(&house, "2026-09-07T08:30:00Z").await;
    house.sandbox.mailbox.refuse_next(1);
    wait(&house, "2026-09-10T12:00:00Z").await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    wait(&house, "2026-09-10T16:00:00Z").await;
    wait(&house, "2026-09-11T06:00:00Z").await;
    assert_eq!(subjects(&house, "Claire"), [""; 0]);
}

#[tokio::test]
async fn old_files_are_the_digest_s() {
    let house = House::open().await;
    person(&house, "Claire", Role::Responsable).await;
    submitted(&house, "2026-08-10T08:30:00Z").await;
    wait(&house, "2026-09-08T05:00:00Z").await;
    workflow::schedule(&house.service).await.unwrap();
    for at in ["2026-09-08T06:00:00Z", "2026-09-08T12:00:00Z"] {
        wait(&house, at).await;
    }
    assert_eq!(subjects(&house, "Claire"), ["Demandes du 8 septembre 2026 : 1 en retard"]);
}

#[tokio::test]
async fn late_over_easter_is_told_on_the_tuesday() {
    let house = claire("2026-03-31T08:00:00Z").await;
    submitted(&house, "2026-03-31T08:30:00Z").await;
    let mut counts = Vec::new();
    for day in ["04-03", "04-04", "04-05", "04-06", "04-07"] {
        wait(&house, &format!("2026-{day}T06:00:00Z")).await;
        wait(&house, &format!("2026-{day}T12:00:00Z")).await;
        counts.push(subjects(&house, "Claire").len());
    }
    assert_eq!(counts, [1, 1, 1, 1, 2]);
}
