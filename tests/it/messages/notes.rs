//! Notes stay between colleagues, and never vanish.

use habilis::accounts::Role;
use reqwest::StatusCode;

use super::{says, scene};

#[tokio::test]
async fn colleagues_read_notes_in_order_and_strike_their_own() {
    let (house, number, _) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let mut bruno = house.logged_in("Bruno", Role::Responsable).await;
    let mut lise = house.logged_in("Lise", Role::Lecteur).await;
    let page = format!("/instruction/D{number}");
    let key = ada.get(&page).await.value("form[action$=notes] input[name=cle]").unwrap();
    for _ in 0..2 {
        let added = ada.post(&format!("{page}/notes"), &[("note", "Appelée lundi."), ("cle", &key)]).await;
        assert_eq!(added.location.as_deref(), Some(format!("{page}?fait=note#notes").as_str()));
    }
    bruno.post(&format!("{page}/notes"), &[("note", "Rappelée mardi.")]).await;

    let shown = lise.get(&page).await;
    let said = says(&shown);
    assert_eq!(said.matches("Appelée lundi.").count(), 1, "the form was sent twice: {said}");
    assert!(said.find("Appelée lundi.") < said.find("Rappelée mardi."), "{said}");
    assert!(!shown.text.contains("Ajouter la note") && !shown.text.contains("Rayer la note"));
    assert_eq!(lise.post(&format!("{page}/notes"), &[("note", "Non")]).await.status, StatusCode::FORBIDDEN);

    let hers = ada.get(&page).await;
    assert_eq!(hers.text.matches("Rayer la note").count(), 1, "one's own only");
    let strike = strike_of(&hers.text);
    assert_eq!(bruno.post(&strike, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(lise.post(&strike, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ada.post(&format!("{page}/notes/rien/rayer"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.post(&strike, &[]).await.status, StatusCode::SEE_OTHER);
    let struck = bruno.get(&page).await;
    assert_eq!(struck.words("del"), "Appelée lundi.", "struck, still readable");
    assert!(says(&struck).contains("rayée par son auteur le"), "{}", says(&struck));
    let before = struck.words("del");
    ada.post(&strike, &[]).await;
    assert_eq!(bruno.get(&page).await.words("del"), before);
}

fn strike_of(text: &str) -> String {
    let end = text.find("/rayer\"").expect("a note to strike") + "/rayer".len();
    let start = text[..end].rfind("/instruction/").unwrap();
    text[start..end].to_owned()
}

#[tokio::test]
async fn notes_never_reach_the_demandeur() {
    const SECRET: &str = "Dossier douteux, à surveiller";
    let (house, number, tracking) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let page = format!("/instruction/D{number}");
    ada.post(&format!("{page}/notes"), &[("note", SECRET)]).await;
    ada.post(&format!("{page}/messages"), &[("message", "Bonjour")]).await;
    house.anyone().post(&format!("{tracking}/messages"), &[("message", "Bonjour")]).await;
    assert_eq!(ada.accepts(number).await.status, StatusCode::SEE_OTHER);
    house.run_jobs().await;
    assert!(ada.get(&page).await.text.contains(SECRET));
    let siret = "21730132400018";
    for path in [
        tracking,
        "/".into(),
        "/collectivites".into(),
        "/api/collectivites".into(),
        format!("/collectivites/{siret}"),
        format!("/collectivites/{siret}/kit"),
        format!("/collectivites/{siret}/affiche"),
    ] {
        let shown = house.anyone().get(&path).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}");
        assert!(!shown.text.contains("douteux"), "{path}");
    }
    let anonymous = house.anyone().get(&page).await;
    assert!(anonymous.status.is_redirection() && !anonymous.text.contains("douteux"));
    let mails = house.mails();
    assert!(mails.len() >= 4);
    for mail in mails {
        let whole = String::from_utf8_lossy(&mail.raw).into_owned() + &mail.text.unwrap_or_default();
        assert!(!whole.contains("douteux"), "{}", mail.subject);
    }
}
