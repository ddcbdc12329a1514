//! What a digest tells, to whom, and when it says nothing.

use habilis::accounts::Role;

use super::scene::{mails_of, mornings, opened, person, subjects, submitted, text, wait};
use crate::support::house::House;

/// A Tuesday at 11:00 in Paris, with one instructeur.
async fn tuesday() -> House {
    let house = opened("2026-09-08T09:00:00Z", &[]).await;
    person(&house, "Ada", Role::Instructeur).await;
    house
}

#[tokio::test]
async fn a_request_from_arrival_to_delay() {
    let house = tuesday().await;
    let number = submitted(&house, "2026-09-08T10:00:00Z").await;
    assert_eq!(
        mornings(&house, "Ada", "2026-09-09", "2026-09-09").await,
        ["Demandes du 9 septembre 2026 : 1 nouvelle"]
    );

    wait(&house, "2026-09-09T10:00:00Z").await;
    house.datapass().request_changes(number).unwrap();
    house.deliver().await;
    assert_eq!(mornings(&house, "Ada", "2026-09-10", "2026-09-10").await, [""; 0], "paused: nothing to say");

    wait(&house, "2026-09-10T10:00:00Z").await;
    house.datapass().submit(number).unwrap();
    house.deliver().await;
    let expected = [
        "Demandes du 11 septembre 2026 : 1 réponse reçue",
        // 14 September: told once, not due yet.
        "Demandes du 15 septembre 2026 : 1 à rendre aujourd’hui",
        "Demandes du 16 septembre 2026 : 1 en retard",
    ];
    assert_eq!(mornings(&house, "Ada", "2026-09-11", "2026-09-16").await, expected);

    wait(&house, "2026-09-16T10:00:00Z").await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    assert_eq!(mornings(&house, "Ada", "2026-09-17", "2026-09-17").await, [""; 0]);
}

#[tokio::test]
async fn a_reopening_submitted_anew_is_no_answer() {
    let house = tuesday().await;
    let number = submitted(&house, "2026-09-08T10:00:00Z").await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    house.datapass().reopen(number).unwrap();
    house.deliver().await;
    wait(&house, "2026-09-08T11:00:00Z").await;
    house.datapass().submit(number).unwrap();
    house.deliver().await;
    assert_eq!(
        mornings(&house, "Ada", "2026-09-09", "2026-09-09").await,
        ["Demandes du 9 septembre 2026 : 1 nouvelle"]
    );
}

#[tokio::test]
async fn what_is_delivered_late_is_told_when_it_comes() {
    // Without reconciliation, which would hear of it before its webhook.
    let house = opened("2026-09-08T09:00:00Z", &[("DATAPASS_CLIENT_ID", ""), ("DATAPASS_CLIENT_SECRET", "")]).await;
    person(&house, "Ada", Role::Instructeur).await;
    // Submitted on the evening, delivered the next day after the digest.
    wait(&house, "2026-09-08T16:00:00Z").await;
    let number = house.datapass().create(crate::support::house::hauteluce());
    house.datapass().submit(number).unwrap();
    assert_eq!(mornings(&house, "Ada", "2026-09-09", "2026-09-09").await, [""; 0]);
    wait(&house, "2026-09-09T07:00:00Z").await;
    house.deliver().await;
    let expected = ["Demandes du 10 septembre 2026 : 1 nouvelle"];
    assert_eq!(mornings(&house, "Ada", "2026-09-10", "2026-09-10").await, expected);
}

#[tokio::test]
async fn the_mail_itself() {
    let house = tuesday().await;
    let number = submitted(&house, "2026-09-08T10:00:00Z").await;
    mornings(&house, "Ada", "2026-09-09", "2026-09-09").await;
    let mails = mails_of(&house, "Ada");
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    let url = &house.url;
    let text = text(mail);
    assert!(text.contains("Nouvelles demandes (1)"), "{text}");
    let line = format!("- D{number}, COMMUNE DE HAUTELUCE : échéance dans 2 j ouvrés, à prendre");
    assert!(text.contains(&line), "{text}");
    for link in [
        format!("{url}/instruction/D{number}"),
        format!("{url}/instruction?etat=a-instruire"),
        format!("{url}/instruction/preferences"),
        format!("{url}/desabonnement/"),
    ] {
        assert!(text.contains(&link), "{link} in {text}");
        assert!(mail.html.as_deref().unwrap().contains(&link), "{link}");
    }
    for personal in ["bouchet", "Bouchet", "21730132400018", "@mairie"] {
        assert!(!text.contains(personal) && !mail.html.as_deref().unwrap().contains(personal), "{personal}");
    }
    assert!(mail.attachments.is_empty());
}

#[tokio::test]
async fn three_people_with_their_own_wishes() {
    let house = opened("2026-09-08T09:00:00Z", &[]).await;
    person(&house, "Ada", Role::Instructeur).await;
    person(&house, "Dora", Role::Lecteur).await;
    person(&house, "Oscar", Role::Operateur).await;
    let mut bruno = house.instructeur("Bruno").await;
    bruno.post("/instruction/preferences", &[("messages", "oui")]).await;
    let mut claire = house.logged_in("Claire", Role::Responsable).await;
    claire.post("/instruction/preferences", &[("recapitulatif", "oui"), ("messages", "oui")]).await;
    submitted(&house, "2026-09-08T10:00:00Z").await;

    // Due on the 11th: the alert of the 11th at 14:00 would go to Claire, who wants none.
    for day in 9..=11 {
        wait(&house, &format!("2026-09-{day:02}T06:00:00Z")).await;
        wait(&house, &format!("2026-09-{day:02}T12:00:00Z")).await;
    }
    let told = ["Demandes du 9 septembre 2026 : 1 nouvelle", "Demandes du 11 septembre 2026 : 1 à rendre aujourd’hui"];
    assert_eq!(subjects(&house, "Ada"), told);
    assert_eq!(subjects(&house, "Claire"), told);
    for silent in ["Bruno", "Dora", "Oscar"] {
        assert_eq!(subjects(&house, silent), [""; 0], "{silent}");
    }
}
