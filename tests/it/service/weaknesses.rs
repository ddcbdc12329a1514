//! The fifteen weaknesses seen in today's production, one test each: `w01` to `w15`. Each says what happens there, and
//! shows that it can't happen here.

use std::sync::Arc;

use chrono::Duration;
use habilis::sandbox::hubee::{FaultKind, Organisation, Point, Route, Subscription, When};
use habilis::workflow;
use reqwest::StatusCode;

use super::scene::{
    COG, SIRET, accepted, accepted_as, assert_looked_before_writing_again, assert_open, fault, history, journal,
    public_page, quiet, status, wait,
};
use crate::support::house::{House, commune, hauteluce};

async fn page(house: &House, number: i64) -> String {
    house.instructeur("Ada").await.get(&format!("/instruction/D{number}")).await.main()
}

fn organisation(house: &House) {
    house.hubee().seed_organisation(Organisation::collectivite(SIRET, COG, "MAIRIE DE HAUTELUCE", house.clock.now()));
}

/// An abonnement that somebody else made, changed by `change`.
fn foreign(house: &House, change: impl FnOnce(&mut Subscription)) -> Subscription {
    organisation(house);
    let mut known = Subscription::made_by_hand(SIRET, COG, "ancien@mairie-hauteluce.fr", house.clock.now());
    change(&mut known);
    house.hubee().seed_subscription(known.clone());
    known
}

/// W1: every exception is swallowed, the job « succeeds », the step is lost. Here a failure is kept with its sort, tried
/// again by itself, and ends where it stood.
#[tokio::test]
async fn w01_a_failed_step_is_never_lost() {
    let house = House::open().await;
    house.hubee().script(fault(Route::PostSubscription, FaultKind::Error500Before, When::Next(3)));
    let number = accepted(&house).await;
    house.run_jobs().await;
    let row = house.provisioning(number).await.unwrap();
    assert_eq!((row.status.as_str(), row.step.as_str()), ("retrying", "subscription"));
    assert!(row.last_error.is_some() && row.next_attempt_at.is_some() && row.failing_since.is_some(), "{row:?}");
    quiet(&house, number).await;
    assert_open(&house, number, "after three failures").await;
}

/// W2: an organisation without abonnement is seen by nobody. Here the page tells which step is done and which is not.
#[tokio::test]
async fn w02_a_partial_state_is_shown() {
    let house = House::open().await;
    house.hubee().script(fault(Route::PostSubscription, FaultKind::Error500Before, When::Always));
    let number = accepted(&house).await;
    house.run_jobs().await;
    assert_eq!((house.hubee().organisations().len(), house.hubee().subscriptions().len()), (1, 0));
    let shown = page(&house, number).await;
    assert!(shown.contains("Organisation connue de HubEE (fait)"), "{shown}");
    assert!(shown.contains("Abonnement au formulaire et compte du demandeur (en cours)"), "{shown}");
}

/// W3: the abonnement's id is not stored. Here it is, in the transaction of the answer that gives it.
#[tokio::test]
async fn w03_the_id_is_stored_at_once() {
    let house = House::open().await;
    // Everything after the creation fails.
    house.hubee().script(fault(Route::GetSubscription, FaultKind::LostRequest, When::Always));
    let number = accepted(&house).await;
    house.run_jobs().await;
    let row = house.provisioning(number).await.unwrap();
    assert_eq!(row.subscription_id, Some(house.hubee().subscriptions()[0].id.to_string()));
    assert_eq!((row.siret.as_deref(), row.branch_code.as_deref()), (Some(SIRET), Some(COG)));
    assert_eq!(row.account_expected.as_deref(), Some("new"));
    let calls = journal(&house, number).await;
    assert!(calls.iter().any(|call| call.method == "POST" && call.response.is_some() && call.answered_at.is_some()));
}

