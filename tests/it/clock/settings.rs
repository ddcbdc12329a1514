//! The settings page: who sees what, and what is kept.

use habilis::accounts::Role;
use reqwest::StatusCode;

use super::scene::opened;
use crate::support::browser::Page;

const PAGE: &str = "/instruction/preferences";

/// The boxes of the page, with whether each is ticked.
fn boxes(page: &Page) -> Vec<(String, bool)> {
    let selector = scraper::Selector::parse("main input[type=checkbox]").unwrap();
    let html = page.html();
    let boxes = html.select(&selector).map(|input| input.value());
    boxes.map(|input| (input.attr("name").unwrap().to_owned(), input.attr("checked").is_some())).collect()
}

fn expected(boxes: &[(&str, bool)]) -> Vec<(String, bool)> {
    boxes.iter().map(|(name, ticked)| ((*name).to_owned(), *ticked)).collect()
}

#[tokio::test]
async fn each_role_has_its_boxes_all_ticked_at_first() {
    let house = opened("2026-09-08T09:00:00Z", &[]).await;
    let mut ada = house.instructeur("Ada").await;
    assert_eq!(boxes(&ada.get(PAGE).await), expected(&[("recapitulatif", true), ("messages", true)]));
    let mut claire = house.logged_in("Claire", Role::Responsable).await;
    let all = [("recapitulatif", true), ("alertes", true), ("messages", true), ("exploitation", true)];
    assert_eq!(boxes(&claire.get(PAGE).await), expected(&all));
    let mut dora = house.logged_in("Dora", Role::Lecteur).await;
    let page = dora.get(PAGE).await;
    assert_eq!(boxes(&page), []);
    assert!(page.main().contains("Votre rôle ne reçoit aucun courriel"), "{}", page.main());
    assert!(ada.get("/instruction").await.text.contains("href=\"/instruction/preferences\""));
}

#[tokio::test]
async fn what_is_unticked_stays_so_and_can_come_back() {
    let house = opened("2026-09-08T09:00:00Z", &[]).await;
    let mut claire = house.logged_in("Claire", Role::Responsable).await;
    let saved = claire.post(PAGE, &[("messages", "oui")]).await;
    assert_eq!(
        (saved.status, saved.location.as_deref()),
        (StatusCode::SEE_OTHER, Some("/instruction/preferences?fait=oui"))
    );
    let page = claire.get("/instruction/preferences?fait=oui").await;
    assert!(page.main().contains("Préférences enregistrées"), "{}", page.main());
    assert_eq!(
        boxes(&page),
        expected(&[("recapitulatif", false), ("alertes", false), ("messages", true), ("exploitation", false)])
    );
    claire.post(PAGE, &[("recapitulatif", "oui"), ("alertes", "oui")]).await;
    let page = claire.get(PAGE).await;
    assert_eq!(
        boxes(&page),
        expected(&[("recapitulatif", true), ("alertes", true), ("messages", false), ("exploitation", false)])
    );
    let mut other = house.logged_in("Colette", Role::Responsable).await;
    assert!(boxes(&other.get(PAGE).await).iter().all(|(_, ticked)| *ticked), "each their own");
}

#[tokio::test]
async fn a_login_is_asked_for() {
    let house = opened("2026-09-08T09:00:00Z", &[]).await;
    let page = house.anyone().get(PAGE).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(page.location.unwrap().starts_with("/connexion"));
    let post = house.anyone().post(PAGE, &[]).await;
    assert_eq!(post.location.as_deref(), Some("/connexion"));
}
