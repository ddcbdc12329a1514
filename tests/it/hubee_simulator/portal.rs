//! What happens in HubEE without us: people in the portal, the batch of 00:01, télédossiers that are refused, and the
//! mails that HubEE sends itself.

use std::time::Duration;

use chrono::NaiveDate;
use habilis::clock::Clock;
use habilis::sandbox::hubee::{FaultKind, Organisation, Route, Subscription, Switches, Weather, When};
use habilis::sandbox::{HUBEE_SENDER, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, Got, KEY, SIRET, folder, morning, organisation, subscription, with, without};

async fn send(desk: &Desk, scope: &str, body: &Value) -> Got {
    let token = desk.token(scope).await;
    let request = desk.http.post(format!("{}/teledossiers/v1/folders", desk.url)).bearer_auth(token).json(body);
    Got::of(request.send().await.unwrap()).await
}

async fn is_received(desk: &Desk) -> bool {
    let got = send(desk, "OSL", &folder(SIRET)).await;
    assert!(got.status == 201 || got.message() == format!("Case recipient {KEY} does not suscribed to FormulaireQF"));
    got.status == 201
}

async fn subscribed() -> Desk {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    desk.post(&token, "/organizations", &organisation(SIRET)).await;
    desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    desk
}

fn set_to(desk: &Desk, at: &str) {
    let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
    desk.clock.advance(at - desk.clock.now());
}

#[tokio::test]
async fn a_recipient_must_exist_be_subscribed_and_active() {
    let desk = Desk::open().await;
    let absent = send(&desk, "OSL", &folder(SIRET)).await;
    assert_eq!((absent.status, absent.message()), (400, format!("Case recipient {KEY} does not exist")));
    let token = desk.token("ADMIN").await;
    desk.post(&token, "/organizations", &organisation(SIRET)).await;
    assert!(!is_received(&desk).await);
    desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    assert!(!is_received(&desk).await, "inactive");
    desk.hubee.agent_activates(SIRET);
    assert!(is_received(&desk).await);
    let refused = send(&desk, "DATAPASS", &folder(SIRET)).await;
    assert_eq!((refused.status, refused.message()), (403, "Unauthorized user".to_owned()));
    for wrong in [with(folder(SIRET), "/cases", json!([])), without(folder(SIRET), "attachments")] {
        assert!(send(&desk, "OSL", &wrong).await.message().starts_with("Bad Request : Validation failed."));
    }
}

#[tokio::test]
async fn an_activation_for_another_day_waits_for_its_batch() {
    let desk = subscribed().await;
    let day = NaiveDate::from_ymd_opt(2026, 9, 4).unwrap();
    assert_eq!(desk.hubee.agent_activates_on(SIRET, day), 1);
    let status = || desk.hubee.subscriptions()[0].status.clone();
    assert_eq!(status(), "Inactif");
    assert_eq!(desk.hubee.subscriptions()[0].activate_date_time, Some("2026-09-03T22:00:00Z".parse().unwrap()));
    set_to(&desk, "2026-09-03T22:00:59Z");
    assert_eq!((status().as_str(), is_received(&desk).await), ("Inactif", false), "midnight in Paris is not yet 00:01");
    set_to(&desk, "2026-09-03T22:01:00Z");
    let token = desk.token("ADMIN").await;
    let read = desk.get(&token, "/subscriptions").await.json();
    assert_eq!((&read[0]["status"], is_received(&desk).await), (&json!("Actif"), true));
}

#[tokio::test]
async fn a_replacement_active_from_a_later_date_receives_nothing_before() {
    let desk = subscribed().await;
    let token = desk.token("ADMIN").await;
    let path = format!("/subscriptions/{}", desk.hubee.subscriptions()[0].id);
    let later = with(subscription(SIRET), "/status", json!("Actif"));
    let later = with(later, "/activateDateTime", json!("2026-09-02T00:00:00+02:00"));
    assert_eq!(desk.call(&token, Method::PUT, &path, Some(&later)).await.status, 200);
    assert!(!is_received(&desk).await);
    set_to(&desk, "2026-09-01T22:00:00Z");
    assert!(is_received(&desk).await);
    let token = desk.token("ADMIN").await;
    let unknown = with(subscription(SIRET), "/status", json!("Clos"));
    assert_eq!(desk.call(&token, Method::PUT, &path, Some(&unknown)).await.status, 400);
}

#[tokio::test]
async fn a_suspension_takes_effect_the_next_day() {
    let desk = subscribed().await;
    desk.hubee.agent_activates(SIRET);
    assert_eq!((desk.hubee.agent_suspends(SIRET), desk.hubee.agent_suspends(SIRET)), (1, 0));
    assert_eq!(desk.hubee.subscriptions()[0].status, "Suspendu");
    assert!(is_received(&desk).await, "the same day");
    set_to(&desk, "2026-09-01T22:01:00Z");
    assert!(!is_received(&desk).await, "from 00:01 in Paris");
    assert_eq!(desk.hubee.agent_reactivates(SIRET), 1);
    assert!(is_received(&desk).await);
    desk.hubee.set_switches(Switches { suspends_at_once: true, ..desk.hubee.switches() });
    // By the API this time.
    let token = desk.token("ADMIN").await;
    let path = format!("/subscriptions/{}", desk.hubee.subscriptions()[0].id);
    let suspended = with(subscription(SIRET), "/status", json!("Suspendu"));
    let suspended = with(suspended, "/endDateTime", json!("2026-09-02T10:00:00+02:00"));
    assert_eq!(desk.call(&token, Method::PUT, &path, Some(&suspended)).await.status, 200);
    assert!(!is_received(&desk).await);
    assert!(desk.hubee.subscriptions()[0].end_date_time.is_some());
}

