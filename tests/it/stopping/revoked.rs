//! A revocation, from here or from DataPass: the page closes in the same breath, whatever HubEE's state; the abonnement is
//! suspended, verified the next day, and looked at ever after.

use chrono::{Days, Duration};
use habilis::accounts::Role;
use habilis::sandbox::hubee::{DatapassRights, FaultKind, Route, Subscription, When};
use reqwest::StatusCode;

use super::scene::{calls, gesture, in_the_portal, next_day, opened, opened_there, revoke, subscription, suspension};
use crate::service::scene::{
    SIRET, accepted, fault, journal, mails, public_page, published, quiet, status, tracking, wait,
};
use crate::support::house::House;

/// Words of the subjects of mails.
const SUSPENDED: &str = "est suspendu";
const BY_HAND: &str = "à suspendre";

/// W9 of today's production: « no handling of revoke, archive or transfer: a revoked habilitation keeps its form open and
/// its abonnement active ».
#[tokio::test]
async fn w9_a_revocation_in_datapass_closes_the_form_and_suspends_the_abonnement() {
    let house = House::open().await;
    let number = opened_there(&house).await;
    let before = house.anyone().get("/api/collectivites").await;
    let organisations = house.hubee().organisations();
    house.datapass().revoke(number).unwrap();
    house.deliver().await;

    assert_eq!(public_page(&house).await, StatusCode::GONE);
    let list = house.anyone().get("/api/collectivites").await;
    assert_ne!(list.text, before.text);
    assert_eq!(list.text, "[]");
    let found = subscription(&house);
    assert_eq!(found.status, "Suspendu");
    assert_eq!(found.end_date_time.map(|at| at.timestamp()), Some(house.clock.now().timestamp()));
    assert_eq!((found.access_mode.as_deref(), found.datapass_id), (Some("PORTAIL"), number), "the rest is unchanged");
    assert_eq!(house.hubee().organisations(), organisations, "nothing is done to the organisation");
    assert_eq!(suspension(&house, number).await.status, "suspended");
    assert_eq!(mails(&house, SUSPENDED).len(), 1);
    let told = tracking(&house, number).await.main();
    assert!(told.contains("Abonnement HubEE suspendu"), "{told}");

    next_day(&house).await;
    assert_eq!(suspension(&house, number).await.status, "verified");
    assert_eq!(mails(&house, SUSPENDED).len(), 1, "told once");
    assert_eq!(calls(&house, Route::PutSubscription), 2, "activated, then suspended");
}

#[tokio::test]
async fn hubee_away_at_the_revocation_the_page_closes_all_the_same() {
    let house = House::open().await;
    let number = opened(&house).await;
    house.hubee().script(fault(Route::Any, FaultKind::Error500Before, When::Always));
    revoke(&house, number).await;
    assert_eq!(public_page(&house).await, StatusCode::GONE, "before any job ran");
    assert_eq!(published(&house).await, 0);
    house.run_jobs().await;
    assert_eq!(suspension(&house, number).await.status, "retrying");
    assert_eq!(subscription(&house).status, "Actif");

    house.hubee().clear_faults();
    house.later(Duration::hours(1)).await;
    assert_eq!(subscription(&house).status, "Suspendu");
    assert_eq!(suspension(&house, number).await.status, "suspended");
    let journal = journal(&house, number).await;
    let steps: Vec<&str> = journal.iter().filter(|call| call.step == "suspension").map(|c| c.method.as_str()).collect();
    assert!(steps.ends_with(&["GET", "PUT", "GET"]), "{steps:?}");
}

#[tokio::test]
async fn away_for_a_day_a_person_is_asked_and_it_goes_on_by_itself() {
    let house = House::open().await;
    let number = opened(&house).await;
    house.hubee().script(fault(Route::Any, FaultKind::LostRequest, When::Always));
    revoke(&house, number).await;
    for _ in 0..40 {
        house.later(Duration::hours(1)).await;
    }
    assert_eq!(suspension(&house, number).await.status, "by_hand");
    house.hubee().clear_faults();
    next_day(&house).await;
    assert_eq!(subscription(&house).status, "Suspendu");
    assert_eq!(suspension(&house, number).await.status, "suspended");
}

