//! What happens while a collectivité does not activate: reminders, escalation, its own word, and a person's decision.

use chrono::Duration;
use habilis::accounts::Role;
use reqwest::StatusCode;

use super::scene::{CONFIRMATION, SIRET, accepted, accepted_there, mails, public_page, status, tracking, wait};
use crate::support::house::House;

const REMINDER: &str = "rappel : votre abonnement hubee";
const ESCALATION: &str = "la collectivité n’a pas activé son abonnement";
const DECLARED: &str = "activation déclarée par la collectivité";

async fn days(house: &House, count: i64) {
    wait(house, Duration::days(count), Duration::hours(6)).await;
}

/// French typography puts no-break spaces; tests do not care.
fn told(house: &House, what: &str) -> usize {
    house.mails().iter().filter(|mail| mail.subject.replace('\u{a0}', " ").to_lowercase().contains(what)).count()
}

#[tokio::test]
async fn three_reminders_then_the_responsables_and_never_twice() {
    let house = House::with(&[("HUBEE_ACTIVATION", "manual")]).await;
    house.logged_in("Claire", Role::Responsable).await;
    let number = accepted(&house).await;
    house.run_jobs().await;
    days(&house, 1).await;
    assert_eq!(told(&house, REMINDER), 0);
    for (after, reminders) in [(3, 1), (7, 2), (12, 3)] {
        days(&house, after).await;
        assert_eq!(told(&house, REMINDER), reminders, "{after} days later");
    }
    assert_eq!(told(&house, ESCALATION), 0);
    days(&house, 21).await;
    assert_eq!((told(&house, REMINDER), told(&house, ESCALATION)), (3, 1));
    assert_eq!(status(&house, number).await, "awaiting_activation");
}

#[tokio::test]
async fn an_activation_stops_the_reminders() {
    let house = House::with(&[("HUBEE_ACTIVATION", "manual")]).await;
    let number = accepted(&house).await;
    house.run_jobs().await;
    days(&house, 4).await;
    assert_eq!(told(&house, REMINDER), 1);
    house.hubee().agent_activates(SIRET);
    days(&house, 20).await;
    assert_eq!((told(&house, REMINDER), status(&house, number).await.as_str()), (1, "open"));
}

#[tokio::test]
async fn the_word_of_the_collectivite_opens_nothing_without_a_person() {
    let house = House::with(&[("HUBEE_SCOPE", "DATAPASS")]).await;
    house.logged_in("Claire", Role::Responsable).await;
    let number = accepted(&house).await;
    house.run_jobs().await;
    let shown = tracking(&house, number).await.main();
    assert!(shown.contains("J’ai activé l’abonnement dans HubEE"), "{shown}");
    let token = house.habilitation(number).await.tracking_token;
    for _ in 0..2 {
        let said = house.anyone().post(&format!("/suivi/{token}/activation"), &[]).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        house.run_jobs().await;
    }
    let shown = tracking(&house, number).await.main();
    assert!(shown.contains("Activation déclarée") && !shown.contains("J’ai activé"), "{shown}");
    assert_eq!((told(&house, DECLARED), public_page(&house).await), (1, StatusCode::NOT_FOUND));
    days(&house, 5).await;
    assert_eq!(told(&house, REMINDER), 0, "reminded of what they said is done");

    let mut ada = house.instructeur("Ada").await;
    let path = format!("/instruction/D{number}/mise-en-service/ouvrir");
    let version = ada.version(number).await;
    let refused = ada.post(&path, &[("version", &version), ("motif", "oui")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("La collectivité déclare avoir activé"), "{}", refused.main());
    let motif = "Confirmé par le support HubEE au téléphone.";
    let opened = ada.post(&path, &[("version", &version), ("motif", motif)]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
    house.run_jobs().await;
    assert_eq!(public_page(&house).await, StatusCode::OK);
    assert_eq!(mails(&house, CONFIRMATION).len(), 1);
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains(motif) && page.contains("Activation de l’abonnement déclarée"), "{page}");
}

/// Their word is kept for what HubEE does not show; and when nobody made sure, the responsables hear of it again.
#[tokio::test]
async fn a_word_that_nobody_verified_is_told_again_to_the_responsables() {
    let house = House::with(&[("HUBEE_SCOPE", "DATAPASS")]).await;
    house.logged_in("Claire", Role::Responsable).await;
    let number = accepted(&house).await;
    house.run_jobs().await;
    let token = house.habilitation(number).await.tracking_token;
    house.anyone().post(&format!("/suivi/{token}/activation"), &[]).await;
    house.run_jobs().await;
    assert_eq!(told(&house, DECLARED), 1);
    days(&house, 21).await;
    assert_eq!(told(&house, DECLARED), 1, "sooner than the usual last delay");
    days(&house, 10).await;
    assert_eq!((told(&house, DECLARED), told(&house, REMINDER)), (2, 0));
    days(&house, 7).await;
    assert_eq!(told(&house, DECLARED), 2, "twice for one delay");
    assert_eq!(status(&house, number).await, "awaiting_activation");
}

#[tokio::test]
async fn a_word_against_what_hubee_shows_is_not_taken() {
    let house = House::with(&[("HUBEE_ACTIVATION", "manual")]).await;
    house.logged_in("Claire", Role::Responsable).await;
    let number = accepted(&house).await;
    house.run_jobs().await;
    let token = house.habilitation(number).await.tracking_token;
    let said = house.anyone().post(&format!("/suivi/{token}/activation"), &[]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    house.run_jobs().await;
    assert!(house.provisioning(number).await.unwrap().declared_at.is_none());
    assert_eq!(told(&house, DECLARED), 0);
    let shown = tracking(&house, number).await.main();
    assert!(!shown.contains("Activation déclarée"), "{shown}");
    days(&house, 3).await;
    assert_eq!(told(&house, REMINDER), 1, "reminded all the same");
}

/// Nothing is in HubEE yet: families would write to nobody.
#[tokio::test]
async fn a_form_is_not_opened_by_hand_over_nothing() {
    let house = House::open().await;
    let mut filing = crate::support::house::hauteluce();
    filing.organisation = "COMMUNE ".repeat(20);
    let number = accepted_there(&house, filing).await;
    assert_eq!(status(&house, number).await, "held");
    let mut ada = house.instructeur("Ada").await;
    let version = ada.version(number).await;
    let path = format!("/instruction/D{number}/mise-en-service/ouvrir");
    let refused = ada.post(&path, &[("version", &version), ("motif", "Il faut ouvrir aujourd’hui.")]).await;
    assert_eq!((refused.status, public_page(&house).await), (StatusCode::CONFLICT, StatusCode::NOT_FOUND));
}
