//! Both directions, what each side reads, and who is told.

use chrono::Duration;
use habilis::accounts::Role;
use habilis::sandbox::datapass::Applicant;
use habilis::store::{habilitations, messages};
use reqwest::StatusCode;
use reqwest::header::{COOKIE, ORIGIN};

use super::{mails_after, says, scene};
use crate::support::house::{House, commune};

#[tokio::test]
async fn an_instructeur_writes_and_the_demandeur_answers() {
    let (house, number, tracking) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let mut bruno = house.logged_in("Bruno", Role::Responsable).await;
    house.logged_in("Lise", Role::Lecteur).await;
    let (page, before) = (format!("/instruction/D{number}"), house.mails().len());

    let sent = ada.post(&format!("{page}/messages"), &[("message", "Pouvez-vous joindre la délibération ?")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert_eq!(sent.location.as_deref(), Some(format!("{page}?fait=message#messages").as_str()));
    house.run_jobs().await;
    let mails = mails_after(&house, before);
    assert_eq!(mails.len(), 1, "{mails:?}");
    let (to, subject, text) = &mails[0];
    assert_eq!(to, "c.bouchet@mairie-hauteluce.fr");
    assert!(subject.contains(&format!("D{number}")), "{subject}");
    assert!(text.contains("Ada (instructeur)") && text.contains("Pouvez-vous joindre la délibération"), "{text}");
    assert!(text.contains(&format!("{}{tracking}#messages", house.url)), "{text}");

    let mut demandeur = house.anyone();
    let read = demandeur.get(&tracking).await;
    assert!(says(&read).contains("1 nouveau message"), "{}", says(&read));
    assert!(says(&read).contains("Ada (instructeur)"), "{}", says(&read));
    assert!(read.words(".fr-badge").contains("nouveau"));
    let again = demandeur.get(&tracking).await;
    assert!(says(&again).contains("1 nouveau message"), "reading a page marks nothing");

    let (seen, key) = (again.value("input[name=vu]").unwrap(), again.value("input[name=cle]").unwrap());
    let form = [("message", "La voici."), ("vu", seen.as_str()), ("cle", key.as_str())];
    for _ in 0..2 {
        let answered = demandeur.post(&format!("{tracking}/messages"), &form).await;
        assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.text);
    }
    house.run_jobs().await;
    let after = demandeur.get(&format!("{tracking}?fait=message")).await;
    assert!(says(&after).contains("Votre message est envoyé."), "{}", says(&after));
    assert!(!says(&after).contains("nouveau message"), "answering is having read: {}", says(&after));

    let mut told = mails_after(&house, before + 1);
    told.sort();
    let readers: Vec<&str> = told.iter().map(|(to, ..)| to.as_str()).collect();
    assert_eq!(readers, ["ada@habilis.test", "bruno@habilis.test"], "once each, though the form was sent twice");
    for (_, subject, text) in &told {
        assert!(text.contains(&format!("{}{page}#messages", house.url)), "{text}");
        assert!(text.contains("COMMUNE DE HAUTELUCE") && subject.contains(&format!("D{number}")), "{text}");
        for personal in ["La voici", "Bouchet", "c.bouchet", "Camille", "/suivi/"] {
            assert!(!text.contains(personal) && !subject.contains(personal), "{personal}: {text}");
        }
    }

    let desk = bruno.get(&page).await;
    assert!(says(&desk).contains("1 nouveau message"), "{}", says(&desk));
    assert_eq!(says(&desk).matches("La voici.").count(), 1);
    assert!(says(&desk).contains("(demandeur)") && says(&desk).contains(", lu le"), "{}", says(&desk));
}

#[tokio::test]
async fn each_side_says_what_it_has_read() {
    let (house, number, tracking) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let mut lise = house.logged_in("Lise", Role::Lecteur).await;
    let page = format!("/instruction/D{number}");
    let mut demandeur = house.anyone();
    demandeur.post(&format!("{tracking}/messages"), &[("message", "Une première chose.")]).await;
    let shown = ada.get(&page).await;
    let seen = shown.value("input[name=vu]").unwrap();
    // Comes while Ada reads: what she marks does not hide it.
    demandeur.post(&format!("{tracking}/messages"), &[("message", "Une seconde chose.")]).await;
    let marked = ada.post(&format!("{page}/messages/lus"), &[("vu", &seen)]).await;
    assert_eq!(marked.location.as_deref(), Some(format!("{page}?fait=lu#messages").as_str()));
    assert!(says(&ada.get(&page).await).contains("1 nouveau message"));

    let read_only = lise.get(&page).await;
    assert!(says(&read_only).contains("Une seconde chose."), "{}", says(&read_only));
    assert!(!read_only.text.contains("Marquer les messages") && !read_only.text.contains("Envoyer le message"));
    for form in ["messages", "messages/lus"] {
        let refused = lise.post(&format!("{page}/{form}"), &[("message", "Bonjour"), ("vu", &seen)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    let all = ada.get(&page).await.value("input[name=vu]").unwrap();
    ada.post(&format!("{page}/messages/lus"), &[("vu", &all)]).await;
    assert!(!says(&ada.get(&page).await).contains("nouveau message"));

    ada.post(&format!("{page}/messages"), &[("message", "Merci.")]).await;
    let shown = demandeur.get(&tracking).await;
    assert!(says(&shown).contains("1 nouveau message"));
    let seen = shown.value("input[name=vu]").unwrap();
    let marked = demandeur.post(&format!("{tracking}/messages/lus"), &[("vu", &seen)]).await;
    assert_eq!(marked.location.as_deref(), Some(format!("{tracking}?fait=lu#messages").as_str()));
    assert!(!says(&demandeur.get(&tracking).await).contains("nouveau message"));
}

#[tokio::test]
async fn counters_of_a_list_take_one_query() {
    let house = House::open().await;
    let mut ids = Vec::new();
    for (rank, filing) in [
        commune("Hauteluce", "21730132400018", "73132", "73620"),
        commune("Aigueblanche", "21730003700019", "73003", "73260"),
        commune("Aime", "21730006000011", "73006", "73210"),
    ]
    .into_iter()
    .enumerate()
    {
        let number = house.submitted(filing).await;
        let known = house.habilitation(number).await;
        for _ in 0..rank {
            let path = format!("/suivi/{}/messages", known.tracking_token);
            let sent = house.anyone().post(&path, &[("message", "Bonjour")]).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER);
        }
        ids.push(known.id);
    }
    let mut conn = house.db.read().await.unwrap();
    let unread = messages::unread_by_request(conn.cx(), &ids).await.unwrap();
    let counts: Vec<Option<i64>> = ids.iter().map(|id| unread.get(id).copied()).collect();
    assert_eq!(counts, [None, Some(1), Some(2)]);
    let some = messages::unread_by_request(conn.cx(), &ids[..2]).await.unwrap();
    assert_eq!(some.len(), 1);
    assert!(messages::unread_by_request(conn.cx(), &[]).await.unwrap().is_empty());
    assert_eq!(messages::unread_total(conn.cx()).await.unwrap(), 3);
}

#[tokio::test]
async fn a_new_demandeur_gets_the_next_mails() {
    let (house, number, tracking) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    house.anyone().post(&format!("{tracking}/messages"), &[("message", "Avant le transfert.")]).await;
    let zoe = Applicant {
        email: "z.perrin@mairie-hauteluce.fr".into(),
        given: Some("Zoé".into()),
        family: Some("Perrin".into()),
        phone: None,
        job: None,
    };
    house.datapass().transfer(number, &zoe, None).unwrap();
    house.deliver().await;
    let after = house.mails().len();
    ada.post(&format!("/instruction/D{number}/messages"), &[("message", "Bonjour Zoé.")]).await;
    house.run_jobs().await;
    let mails = mails_after(&house, after);
    assert_eq!(mails.len(), 1, "{mails:?}");
    let (to, _, text) = &mails[0];
    assert_eq!(to, "z.perrin@mairie-hauteluce.fr");
    assert!(text.contains("Bonjour Zoé."), "{text}");
    let desk = says(&ada.get(&format!("/instruction/D{number}")).await);
    assert!(desk.contains("Bouchet (demandeur)"), "the first one wrote the first message: {desk}");
    assert!(!says(&house.anyone().get(&tracking).await).contains("Bouchet"));
}

#[tokio::test]
async fn a_request_that_is_over_takes_no_more_messages() {
    let (house, number, tracking) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let refused = ada.decides(number, "refuser", "La délibération manque, et le délai est passé.").await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", refused.text);
    house.run_jobs().await;
    let mut demandeur = house.anyone();
    assert!(!demandeur.get(&tracking).await.text.contains("Envoyer le message"));
    let late = demandeur.post(&format!("{tracking}/messages"), &[("message", "Un mot encore.")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(says(&late).contains("Un mot encore."), "kept to be copied: {}", says(&late));

    let before = house.mails().len();
    let page = format!("/instruction/D{number}");
    ada.post(&format!("{page}/messages"), &[("message", "Vous pouvez déposer une autre demande.")]).await;
    house.run_jobs().await;
    let mails = mails_after(&house, before);
    assert!(mails[0].2.contains("vous ne pouvez pas répondre"), "{mails:?}");

    house.clock.advance(Duration::hours(1));
    house.datapass().refuse(number).unwrap();
    house.clock.advance(Duration::hours(1));
    house.datapass().archive(number).unwrap();
    house.deliver().await;
    assert!(!ada.get(&page).await.text.contains("Envoyer le message"));
    let archived = ada.post(&format!("{page}/messages"), &[("message", "Trop tard.")]).await;
    assert_eq!(archived.status, StatusCode::CONFLICT);
    assert!(says(&archived).contains("Trop tard.") && says(&archived).contains("archivée"), "{}", says(&archived));
    assert_eq!(house.mails().len(), before + 1);
}

#[tokio::test]
async fn a_wrong_link_says_nothing() {
    let (house, _, tracking) = scene().await;
    let missing = house.anyone().get("/nulle-part").await;
    for part in ["messages", "messages/lus"] {
        let page = house.anyone().post(&format!("/suivi/faux/{part}"), &[("message", "Bonjour")]).await;
        assert_eq!((page.status, &page.text), (StatusCode::NOT_FOUND, &missing.text), "{part}");
    }
    let back = house.anyone().get(&format!("{tracking}/messages")).await;
    assert_eq!(back.location.as_deref(), Some(tracking.as_str()));
    let elsewhere = reqwest::Client::new()
        .post(format!("{}{tracking}/messages", house.url))
        .header(ORIGIN, "https://ailleurs.example")
        .header(COOKIE, "a=b")
        .form(&[("message", "Bonjour")]);
    assert_eq!(elsewhere.send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_tracking_page_still_names_no_demandeur() {
    let (house, number, tracking) = scene().await;
    house.anyone().post(&format!("{tracking}/messages"), &[("message", "Bonjour")]).await;
    let page = house.anyone().get(&tracking).await;
    let known = house.habilitation(number).await;
    let demandeur = &known.dossier.demandeur;
    assert!(says(&page).contains("Demandeur"));
    for personal in [Some(&demandeur.email), demandeur.family_name.as_ref()].into_iter().flatten() {
        assert!(!page.text.contains(personal.as_str()), "{personal}");
    }
    let mut conn = house.db.read().await.unwrap();
    let same = habilitations::by_id(conn.cx(), known.id).await.unwrap().unwrap();
    assert_eq!(same.version, known.version, "a message changes nothing of the request");
}