#[tokio::test]
async fn every_answer_lost_or_spoilt_is_read_again_before_anything_is_repeated() {
    for kind in [FaultKind::LostAnswer, FaultKind::Error500After, FaultKind::InvalidJson, FaultKind::Html502] {
        for nth in 1..=3 {
            let house = House::open().await;
            let number = opened(&house).await;
            revoke(&house, number).await;
            house.hubee().clear_calls();
            house.hubee().script(fault(Route::Any, kind, When::Nth(nth)));
            house.run_jobs().await;
            house.later(Duration::minutes(2)).await;
            house.later(Duration::minutes(5)).await;
            let told = format!("{kind:?} at call {nth}");
            assert_eq!(subscription(&house).status, "Suspendu", "{told}");
            assert_eq!(suspension(&house, number).await.status, "suspended", "{told}");
            let committed = kind != FaultKind::Html502 || nth != 2;
            assert_eq!(calls(&house, Route::PutSubscription), if committed { 1 } else { 2 }, "{told}");
            assert_eq!(mails(&house, SUSPENDED).len(), 1, "{told}");
        }
    }
}

#[tokio::test]
async fn an_end_date_that_hubee_refuses_is_left_out() {
    let house = House::open().await;
    let number = opened(&house).await;
    revoke(&house, number).await;
    house.hubee().clear_calls();
    house.hubee().script(fault(Route::PutSubscription, FaultKind::Refused400, When::Next(1)));
    house.run_jobs().await;
    assert_eq!(subscription(&house).status, "Suspendu");
    let bodies: Vec<bool> = house
        .hubee()
        .calls()
        .iter()
        .filter(|call| call.route == Some(Route::PutSubscription))
        .map(|call| call.body.as_ref().unwrap().get("endDateTime").is_some())
        .collect();
    assert_eq!(bodies, [true, false]);

    let house = House::with(&[("HUBEE_SUSPENSION_END_DATE", "omit")]).await;
    let number = opened(&house).await;
    revoke(&house, number).await;
    house.run_jobs().await;
    assert_eq!((subscription(&house).status.as_str(), subscription(&house).end_date_time), ("Suspendu", None));
    assert_eq!(suspension(&house, number).await.status, "suspended");
}

