//! Activation that is the collectivité's part: waited for, looked at every hour, told once.

use chrono::Duration;
use habilis::sandbox::hubee::{DatapassRights, FaultKind, Route, Switches, When};
use reqwest::StatusCode;

use super::scene::{
    SIRET, TO_ACTIVATE, accepted, assert_open, fault, mails, public_page, status, subjects, tracking, wait,
};
use crate::support::house::House;

async fn awaiting(own: &[(&str, &str)], rights: DatapassRights) -> (House, i64) {
    let house = House::with(own).await;
    house.hubee().set_switches(Switches { datapass: rights, ..Switches::default() });
    let number = accepted(&house).await;
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "awaiting_activation");
    assert_eq!(house.hubee().subscriptions()[0].status, "Inactif");
    (house, number)
}

fn readable() -> DatapassRights {
    DatapassRights { get_subscription: true, list_subscriptions: true, ..DatapassRights::default() }
}

#[tokio::test]
async fn a_manual_activation_opens_within_the_hour_and_never_before() {
    let (house, number) = awaiting(&[("HUBEE_ACTIVATION", "manual")], DatapassRights::default()).await;
    wait(&house, Duration::hours(5), Duration::minutes(20)).await;
    assert_eq!(status(&house, number).await, "awaiting_activation");
    assert_eq!(public_page(&house).await, StatusCode::NOT_FOUND);
    assert_eq!(mails(&house, TO_ACTIVATE).len(), 1, "{:?}", subjects(&house));
    assert!(house.hubee().calls().iter().all(|call| call.route != Some(Route::PutSubscription)));
    let told = tracking(&house, number).await.main();
    assert!(told.contains("activer l’abonnement dans HubEE"), "{told}");

    assert_eq!(house.hubee().agent_activates(SIRET), 1);
    house.run_jobs().await;
    assert_eq!(public_page(&house).await, StatusCode::NOT_FOUND, "opened without being read as active");
    house.later(Duration::minutes(61)).await;
    assert_open(&house, number, "activated by the collectivité").await;
    assert_eq!(mails(&house, TO_ACTIVATE).len(), 1, "{:?}", subjects(&house));
}

#[tokio::test]
async fn a_relaunch_looks_at_once() {
    let (house, number) = awaiting(&[("HUBEE_ACTIVATION", "manual")], DatapassRights::default()).await;
    house.hubee().agent_activates(SIRET);
    let mut ada = house.instructeur("Ada").await;
    let version = ada.version(number).await;
    let path = format!("/instruction/D{number}/mise-en-service/relancer");
    assert_eq!(ada.post(&path, &[("version", &version)]).await.status, StatusCode::SEE_OTHER);
    house.run_jobs().await;
    assert_open(&house, number, "relaunched").await;
}

#[tokio::test]
async fn a_relaunch_too_early_tells_nobody_twice() {
    let (house, number) = awaiting(&[("HUBEE_ACTIVATION", "manual")], DatapassRights::default()).await;
    let mut ada = house.instructeur("Ada").await;
    let version = ada.version(number).await;
    let path = format!("/instruction/D{number}/mise-en-service/relancer");
    assert_eq!(ada.post(&path, &[("version", &version)]).await.status, StatusCode::SEE_OTHER);
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "awaiting_activation");
    assert_eq!(mails(&house, TO_ACTIVATE).len(), 1, "{:?}", subjects(&house));
}

#[tokio::test]
async fn a_scope_that_may_not_activate_waits_for_the_collectivite() {
    let (house, number) = awaiting(&[("HUBEE_SCOPE", "DATAPASS")], readable()).await;
    wait(&house, Duration::hours(3), Duration::minutes(20)).await;
    assert_eq!(mails(&house, TO_ACTIVATE).len(), 1, "{:?}", subjects(&house));
    house.hubee().agent_activates(SIRET);
    house.later(Duration::minutes(61)).await;
    assert_open(&house, number, "activated by the collectivité").await;
}

/// A scope that may read nothing leaves the form closed: it is opened on proof alone. The day the scope may read, it
/// opens by itself.
#[tokio::test]
async fn an_unreadable_subscription_opens_nothing_until_it_can_be_read() {
    let (house, number) = awaiting(&[("HUBEE_SCOPE", "DATAPASS")], DatapassRights::default()).await;
    assert!(house.provisioning(number).await.unwrap().subscription_id.is_some(), "the only time it is seen");
    house.hubee().agent_activates(SIRET);
    wait(&house, Duration::hours(30), Duration::minutes(30)).await;
    assert_eq!(status(&house, number).await, "awaiting_activation");
    assert_eq!(public_page(&house).await, StatusCode::NOT_FOUND);
    assert_eq!(mails(&house, TO_ACTIVATE).len(), 1, "{:?}", subjects(&house));
    house.hubee().set_switches(Switches { datapass: readable(), ..Switches::default() });
    house.later(Duration::minutes(61)).await;
    assert_open(&house, number, "readable at last").await;
}