/// W4: the first element of the list is taken, whatever its branch. Here another branch's is left alone.
#[tokio::test]
async fn w04_a_list_is_filtered_on_the_whole_triple() {
    let house = House::open().await;
    organisation(&house);
    let mut other = Subscription::made_by_hand(SIRET, "00000", "x@mairie-hauteluce.fr", house.clock.now());
    other.status = "Suspendu".into();
    house.hubee().seed_subscription(other.clone());
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "open");
    let all = house.hubee().subscriptions();
    assert_eq!((all.len(), &all[0]), (2, &other));
    assert_eq!(all[1].subscriber.branch_code, COG);
}

/// W5: adopting an abonnement overwrites its settings and may wake a suspended one. Here nothing is written before a
/// person chose, and its settings stay.
#[tokio::test]
async fn w05_nothing_is_overwritten_nor_woken() {
    for status_there in ["Suspendu", "Refusé", "Inactif"] {
        let house = House::open().await;
        let before = foreign(&house, |known| {
            known.status = status_there.into();
            known.local_administrator = hauteluce().applicant.email;
        });
        let number = accepted(&house).await;
        quiet(&house, number).await;
        assert_eq!(status(&house, number).await, "held", "{status_there}");
        assert_eq!(house.hubee().subscriptions(), vec![before], "{status_there}");
        let row = house.provisioning(number).await.unwrap();
        let shown = serde_json::to_string(&row.differences.unwrap().0).unwrap();
        assert!(shown.contains("access_mode") && shown.contains("frequency"), "{shown}");
    }
}

/// W6: the old administrator stays and the demandeur gets no account, silently. Here it is a task, with the text to send
/// to HubEE's support.
#[tokio::test]
async fn w06_another_administrator_is_a_task() {
    let house = House::open().await;
    foreign(&house, |known| (known.access_mode, known.notification_frequency) = (None, "Unitaire".into()));
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "held");
    let shown = page(&house, number).await;
    assert!(shown.contains("l’administrateur est différent"), "{shown}");
    assert!(shown.contains("Texte pour le support HubEE") && shown.contains("ancien@mairie-hauteluce.fr"), "{shown}");
    assert!(house.hubee().accounts().is_empty());
}

/// W7: a missing telephone crashes the mapping. Here none, or one that HubEE refuses, is left out and said so.
#[tokio::test]
async fn w07_a_telephone_never_stops_anything() {
    for phone in [None, Some("3949"), Some("+508 41 23 45"), Some("04 79 00 00 00 poste 12")] {
        let house = House::open().await;
        let mut filing = hauteluce();
        filing.applicant.phone = phone.map(str::to_owned);
        let number = accepted_as(&house, filing).await;
        quiet(&house, number).await;
        assert_open(&house, number, phone.unwrap_or("none")).await;
        let told = serde_json::to_string(&history(&house, number).await).unwrap();
        assert_eq!(told.contains("PF-TEL"), phone.is_some(), "{told}");
    }
}

/// W8: a token per call, and POSTs that time out are not reconciled. Here one token serves them all, and a write whose
/// outcome is unknown is looked for before it is tried again.
#[tokio::test]
async fn w08_one_token_and_a_look_before_each_replay() {
    let house = House::open().await;
    house.hubee().script(fault(Route::PostOrganisation, FaultKind::LostAnswer, When::Nth(1)));
    house.hubee().script(fault(Route::PostSubscription, FaultKind::Error500After, When::Nth(1)));
    let number = accepted(&house).await;
    house.run_jobs().await;
    assert_eq!(house.provisioning(number).await.unwrap().error_class.as_deref(), Some("unknown"));
    wait(&house, Duration::minutes(6), Duration::minutes(1)).await;
    assert_open(&house, number, "two lost answers").await;
    let calls = house.hubee().calls();
    assert_looked_before_writing_again(&calls, "two lost answers");
    let tokens = calls.iter().filter(|call| call.route == Some(Route::Token)).count();
    assert!(tokens == 1 && calls.len() > 10, "{tokens} tokens for {} calls", calls.len());
}

