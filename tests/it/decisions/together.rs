use habilis::sandbox::datapass::Applicant;

use super::{REASON, asks, confirms, decides};
use crate::support::browser::Browser;
use crate::support::house::{House, commune, hauteluce};

/// Brings a fresh request where `gesture` is possible.
async fn ready(house: &House, ada: &mut Browser, gesture: &str) -> i64 {
    let number = match gesture {
        "archiver" => house.datapass().create(hauteluce()),
        _ => house.submitted(hauteluce()).await,
    };
    house.deliver().await;
    if gesture == "revoquer" {
        decides(house, ada, number, "accepter", "").await;
    }
    number
}

#[tokio::test]
async fn the_second_of_two_sees_what_the_first_did() {
    for (gesture, done) in [
        ("accepter", "Demande acceptée"),
        ("modifications", "Modifications demandées"),
        ("refuser", "Demande refusée"),
        ("revoquer", "Habilitation révoquée"),
        ("archiver", "Demande archivée"),
    ] {
        let house = House::open().await;
        let (mut ada, mut bruno) = (house.instructeur("Ada").await, house.instructeur("Bruno").await);
        let number = ready(&house, &mut ada, gesture).await;
        let (hers, his) =
            (asks(&mut ada, number, gesture, REASON).await, asks(&mut bruno, number, gesture, REASON).await);
        assert_eq!(confirms(&mut ada, &hers).await.status, 303, "{gesture}");
        let after = house.habilitation(number).await;

        let late = confirms(&mut bruno, &his).await;
        assert_eq!(late.status, 409, "{gesture}: {}", late.text);
        let said = late.main();
        assert!(said.contains("a changé depuis que vous l’avez ouverte") && said.contains("Ada"), "{said}");
        assert!(said.contains(done), "{gesture}: {said}");
        if gesture != "archiver" {
            assert!(said.contains("svp : merci !"), "what was typed is kept: {said}");
        }
        assert_eq!(house.habilitation(number).await, after, "{gesture}: nothing is overwritten");
    }
}

#[tokio::test]
async fn two_at_the_same_instant_make_one_decision() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let (mut ada, mut bruno) = (house.instructeur("Ada").await, house.instructeur("Bruno").await);
    let version = ada.version(number).await;
    let (hers, his) = tokio::join!(
        ada.decides_on(number, &version, "refuser", REASON),
        bruno.decides_on(number, &version, "modifications", REASON),
    );
    let mut statuses = [hers.status.as_u16(), his.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    house.sandbox.mailbox.clear();
    house.run_jobs().await;
    assert_eq!(house.mails().len(), 1);
}

#[tokio::test]
async fn a_request_that_changes_under_an_open_page_is_read_again() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;

    // Transferred while the confirmation is open: the mail would go to somebody else.
    let asked = asks(&mut ada, number, "refuser", REASON).await;
    let to = Applicant { email: "nouvelle@mairie-hauteluce.fr".into(), ..hauteluce().applicant };
    house.clock.advance(chrono::Duration::minutes(1));
    house.datapass().transfer(number, &to, None).unwrap();
    house.deliver().await;
    let late = confirms(&mut ada, &asked).await;
    assert_eq!(late.status, 409);
    assert!(late.main().contains("Demande transférée"), "{}", late.main());

    // Sent back and submitted again meanwhile.
    decides(&house, &mut ada, number, "modifications", REASON).await;
    house.clock.advance(chrono::Duration::minutes(1));
    house.datapass().request_changes(number).unwrap();
    house.deliver().await;
    let asked = asks(&mut ada, number, "refuser", REASON).await;
    assert_eq!(asked.status, 200);
    house.clock.advance(chrono::Duration::minutes(1));
    house.datapass().submit(number).unwrap();
    house.deliver().await;
    let late = confirms(&mut ada, &asked).await;
    assert_eq!(late.status, 409);
    assert!(late.main().contains("soumise à nouveau"), "{}", late.main());
    assert_eq!(house.habilitation(number).await.state.name(), "submitted");
}

#[tokio::test]
async fn a_request_handed_over_is_followed_by_its_new_demandeur_alone() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let before = house.habilitation(number).await;
    let former = format!("/suivi/{}", before.tracking_token);
    assert_eq!(house.anyone().get(&former).await.status, 200);

    house.sandbox.mailbox.clear();
    house.clock.advance(chrono::Duration::minutes(1));
    let to = Applicant { email: "nouvelle@mairie-hauteluce.fr".into(), ..hauteluce().applicant };
    house.datapass().transfer(number, &to, None).unwrap();
    house.deliver().await;

    let after = house.habilitation(number).await;
    assert_ne!(after.tracking_token, before.tracking_token);
    assert_eq!(house.anyone().get(&former).await.status, 404, "whoever gave the request away reads no more of it");
    let link = format!("/suivi/{}", after.tracking_token);
    assert_eq!(house.anyone().get(&link).await.status, 200);
    let mails = house.mails();
    assert_eq!(mails.len(), 1);
    let told = &mails[0];
    assert_eq!(told.to, ["nouvelle@mairie-hauteluce.fr"]);
    let text = told.text.as_deref().unwrap();
    assert!(told.subject.contains("vous a été transmise") && text.contains(&link), "{text}");

    // To another body only: its demandeur keeps the link, and is told nothing.
    house.sandbox.mailbox.clear();
    house.clock.advance(chrono::Duration::minutes(1));
    let body = commune("Beaufort", "21730034200011", "73034", "73270").establishment();
    house.datapass().transfer(number, &to, Some(&body)).unwrap();
    house.deliver().await;
    assert_eq!(house.habilitation(number).await.tracking_token, after.tracking_token);
    assert!(house.mails().is_empty());
}

/// A reopening refused after a transfer brings the answers in force back, not whoever gave them.
#[tokio::test]
async fn a_refused_reopening_stays_its_new_demandeurs() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    decides(&house, &mut ada, number, "accepter", "").await;
    let datapass = house.datapass();
    let step = || house.clock.advance(chrono::Duration::minutes(1));
    step();
    datapass.approve(number).unwrap();
    step();
    let to = Applicant { email: "nouvelle@mairie-hauteluce.fr".into(), ..hauteluce().applicant };
    datapass.transfer(number, &to, None).unwrap();
    step();
    datapass.reopen(number).unwrap();
    step();
    datapass.submit(number).unwrap();
    house.deliver().await;
    let token = house.habilitation(number).await.tracking_token;
    decides(&house, &mut ada, number, "refuser", REASON).await;
    let after = house.habilitation(number).await;
    assert_eq!(after.dossier.demandeur.email, "nouvelle@mairie-hauteluce.fr");
    assert_eq!(after.tracking_token, token);
}

#[tokio::test]
async fn the_confirmation_speaks_of_datapass_when_it_must_be_told() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    assert!(asks(&mut ada, number, "refuser", REASON).await.main().contains("aussi à reporter là-bas"));
    // Refused there after it was accepted here: nothing is left there that a revocation could revoke.
    decides(&house, &mut ada, number, "accepter", "").await;
    house.clock.advance(chrono::Duration::minutes(1));
    house.datapass().refuse(number).unwrap();
    house.deliver().await;
    assert!(!asks(&mut ada, number, "revoquer", REASON).await.main().contains("à reporter"));
}