/// The creation's answer was lost and the scope may not look: nobody but HubEE's support knows the id, and only the
/// collectivité can go on. It is told to, reminded and heard; the instructeur sees that nothing shows the state.
#[tokio::test]
async fn a_creation_unseen_and_unreadable_awaits_the_collectivite() {
    let house = House::with(&[("HUBEE_SCOPE", "DATAPASS")]).await;
    house.hubee().script(fault(Route::PostSubscription, FaultKind::LostAnswer, When::Nth(1)));
    let number = accepted(&house).await;
    super::scene::quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "awaiting_activation");
    assert_eq!(house.hubee().subscriptions().len(), 1);
    assert_eq!(mails(&house, TO_ACTIVATE).len(), 1, "{:?}", subjects(&house));
    let told = tracking(&house, number).await.main();
    assert!(told.contains("J’ai activé l’abonnement dans HubEE"), "{told}");
    let created = house.hubee().calls().iter().filter(|call| call.route == Some(Route::PostSubscription)).count();
    wait(&house, Duration::days(3), Duration::hours(6)).await;
    let again = house.hubee().calls().iter().filter(|call| call.route == Some(Route::PostSubscription)).count();
    assert_eq!(again, created, "created again, though it is known to exist");
    assert_eq!(mails(&house, "rappel").len(), 1, "{:?}", subjects(&house));
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("nos identifiants ne permettent pas de le lire"), "{page}");
    assert!(page.contains("ne permettent pas de relire l’abonnement"), "{page}");
    assert!(page.contains("support HubEE") && page.contains("Identifiant de l’autre abonnement"), "{page}");
    assert!(!page.contains("relu toutes les heures"), "{page}");

    let token = house.habilitation(number).await.tracking_token;
    house.hubee().agent_activates(SIRET);
    house.anyone().post(&format!("/suivi/{token}/activation"), &[]).await;
    house.run_jobs().await;
    assert_eq!(public_page(&house).await, StatusCode::NOT_FOUND, "opened on their word");
    let told = tracking(&house, number).await.main();
    assert!(told.contains("Activation déclarée"), "{told}");
    house.hubee().set_switches(Switches { datapass: DatapassRights::all(), ..Switches::default() });
    house.later(Duration::minutes(61)).await;
    assert_open(&house, number, "readable at last").await;
}

/// The id that HubEE's support gives is taken on its word while the activation is awaited.
#[tokio::test]
async fn an_id_given_by_the_support_is_taken_while_the_activation_is_awaited() {
    let house = House::with(&[("HUBEE_SCOPE", "DATAPASS")]).await;
    house.hubee().script(fault(Route::PostSubscription, FaultKind::LostAnswer, When::Nth(1)));
    let number = accepted(&house).await;
    super::scene::quiet(&house, number).await;
    assert!(house.provisioning(number).await.unwrap().subscription_id.is_none());
    // HubEE's support gave its id.
    let id = house.hubee().subscriptions()[0].id.to_string();
    let mut ada = house.instructeur("Ada").await;
    let version = ada.version(number).await;
    let form = [("version", version.as_str()), ("choix", "autre"), ("identifiant", &id), ("confirme", "oui")];
    let done = ada.post(&format!("/instruction/D{number}/mise-en-service/rattacher"), &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    house.run_jobs().await;
    let row = house.provisioning(number).await.unwrap();
    assert_eq!((row.status.as_str(), row.subscription_id), ("awaiting_activation", Some(id)));
    assert_eq!(house.hubee().subscriptions().len(), 1);
}

/// A stop of the process between the end of a run and what follows from it must not lose the mail to the demandeur.
#[tokio::test]
async fn a_stop_before_the_demandeur_is_told_loses_no_mail() {
    let house = House::with(&[("HUBEE_ACTIVATION", "manual")]).await;
    let number = accepted(&house).await;
    let habilitation = house.habilitation(number).await;
    let saga = habilis::provisioning::Saga {
        db: &house.db,
        clock: &house.clock,
        hubee: &house.service.hubee,
        activation: house.service.config.hubee.activation,
        rules: house.service.config.hubee.rules,
        register: None,
        editeur: None,
    };
    habilis::provisioning::advance(&saga, &habilitation).await.unwrap();
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "awaiting_activation");
    assert_eq!(mails(&house, TO_ACTIVATE).len(), 1, "{:?}", subjects(&house));
}