#[tokio::test]
async fn a_collectivite_keeps_the_mode_it_chose() {
    let desk = Desk::open().await;
    desk.hubee.seed_organisation(Organisation::collectivite(SIRET, "99999", "Sainte-Fiction", morning()));
    let by_hand = Subscription::made_by_hand(SIRET, "99999", "ada.martin@exemple.fr", morning());
    desk.hubee.seed_subscription(Subscription { status: "Inactif".into(), ..by_hand.clone() });
    desk.hubee.agent_activates(SIRET);
    assert_eq!(desk.hubee.subscriptions()[0].access_mode.as_deref(), Some("API"));
    desk.hubee.seed_subscription(by_hand.suspended(morning() - chrono::Duration::days(2)));
    assert_eq!(desk.hubee.subscriptions()[0].status, "Suspendu");
    assert!(!is_received(&desk).await);
}

#[tokio::test]
async fn a_demarche_is_described_to_administrators_and_may_be_closed() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    desk.post(&token, "/organizations", &organisation(SIRET)).await;
    let read = desk.get(&token, "/processes/FormulaireQF").await.json();
    assert_eq!((&read["isActivated"], &read["attachmentTypesEnabled"]), (&json!(true), &json!(["FormulaireQF"])));
    assert_eq!(desk.get(&token, "/processes").await.json()[0]["code"], "FormulaireQF");
    let absent = desk.get(&token, "/processes/formulaireqf").await;
    assert_eq!((absent.status, absent.message()), (404, "Process is not found".to_owned()));
    for scope in ["DATAPASS", "OSL"] {
        let token = desk.token(scope).await;
        assert_eq!(desk.get(&token, "/processes").await.status, 403);
    }
    desk.hubee.set_switches(Switches { process_active: false, ..desk.hubee.switches() });
    let refused = desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    assert_eq!((refused.status, refused.message()), (400, "Process FormulaireQF is not activated".to_owned()));
}

#[tokio::test]
async fn a_silent_call_commits_nothing() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    desk.fail(Route::PostOrganisation, FaultKind::Silent(Duration::from_secs(60)), When::Nth(2));
    assert_eq!(desk.post(&token, "/organizations", &organisation("21999999900025")).await.status, 201);
    let body = organisation(SIRET);
    let silent = desk.request(&token, Method::POST, "/organizations", Some(&body)).timeout(Duration::from_millis(200));
    assert!(silent.send().await.is_err_and(|error| error.is_timeout()));
    assert_eq!(desk.hubee.organisations().len(), 1);
    desk.fail(Route::PostOrganisation, FaultKind::Silent(Duration::from_millis(50)), When::Next(1));
    let closed = desk.request(&token, Method::POST, "/organizations", Some(&body)).send().await;
    assert!(closed.is_err_and(|error| !error.is_timeout()), "no answer in the end");
    assert_eq!(desk.hubee.organisations().len(), 1);
}

#[tokio::test]
async fn tokens_may_all_die_and_weather_turn() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    desk.hubee.revoke_tokens();
    assert_eq!(desk.get(&token, "/subscriptions").await.status, 401);
    let token = desk.token("ADMIN").await;
    desk.hubee.set_weather(Some(Weather::new(1, 1000, &[FaultKind::Html502])));
    assert_eq!(desk.get(&token, "/subscriptions").await.status, 502);
    desk.fail(Route::Any, FaultKind::TooMany429, When::Next(1));
    assert_eq!(desk.get(&token, "/subscriptions").await.status, 429, "what is scripted comes first");
    desk.hubee.set_weather(None);
    assert_eq!(desk.get(&token, "/subscriptions").await.status, 200);
    let traffic = desk.hubee.traffic();
    assert_eq!((traffic.calls, traffic.faults["html_502"], traffic.faults["429"]), (6, 1, 1));
}

#[tokio::test]
async fn the_mails_of_the_portal_reach_the_mailbox_once() {
    let clock = Clock::fixed(morning());
    let sandbox = Sandbox::new(clock.clone(), "http://127.0.0.1:1");
    let desk = Desk::around(sandbox.hubee.clone(), clock).await;
    let token = desk.token("ADMIN").await;
    desk.post(&token, "/organizations", &organisation(SIRET)).await;
    desk.fail(Route::PostSubscription, FaultKind::LostAnswer, When::Next(1));
    let body = subscription(SIRET);
    assert!(desk.request(&token, Method::POST, "/subscriptions", Some(&body)).send().await.is_err());
    assert_eq!(desk.post(&token, "/subscriptions", &body).await.status, 400);
    let mails = sandbox.mailbox.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        (HUBEE_SENDER, ["ada.martin@exemple.fr".to_owned()].as_slice())
    );
    assert_eq!((mail.subject.as_str(), mail.date), ("HubEE : créez votre mot de passe", Some(morning())));
    assert!(mail.text.as_deref().unwrap().contains("Ce lien est valable 48 heures"));
}
