//! The link at the foot of reminders: read by anything without effect, followed by a person or by mail software.

use habilis::accounts::Role;
use habilis::sandbox::mailbox::Mail;
use reqwest::StatusCode;

use super::scene::{mails_of, mornings, opened, person, subjects, submitted, text, wait};
use crate::support::browser::Browser;
use crate::support::house::House;

/// One header of a mail as it came, unfolded.
fn header(mail: &Mail, name: &str) -> Option<String> {
    let raw = String::from_utf8_lossy(&mail.raw).replace("\r\n ", " ").replace("\r\n\t", " ");
    let head = raw.split("\r\n\r\n").next().unwrap_or_default().to_owned();
    let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}:")))?;
    Some(line.trim().to_owned())
}

/// The path of the link of a mail.
fn link(house: &House, mail: &Mail) -> String {
    let header = header(mail, "List-Unsubscribe").expect("a way out");
    let address = header.trim_start_matches('<').trim_end_matches('>').to_owned();
    assert!(text(mail).contains(&address), "{address}");
    address.strip_prefix(&house.url).expect("our address").to_owned()
}

/// A request is late since a while: there is a digest every morning.
async fn every_morning() -> House {
    let house = opened("2026-09-01T09:00:00Z", &[]).await;
    person(&house, "Ada", Role::Instructeur).await;
    submitted(&house, "2026-09-01T10:00:00Z").await;
    wait(&house, "2026-09-08T06:00:00Z").await;
    assert_eq!(subjects(&house, "Ada").len(), 1);
    house
}

#[tokio::test]
async fn reading_the_link_changes_nothing_and_posting_stops_the_mails() {
    let house = every_morning().await;
    let link = link(&house, &mails_of(&house, "Ada")[0]);
    assert!(link.len() >= "/desabonnement/".len() + 32, "{link}");
    let mut anyone = house.anyone();
    for _ in 0..3 {
        let page = anyone.get(&link).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.words("h1"), "Ne plus recevoir ces courriels");
        assert!(page.main().contains("Récapitulatif du matin"), "{}", page.main());
        assert!(!page.text.contains("ada@") && !page.text.contains("Ada"), "{}", page.text);
    }
    assert_eq!(reqwest::Client::new().head(format!("{}{link}", house.url)).send().await.unwrap().status(), 200);
    assert_eq!(mornings(&house, "Ada", "2026-09-09", "2026-09-09").await.len(), 1, "still wanted");

    let done = anyone.post(&link, &[]).await;
    assert_eq!((done.status, done.words("h1").as_str()), (StatusCode::OK, "Vous ne recevrez plus ces courriels"));
    assert_eq!(anyone.post(&link, &[]).await.status, StatusCode::OK, "twice is once");
    assert_eq!(anyone.get(&link).await.words("h1"), "Vous ne recevrez plus ces courriels");
    assert_eq!(mornings(&house, "Ada", "2026-09-10", "2026-09-11").await, [""; 0]);

    let mut ada = Browser::new(&house.url);
    ada.log_in("ada@habilis.test", crate::support::house::PASSWORD).await;
    let page = ada.get("/instruction/preferences").await;
    assert_eq!(page.value("#recapitulatif[checked]"), None);
    ada.post("/instruction/preferences", &[("recapitulatif", "oui"), ("messages", "oui")]).await;
    assert_eq!(mornings(&house, "Ada", "2026-09-14", "2026-09-14").await.len(), 1, "wanted again");
}

#[tokio::test]
async fn mail_software_unsubscribes_in_one_click() {
    let house = every_morning().await;
    let mail = &mails_of(&house, "Ada")[0];
    assert_eq!(header(mail, "List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    let url = format!("{}{}", house.url, link(&house, mail));
    let client = reqwest::Client::new();
    // From a web mail: another site, no cookie.
    let posted = client
        .post(&url)
        .header("origin", "https://courrier.example")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("List-Unsubscribe=One-Click");
    let answer = posted.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
    assert!(answer.headers().get("set-cookie").is_none());
    assert_eq!(mornings(&house, "Ada", "2026-09-09", "2026-09-10").await, [""; 0]);
}

#[tokio::test]
async fn only_that_route_is_open_to_other_sites() {
    let house = every_morning().await;
    for path in ["/instruction/preferences", "/connexion", "/deconnexion"] {
        let posted = reqwest::Client::new()
            .post(format!("{}{path}", house.url))
            .header("origin", "https://courrier.example")
            .header("sec-fetch-site", "cross-site");
        assert_eq!(posted.send().await.unwrap().status(), StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_link_stops_its_own_topic_for_its_own_person() {
    let house = opened("2026-09-07T08:00:00Z", &[]).await;
    person(&house, "Claire", Role::Responsable).await;
    person(&house, "Colette", Role::Responsable).await;
    submitted(&house, "2026-09-07T08:30:00Z").await;
    wait(&house, "2026-09-10T12:00:00Z").await;
    let alert = mails_of(&house, "Claire").into_iter().find(|mail| mail.subject.contains("Échéance")).unwrap();
    let page = house.anyone().get(&link(&house, &alert)).await;
    assert!(page.main().contains("Alertes d’échéance"), "{}", page.main());
    house.anyone().post(&link(&house, &alert), &[]).await;

    wait(&house, "2026-09-11T06:00:00Z").await;
    let (claire, colette) = (subjects(&house, "Claire"), subjects(&house, "Colette"));
    assert!(claire.contains(&"Demandes du 11 septembre 2026 : 1 en retard".to_owned()), "{claire:?}");
    assert!(!claire.iter().any(|subject| subject.contains("dépassée")), "{claire:?}");
    assert!(colette.iter().any(|subject| subject.contains("dépassée")), "{colette:?}");
}

#[tokio::test]
async fn a_token_that_is_none_looks_like_nothing() {
    let house = every_morning().await;
    let true_link = link(&house, &mails_of(&house, "Ada")[0]);
    let mut changed = true_link.clone();
    let last = if changed.pop() == Some('A') { 'B' } else { 'A' };
    changed.push(last);
    for path in [changed.as_str(), "/desabonnement/x", "/desabonnement/%00", "/desabonnement/%ff"] {
        let mut anyone = house.anyone();
        assert_eq!(anyone.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(anyone.post(path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(mornings(&house, "Ada", "2026-09-09", "2026-09-09").await.len(), 1);
}