#[tokio::test]
async fn what_we_may_not_suspend_is_asked_of_a_person_with_the_words_to_send() {
    let house = House::open().await;
    let number = opened(&house).await;
    house.hubee().script(fault(Route::PutSubscription, FaultKind::Forbidden403, When::Always));
    revoke(&house, number).await;
    house.run_jobs().await;
    let row = suspension(&house, number).await;
    assert_eq!(row.status, "by_hand");
    let two_days = house.service.config.days.add(house.clock.today(), 2);
    assert_eq!(row.due_on, Some(two_days));
    assert_eq!(mails(&house, BY_HAND).len(), 1);
    assert!(tracking(&house, number).await.main().contains("Suspendre l’abonnement"));

    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    assert!(page.main().contains("À suspendre à la main"), "{}", page.main());
    let support = page.words("textarea");
    assert!(support.contains(SIRET) && support.contains(&subscription(&house).id.to_string()), "{support}");
    let list = ada.get("/instruction/ecarts").await.main();
    assert!(list.contains("À suspendre à la main"), "{list}");

    // A person says so: it stands, and the list forgets it.
    let done = gesture(&house, &mut ada, number, "abonnement/suspendu", &[("siret", SIRET)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(suspension(&house, number).await.status, "verified");
    assert!(ada.get("/instruction/ecarts").await.main().contains("Aucun écart n’est à traiter"));
}

#[tokio::test]
async fn suspended_by_hand_is_seen_the_next_day() {
    let house = House::open().await;
    let number = opened(&house).await;
    house.hubee().script(fault(Route::PutSubscription, FaultKind::Forbidden403, When::Always));
    revoke(&house, number).await;
    house.run_jobs().await;
    assert_eq!(suspension(&house, number).await.status, "by_hand");
    in_the_portal(&house, |subscription| subscription.status = "Suspendu".into());
    next_day(&house).await;
    assert_eq!(suspension(&house, number).await.status, "suspended");
    assert_eq!((mails(&house, BY_HAND).len(), mails(&house, "hubee est suspendu").len()), (1, 1));
}

#[tokio::test]
async fn under_the_scope_datapass_a_person_is_asked() {
    let house = House::with(&[("HUBEE_SCOPE", "DATAPASS"), ("HUBEE_ACTIVATION", "manual")]).await;
    let mut switches = house.hubee().switches();
    switches.datapass = DatapassRights { get_subscription: true, ..DatapassRights::default() };
    house.hubee().set_switches(switches.clone());
    let number = accepted(&house).await;
    house.run_jobs().await;
    house.hubee().agent_activates(SIRET);
    house.later(Duration::hours(2)).await;
    assert_eq!(status(&house, number).await, "open");
    switches.datapass = DatapassRights::default();
    house.hubee().set_switches(switches);
    revoke(&house, number).await;
    house.run_jobs().await;
    assert_eq!(suspension(&house, number).await.status, "by_hand");
    assert_eq!(public_page(&house).await, StatusCode::GONE);
}

#[tokio::test]
async fn an_abonnement_never_active_is_left_alone() {
    let house = House::with(&[("HUBEE_ACTIVATION", "manual")]).await;
    let number = accepted(&house).await;
    house.run_jobs().await;
    assert_eq!(subscription(&house).status, "Inactif");
    revoke(&house, number).await;
    house.run_jobs().await;
    assert_eq!(suspension(&house, number).await.status, "left");
    assert_eq!(subscription(&house).status, "Inactif");
    assert_eq!(calls(&house, Route::PutSubscription), 0);
    assert!(mails(&house, SUSPENDED).is_empty());
}

#[tokio::test]
async fn an_abonnement_of_somebody_else_is_never_touched() {
    let house = House::open().await;
    house.hubee().seed_organisation(habilis::sandbox::hubee::Organisation::collectivite(
        SIRET,
        "73132",
        "MAIRIE DE HAUTELUCE",
        house.clock.now(),
    ));
    let foreign =
        habilis::sandbox::hubee::Subscription::made_by_hand(SIRET, "73132", "x@mairie-hauteluce.fr", house.clock.now());
    house.hubee().seed_subscription(foreign);
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "held");
    revoke(&house, number).await;
    house.run_jobs().await;
    assert_eq!(subscription(&house).status, "Actif");
    assert_eq!(suspension(&house, number).await.status, "nothing");
}

#[tokio::test]
async fn an_id_that_leads_nowhere_is_searched_by_its_triple() {
    let house = House::open().await;
    let number = opened(&house).await;
    in_the_portal(&house, |subscription| subscription.id = uuid::Uuid::new_v4());
    revoke(&house, number).await;
    house.run_jobs().await;
    assert_eq!(subscription(&house).status, "Suspendu");
    assert_eq!(suspension(&house, number).await.subscription_id, Some(subscription(&house).id.to_string()));
}

#[tokio::test]
async fn undone_by_the_collectivite_an_alert_stands_until_a_person_has_it_suspended_again() {
    let house = House::open().await;
    let number = opened(&house).await;
    revoke(&house, number).await;
    house.run_jobs().await;
    in_the_portal(&house, |subscription| subscription.status = "Actif".into());
    next_day(&house).await;
    assert_eq!(suspension(&house, number).await.status, "undone");
    assert_eq!(subscription(&house).status, "Actif", "nothing is mended silently");
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("Réactivé sans nous") && page.contains("réactivé sans nous après sa suspension"), "{page}");
    assert_eq!(public_page(&house).await, StatusCode::GONE);

    let done = gesture(&house, &mut ada, number, "abonnement/suspendre", &[("siret", SIRET)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(subscription(&house).status, "Suspendu");
    assert!(ada.get("/instruction/ecarts").await.main().contains("Aucun écart n’est à traiter"));
    let tomorrow = house.clock.today().checked_add_days(Days::new(1));
    next_day(&house).await;
    assert!(Some(house.clock.today()) >= tomorrow);
    assert_eq!(suspension(&house, number).await.status, "verified");
}

/// Refused credentials are nobody's failure: the circuit opens, operators get one mail, nothing is asked of a person, and
/// it goes on by itself.
#[tokio::test]
async fn credentials_refused_at_the_end_open_the_circuit() {
    let house = House::open().await;
    house.logged_in("Olga", Role::Operateur).await;
    let number = opened(&house).await;
    house.hubee().revoke_tokens();
    house.hubee().script(fault(Route::Token, FaultKind::Unauthorized401, When::Always));
    revoke(&house, number).await;
    house.run_jobs().await;
    let circuit = habilis::store::hubee::circuit(house.db.read().await.unwrap().cx()).await.unwrap();
    assert!(circuit.is_some(), "open for everybody");
    wait(&house, Duration::hours(30), Duration::minutes(30)).await;
    assert_eq!(suspension(&house, number).await.status, "retrying", "nothing is asked of a person for it");
    assert_eq!(mails(&house, "hubee refuse nos identifiants").len(), 1, "told when it opens");
    assert!(mails(&house, BY_HAND).is_empty());
    let tokens = calls(&house, Route::Token);
    assert!(tokens < 260, "{tokens} tries in thirty hours");

    house.hubee().clear_faults();
    let mut omar = house.logged_in("Omar", Role::Operateur).await;
    let tried = omar.post("/instruction/exploitation/essayer", &[]).await;
    assert_eq!(tried.location.as_deref(), Some("/instruction/exploitation?essai=oui"));
    house.run_jobs().await;
    assert_eq!(subscription(&house).status, "Suspendu");
}

/// Reactivated behind our back: operators get one mail, whoever saw it first.
#[tokio::test]
async fn active_again_without_us_is_told_to_operators_once() {
    let house = House::open().await;
    house.logged_in("Olga", Role::Operateur).await;
    let number = opened(&house).await;
    revoke(&house, number).await;
    house.run_jobs().await;
    in_the_portal(&house, |subscription| subscription.status = "Actif".into());
    next_day(&house).await;
    let told = mails(&house, "réactivé sans nous");
    assert_eq!(told.len(), 1, "{told:?}");
    let text = told[0].text.clone().unwrap_or_default();
    assert!(text.contains("/instruction/ecarts"), "{text}");
    crate::drift::scene::night(&house).await;
    assert_eq!(mails(&house, "réactivé sans nous").len(), 1);
}

/// HubEE has no call to take a secret back: a person is asked, with the words to send.
#[tokio::test]
async fn an_access_by_api_is_to_be_closed_by_a_person() {
    let house = House::open().await;
    let number = opened(&house).await;
    in_the_portal(&house, |subscription| subscription.access_mode = Some("API".into()));
    revoke(&house, number).await;
    house.run_jobs().await;
    assert_eq!(subscription(&house).status, "Suspendu");
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(
        page.contains("Accès par API à fermer") && page.contains("désactiver ou de renouveler le secret"),
        "{page}"
    );
    assert!(page.contains("Les dossiers déjà remis peuvent être traités"), "{page}");
    let row = crate::drift::scene::difference(&house).await;
    assert_eq!((row.kind.as_str(), row.found.as_str()), ("acces", "Mode API"));
    let message = ada.get(&format!("/instruction/ecarts/{}", row.id)).await.words("textarea[readonly]");
    assert!(message.contains("désactiver ou de renouveler le secret d’API"), "the words to send: {message}");
    let own = [("motif", "Secret renouvelé par le support HubEE.")];
    let done = crate::drift::scene::settle(&house, &mut ada, &row, "traiter", &own).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert!(ada.get("/instruction/ecarts").await.main().contains("Aucun écart n’est à traiter"));
}

/// HubEE says how long to wait: a suspension comes back no sooner.
#[tokio::test]
async fn busy_hubee_is_given_the_time_it_asks_for() {
    let house = House::open().await;
    let number = opened(&house).await;
    revoke(&house, number).await;
    house.hubee().clear_calls();
    house.hubee().script(fault(Route::PutSubscription, FaultKind::TooMany429, When::Next(1)));
    house.run_jobs().await;
    assert_eq!(
        (suspension(&house, number).await.status.as_str(), subscription(&house).status.as_str()),
        ("retrying", "Actif")
    );
    // Ours would be 30 s, more or less; it asks for 120.
    let asked = house.hubee().calls().len();
    house.later(Duration::seconds(115)).await;
    assert_eq!(house.hubee().calls().len(), asked, "sooner than asked");
    house.later(Duration::seconds(6)).await;
    assert_eq!(subscription(&house).status, "Suspendu");
}

/// The id we kept leads nowhere and two are there in its place: a person says which, and neither is touched.
#[tokio::test]
async fn several_in_place_of_ours_ask_a_person() {
    let house = House::open().await;
    let number = opened(&house).await;
    let first = Subscription { id: uuid::Uuid::now_v7(), ..subscription(&house) };
    let second = Subscription { id: uuid::Uuid::now_v7(), ..first.clone() };
    house.hubee().seed_subscription(first.clone());
    house.hubee().seed_twin(second.clone());
    revoke(&house, number).await;
    house.run_jobs().await;
    let row = suspension(&house, number).await;
    assert_eq!(row.status, "by_hand");
    assert!(row.last_error.unwrap().contains("plusieurs abonnements"));
    assert_eq!(house.hubee().subscriptions(), vec![first, second]);
    assert_eq!(mails(&house, BY_HAND).len(), 1);
}
