//! A request that passes by an éditeur: what HubEE will be told is shown to a person first, and a mode that somebody chose
//! is never turned into another.

use habilis::sandbox::datapass::{Filing, ServiceProvider};
use habilis::sandbox::sirene::Fault as SireneFault;
use reqwest::StatusCode;

use super::scene::{accepted_as, quiet, status};
use crate::support::house::{House, commune, hauteluce};

pub const EDITEUR: &str = "44229377500031";

fn filing() -> Filing {
    let provider =
        ServiceProvider { id: "un_editeur".into(), siret: Some(EDITEUR.into()), kind: Some("editor".into()) };
    Filing { service_provider: Some(provider), ..hauteluce() }
}

pub async fn held(known: bool) -> (House, i64, String) {
    let house = House::open().await;
    if known {
        house.sandbox.sirene.add(commune("Éditeur", EDITEUR, "75113", "75013").establishment());
    }
    let number = accepted_as(&house, filing()).await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "held");
    assert_eq!(house.hubee().subscriptions()[0].status, "Inactif");
    let page = house.instructeur("Ada").await.get(&format!("/instruction/D{number}")).await.main();
    (house, number, page)
}

pub async fn choose(house: &House, number: i64, choice: &str, code_cog: &str) {
    let mut bob = house.instructeur("Bob").await;
    let version = bob.version(number).await;
    let form = [("version", version.as_str()), ("choix", choice), ("siret", EDITEUR), ("code_cog", code_cog)];
    let page = bob.post(&format!("/instruction/D{number}/mise-en-service/editeur"), &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    quiet(house, number).await;
}

#[tokio::test]
async fn a_delegation_is_shown_confirmed_then_sent() {
    let (house, number, page) = held(true).await;
    assert!(page.contains("délégation à EDT-44229377500031-75113"), "{page}");
    choose(&house, number, "deleguer", "75113").await;
    assert_eq!(status(&house, number).await, "open");
    let sent = &house.hubee().subscriptions()[0];
    let delegation = sent.delegation_actor.as_ref().unwrap();
    assert_eq!(sent.access_mode.as_deref(), Some("API"));
    assert_eq!(
        (delegation.kind.as_str(), delegation.company_register.as_str(), delegation.branch_code.as_str()),
        ("EDT", EDITEUR, "75113")
    );
    let page = house.instructeur("Cleo").await.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("Décision sur la mise en service : Mode d’accès API, délégation à EDT-"), "{page}");
}

#[tokio::test]
async fn what_was_not_shown_is_not_confirmed() {
    let (house, number, _) = held(true).await;
    choose(&house, number, "deleguer", "13055").await;
    assert_eq!(status(&house, number).await, "held", "another triple than the one that would be sent");
    assert!(house.hubee().subscriptions()[0].delegation_actor.is_none());
}

#[tokio::test]
async fn an_editeur_unknown_to_sirene_leaves_the_portal() {
    let (house, number, page) = held(false).await;
    assert!(page.contains("Le SIRET ou la commune de l’éditeur est inconnu"), "{page}");
    choose(&house, number, "portail", "").await;
    assert_eq!(status(&house, number).await, "open");
    let sent = &house.hubee().subscriptions()[0];
    assert_eq!((sent.access_mode.as_deref(), &sent.delegation_actor), (Some("PORTAIL"), &None));
}

/// The collectivité chose the portal before us: its choice stays.
#[tokio::test]
async fn a_mode_that_was_chosen_is_never_flipped() {
    let (house, number, _) = held(true).await;
    let mut chosen = house.hubee().subscriptions()[0].clone();
    chosen.access_mode = Some("PORTAIL".into());
    house.hubee().seed_subscription(chosen);
    choose(&house, number, "deleguer", "75113").await;
    let sent = &house.hubee().subscriptions()[0];
    assert_eq!((sent.access_mode.as_deref(), &sent.delegation_actor), (Some("PORTAIL"), &None));
    assert_eq!(status(&house, number).await, "open");
}

/// Sirene away when it is asked where the éditeur sits: it is asked again, and the delegation can then be confirmed.
#[tokio::test]
async fn where_the_editeur_sits_is_asked_until_sirene_answers() {
    let house = House::open().await;
    house.sandbox.sirene.add(commune("Éditeur", EDITEUR, "75113", "75013").establishment());
    house.sandbox.sirene.switch.set(Some(SireneFault::Error500));
    let number = accepted_as(&house, filing()).await;
    quiet(&house, number).await;
    let page = house.instructeur("Ada").await.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("Le SIRET ou la commune de l’éditeur est inconnu"), "{page}");
    assert!(house.sandbox.sirene.switch.calls().iter().any(|siret| siret == EDITEUR));
    house.sandbox.sirene.switch.set(None);
    house.later(chrono::Duration::hours(2)).await;
    super::scene::relaunched(&house, number).await;
    let page = house.instructeur("Bob").await.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("délégation à EDT-44229377500031-75113"), "{page}");
}