/// W8 again: two seconds of patience, fewer than HubEE takes on a bad day. Here thirty unless somebody says otherwise, and
/// an answer that comes too late is an unknown outcome: looked for, not sent again.
#[tokio::test]
async fn w08_an_answer_that_comes_too_late_is_looked_for() {
    let usual = House::open().await;
    assert_eq!(usual.service.config.hubee.patience, std::time::Duration::from_secs(30));
    let house = House::with(&[("HUBEE_PATIENCE_MS", "150")]).await;
    let late = FaultKind::Slow(std::time::Duration::from_millis(600));
    house.hubee().script(fault(Route::PostOrganisation, late, When::Nth(1)));
    let number = accepted(&house).await;
    house.run_jobs().await;
    let row = house.provisioning(number).await.unwrap();
    assert_eq!(row.error_class.as_deref(), Some("unknown"), "{:?}", row.last_error);
    wait(&house, Duration::minutes(6), Duration::minutes(1)).await;
    assert_open(&house, number, "an answer too late").await;
    assert_looked_before_writing_again(&house.hubee().calls(), "an answer too late");
    assert_eq!(house.hubee().organisations().len(), 1);
}

/// W9: a revocation is ignored. Here it closes the form at once, whatever HubEE's state.
#[tokio::test]
async fn w09_a_revocation_closes_the_form() {
    let house = House::open().await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    assert_eq!(public_page(&house).await, StatusCode::OK);
    house.hubee().script(fault(Route::Any, FaultKind::LostRequest, When::Always));
    house.later(Duration::hours(1)).await;
    house.datapass().revoke(number).unwrap();
    house.deliver().await;
    assert_ne!(public_page(&house).await, StatusCode::OK);
    assert_eq!(house.anyone().get("/api/collectivites").await.text, "[]");
}

/// W10: two provisioners write to one collectivité with settings of their own. Here one request at a time works on a
/// SIRET, and what another wrote is a difference to be settled.
#[tokio::test]
async fn w10_one_owner_at_a_time() {
    super::lane::one_request_at_a_time_works_on_a_siret().await;
    let house = House::open().await;
    let before = foreign(&house, |known| {
        known.datapass_id = 4242;
        known.local_administrator = hauteluce().applicant.email;
    });
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "held");
    assert_eq!(house.hubee().subscriptions(), vec![before]);
}

/// W11: the form opens before the abonnement is active. Here only an `Actif` that was read opens it.
#[tokio::test]
async fn w11_the_form_opens_on_a_verified_actif() {
    let house = House::with(&[("HUBEE_ACTIVATION", "manual")]).await;
    let number = accepted(&house).await;
    wait(&house, Duration::hours(3), Duration::hours(1)).await;
    assert_eq!(public_page(&house).await, StatusCode::NOT_FOUND);
    house.hubee().agent_activates(SIRET);
    assert_eq!(public_page(&house).await, StatusCode::NOT_FOUND);
    house.later(Duration::minutes(61)).await;
    assert_eq!(public_page(&house).await, StatusCode::OK);
    let last = journal(&house, number).await.into_iter().rfind(|call| call.method == "GET").unwrap();
    assert!(last.response.unwrap().0.to_string().contains("\"Actif\""));
}

/// W12: the territory sent is the COG, the département the start of the postal code. Here both come from the commune.
#[tokio::test]
async fn w12_places_come_from_the_commune() {
    for (town, siret, cog, postal, departement) in [
        ("Ajaccio", "21200400600012", "2A004", "20000", "2A"),
        ("Saint-Denis", "21974110500015", "97411", "97400", "974"),
    ] {
        let house = House::open().await;
        let number = accepted_as(&house, commune(town, siret, cog, postal)).await;
        quiet(&house, number).await;
        assert_eq!(status(&house, number).await, "open", "{town}");
        let sent = &house.hubee().organisations()[0];
        assert_eq!((sent.territory.as_str(), sent.triple.branch_code.as_str()), (town.to_uppercase().as_str(), cog));
        let published = house.service.publication.current();
        assert_eq!(published.of_siret(siret).unwrap().departement, departement);
    }
}

