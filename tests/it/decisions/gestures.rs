use habilis::accounts::Role;

use super::{REASON, asks, assert_shown, confirms, decides, verbatim};
use crate::support::house::{House, hauteluce};

#[tokio::test]
async fn the_mail_that_leaves_is_the_mail_that_was_shown() {
    for (gesture, text) in [("modifications", REASON), ("refuser", REASON), ("accepter", "Bienvenue !")] {
        let house = House::open().await;
        let number = house.submitted(hauteluce()).await;
        let mut ada = house.instructeur("Ada").await;
        house.sandbox.mailbox.clear();

        let asked = asks(&mut ada, number, gesture, text).await;
        assert_eq!(house.run_jobs().await, 0, "nothing leaves before it is confirmed");
        assert!(verbatim(&asked, "#apercu-texte").contains(text.lines().next().unwrap().trim_end_matches(" !")));
        assert_eq!(confirms(&mut ada, &asked).await.status, 303);
        house.run_jobs().await;
        let mails = house.mails();
        assert_eq!(mails.len(), 1, "{gesture}");
        assert_shown(&asked, &mails[0]);
        let history = ada.get(&format!("/instruction/D{number}")).await;
        assert!(history.main().contains(text.lines().next().unwrap()), "{}", history.main());
    }
}

#[tokio::test]
async fn an_activation_by_the_collectivite_is_shown_too() {
    let house = House::with(&[("HUBEE_ACTIVATION", "manual")]).await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    house.sandbox.mailbox.clear();
    let asked = decides(&house, &mut ada, number, "accepter", "").await;
    assert!(verbatim(&asked, "#apercu-texte").contains("Il vous reste à l’activer"));
    assert_shown(&asked, &house.mails()[0]);
}

#[tokio::test]
async fn a_revocation_closes_the_page_and_says_why() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    decides(&house, &mut ada, number, "accepter", "").await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    let page = "/collectivites/21730132400018";
    assert_eq!(house.anyone().get(page).await.status, 200);

    let without = asks(&mut ada, number, "revoquer", " ").await;
    assert_eq!(without.status, 422);
    assert!(without.main().contains("Écrivez le motif"), "{}", without.main());
    house.sandbox.mailbox.clear();
    let asked = asks(&mut ada, number, "revoquer", REASON).await;
    assert!(asked.main().contains("aussitôt fermé aux familles"), "{}", asked.main());
    assert_eq!(house.anyone().get(page).await.status, 200, "nothing is closed before it is confirmed");
    let done = confirms(&mut ada, &asked).await;
    assert_eq!(done.location, Some(format!("/instruction/D{number}?fait=revoquee")));

    // At once, before any job ran.
    assert_ne!(house.anyone().get(page).await.status, 200);
    assert_eq!(house.anyone().get("/api/collectivites").await.text, "[]");
    house.run_jobs().await;
    let mails = house.mails();
    assert_eq!(mails.len(), 2, "the second says that the abonnement ended in HubEE");
    assert_shown(&asked, &mails[0]);
    assert!(mails[0].subject.ends_with("Votre habilitation est révoquée"), "{}", mails[0].subject);
    assert!(mails[0].text.as_deref().unwrap().contains("Ce que cela change pour les familles"));

    let token = house.habilitation(number).await.tracking_token;
    let tracking = house.anyone().get(&format!("/suivi/{token}")).await;
    assert!(tracking.main().contains("est révoquée") && tracking.main().contains("quotient familial."));
    house.datapass().revoke(number).unwrap();
    house.deliver().await;
    assert_eq!(house.mails().len(), 2, "DataPass saying the same tells nobody again");
    assert_eq!(house.habilitation(number).await.unreported, None);
}

#[tokio::test]
async fn an_archived_request_tells_nobody() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let draft = house.datapass().create(hauteluce());
    house.deliver().await;
    house.sandbox.mailbox.clear();
    let asked = decides(&house, &mut ada, draft, "archiver", "").await;
    assert!(asked.main().contains("Aucun courriel ne partira"), "{}", asked.main());
    assert_eq!(house.habilitation(draft).await.state.name(), "archived");
    assert!(house.mails().is_empty());
    house.datapass().archive(draft).unwrap();
    house.deliver().await;
    assert_eq!(house.habilitation(draft).await.unreported, None);

    // A refusal is first reported: DataPass archives no request that it still reads.
    let refused = house.submitted(hauteluce()).await;
    decides(&house, &mut ada, refused, "refuser", REASON).await;
    let page = ada.get(&format!("/instruction/D{refused}")).await;
    assert!(!page.text.contains(&format!("/instruction/D{refused}/archiver")), "{}", page.main());
    house.datapass().refuse(refused).unwrap();
    house.deliver().await;
    decides(&house, &mut ada, refused, "archiver", "").await;
    assert_eq!(house.habilitation(refused).await.state.name(), "archived");
}

#[tokio::test]
async fn a_green_request_is_accepted_in_one_click() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    house.verified_by_hand(number).await;
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    assert!(page.main().contains("Dossier conforme : accepter"), "{}", page.main());

    house.sandbox.mailbox.clear();
    let version = ada.version(number).await;
    let path = format!("/instruction/D{number}/accepter");
    let asked = ada.post(&path, &[("version", &version), ("conforme", "oui")]).await;
    assert!(asked.main().contains("rien n’est à regarder dans les contrôles"), "{}", asked.main());
    assert_eq!(confirms(&mut ada, &asked).await.status, 303);
    house.run_jobs().await;
    assert_shown(&asked, house.mails().last().unwrap());
    let history = ada.get(&format!("/instruction/D{number}")).await;
    assert!(history.main().contains("Acceptation en un clic, contrôles conformes"), "{}", history.main());
}

#[tokio::test]
async fn one_click_takes_that_nothing_is_to_read() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    // Another request of the same SIRET waits: to look at.
    house.submitted(hauteluce()).await;
    let number = house.submitted(hauteluce()).await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    assert!(!page.main().contains("Dossier conforme"), "{}", page.main());
    let version = ada.version(number).await;
    let path = format!("/instruction/D{number}/accepter");
    for confirmed in ["", "oui"] {
        let form = [("version", version.as_str()), ("conforme", "oui"), ("confirme", confirmed)];
        let refused = ada.post(&path, &form).await;
        assert_eq!(refused.status, 422);
        assert!(refused.main().contains("demande une lecture"), "{}", refused.main());
    }
    assert_eq!(house.habilitation(number).await.state.name(), "submitted");
}

#[tokio::test]
async fn a_reader_is_offered_nothing() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut lea = house.logged_in("Lea", Role::Lecteur).await;
    let page = lea.get(&format!("/instruction/D{number}")).await;
    assert!(!page.main().contains("Dossier conforme"), "{}", page.main());
    for gesture in ["accepter", "modifications", "refuser", "revoquer", "archiver"] {
        let form = [("version", "1"), ("text", REASON), ("confirme", "oui")];
        assert_eq!(lea.post(&format!("/instruction/D{number}/{gesture}"), &form).await.status, 403, "{gesture}");
    }
}
