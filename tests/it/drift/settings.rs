//! How télédossiers reach a collectivité, and by how many abonnements: what HubEE shows beside what was asked and chosen.

use habilis::sandbox::hubee::{Fault, FaultKind, Organisation, Route, Subscription, Triple, When};
use reqwest::StatusCode;

use super::scene::{difference, kinds, night, settle, standing};
use crate::service::editeur::{EDITEUR, choose, held};
use crate::service::scene::{SIRET, status};
use crate::stopping::scene::{in_the_portal, opened, subscription};
use crate::support::house::House;

#[tokio::test]
async fn another_mode_is_shown_with_both_sides_and_words_to_send() {
    let house = House::open().await;
    opened(&house).await;
    in_the_portal(&house, |subscription| subscription.access_mode = Some("API".into()));
    night(&house).await;
    let row = difference(&house).await;
    let sides = (row.kind.as_str(), row.expected.as_str(), row.found.as_str());
    assert_eq!(sides, ("mode-acces", "Portail, sans délégation", "API, sans délégation"));
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/ecarts/{}", row.id)).await;
    assert!(page.main().contains("Noter que la collectivité est prévenue"), "{}", page.main());
    let message = page.words("textarea[readonly]");
    assert!(message.contains("Demandé : Portail, sans délégation.") && message.contains(SIRET), "{message}");

    assert_eq!(settle(&house, &mut ada, &row, "traiter", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(standing(&house).await.is_empty(), "left in peace for a week");
    assert_eq!(subscription(&house).access_mode.as_deref(), Some("API"), "a mode is never changed from here");
    house.later(chrono::Duration::days(9)).await;
    night(&house).await;
    assert_eq!(kinds(&house).await, ["mode-acces"]);
    in_the_portal(&house, |subscription| subscription.access_mode = Some("PORTAIL".into()));
    night(&house).await;
    assert!(standing(&house).await.is_empty(), "gone");
}

#[tokio::test]
async fn a_confirmed_delegation_that_somebody_removed() {
    let (house, number, _) = held(true).await;
    choose(&house, number, "deleguer", "75113").await;
    assert_eq!(status(&house, number).await, "open");
    night(&house).await;
    assert!(standing(&house).await.is_empty(), "as it was confirmed");
    in_the_portal(&house, |subscription| subscription.delegation_actor = None);
    night(&house).await;
    let row = difference(&house).await;
    assert_eq!(row.kind, "mode-acces");
    let asked = format!("API, délégation à EDT-{EDITEUR}-75113");
    assert_eq!((row.expected, row.found.as_str()), (asked, "API, sans délégation"));
}

#[tokio::test]
async fn the_portal_chosen_here_against_the_editeur_is_no_difference() {
    let (house, number, _) = held(true).await;
    choose(&house, number, "portail", "").await;
    assert_eq!(status(&house, number).await, "open");
    assert_eq!(subscription(&house).access_mode.as_deref(), Some("PORTAIL"));
    night(&house).await;
    assert!(standing(&house).await.is_empty());
}

fn second(house: &House) -> Subscription {
    let at = house.clock.now();
    house.hubee().seed_organisation(Organisation::collectivite(SIRET, "00000", "COMMUNE DE HAUTELUCE", at));
    let mut second = subscription(house);
    second.id = uuid::Uuid::new_v4();
    second.subscriber = Triple::si(SIRET, "00000");
    house.hubee().seed_subscription(second.clone());
    second
}

#[tokio::test]
async fn two_abonnements_under_two_codes_are_told_until_one_is_suspended() {
    let house = House::open().await;
    opened(&house).await;
    let mut other = second(&house);
    night(&house).await;
    let row = difference(&house).await;
    let sides = (row.kind.as_str(), row.expected.as_str(), row.found.as_str());
    let found = "code 00000 : Actif ; code 73132 : Actif";
    assert_eq!(sides, ("double", "Un seul abonnement, sous le code 73132", found));
    let mut ada = house.instructeur("Ada").await;
    let message = ada.get(&format!("/instruction/ecarts/{}", row.id)).await.words("textarea[readonly]");
    assert!(message.contains(found), "{message}");

    // Read one by one, nothing says that it is gone.
    let kind = FaultKind::Forbidden403;
    house.hubee().script(Fault { route: Route::ListSubscriptions, kind, when: When::Always, siret: None });
    night(&house).await;
    assert_eq!(kinds(&house).await, ["double"]);
    house.hubee().clear_faults();
    other.status = "Suspendu".into();
    house.hubee().seed_subscription(other);
    night(&house).await;
    assert!(standing(&house).await.is_empty());
}