/// W13: the error tracker gets whole bodies. Here neither the journal nor the jobs name a person, even when HubEE quotes
/// what it refuses.
#[tokio::test]
async fn w13_what_is_kept_of_failures_names_nobody() {
    let house = House::open().await;
    house.hubee().script(fault(Route::PutSubscription, FaultKind::Error500Before, When::Always));
    let number = accepted(&house).await;
    house.run_jobs().await;
    let person = hauteluce().applicant;
    let row = house.provisioning(number).await.unwrap();
    let calls = journal(&house, number).await;
    let kept = format!("{calls:?} {:?} {:?}", row.last_error, row.observed);
    for word in [Some(person.email), person.family, person.given].into_iter().flatten() {
        assert!(!kept.to_lowercase().contains(&word.to_lowercase()), "{word} in {kept}");
    }
}

/// W13 again: a refusal quotes what it refuses. What HubEE quotes is kept nowhere, nor in what operators read of jobs.
#[tokio::test]
async fn w13_a_refusal_that_quotes_a_person_is_kept_without_the_quote() {
    let house = House::with(&[("HUBEE_EXTENSION_MAX", "10")]).await;
    let mut filing = hauteluce();
    filing.applicant.email = "c.bouchet@hauteluce.alsace".into();
    let person = filing.applicant.clone();
    let number = accepted_as(&house, filing).await;
    house.run_jobs().await;
    let row = house.provisioning(number).await.unwrap();
    assert_eq!((row.status.as_str(), row.error_class.as_deref()), ("parked", Some("permanent")));
    let calls = journal(&house, number).await;
    let jobs = habilis::store::jobs::parked_by_error(house.db.read().await.unwrap().cx()).await.unwrap();
    assert!(format!("{jobs:?}").contains("does not match input string"), "HubEE quotes nothing: {jobs:?}");
    let kept = format!("{calls:?} {:?} {:?} {:?} {jobs:?}", row.last_error, row.observed, row.hold).to_lowercase();
    for word in [Some(person.email), person.family, person.given].into_iter().flatten() {
        assert!(!kept.contains(&word.to_lowercase()), "{word} in {kept}");
    }
}

/// W14: an organisation made by somebody else meanwhile is a failure. Here « already exists » is a reason to look.
#[tokio::test]
async fn w14_already_exists_is_not_an_error() {
    let house = House::open().await;
    // Made in the portal between our look and our creation, the fourth call.
    house.hubee().pause_at(4, Point::BeforeEffect);
    let number = accepted(&house).await;
    let service = Arc::clone(&house.service);
    let working = tokio::spawn(async move { workflow::drain(&service).await.unwrap() });
    house.hubee().paused().await;
    organisation(&house);
    house.hubee().release();
    working.await.unwrap();
    let created: Vec<_> =
        house.hubee().calls().into_iter().filter(|call| call.route == Some(Route::PostOrganisation)).collect();
    assert_eq!((created.len(), created[0].status), (1, Some(400)), "{created:?}");
    assert_open(&house, number, "made by somebody else meanwhile").await;
}

/// W15: what HubEE will never take is tried for ever. Here it stops at once, and a person is told which field.
#[tokio::test]
async fn w15_a_refusal_stops_and_names_the_field() {
    let house = House::with(&[("HUBEE_EXTENSION_MAX", "10")]).await;
    let mut filing = hauteluce();
    // Our rules let it pass; HubEE's do not.
    filing.applicant.email = "c.bouchet@hauteluce.alsace".into();
    let number = accepted_as(&house, filing).await;
    house.run_jobs().await;
    let row = house.provisioning(number).await.unwrap();
    assert_eq!((row.status.as_str(), row.error_class.as_deref()), ("parked", Some("permanent")));
    let calls = house.hubee().calls().len();
    wait(&house, Duration::days(2), Duration::hours(6)).await;
    assert_eq!(house.hubee().calls().len(), calls, "parked, yet calling");
    let shown = page(&house, number).await;
    assert!(shown.contains("HubEE refuse : adresse de l’administrateur."), "{shown}");
}
