//! An accepted request, its mise en service watched until it is quiet, and what must hold in the end.

use chrono::Duration;
use habilis::domain::{Actor, Event, What};
use habilis::sandbox::datapass::Filing;
use habilis::sandbox::hubee::{Call, Fault, FaultKind, Route, When};
use habilis::sandbox::mailbox::Mail;
use habilis::store::provisioning::CallRow;
use habilis::store::{events, provisioning};
use habilis::workflow;
use reqwest::StatusCode;

use crate::support::browser::Page;
use crate::support::house::{House, hauteluce};

pub const SIRET: &str = "21730132400018";
pub const COG: &str = "73132";

// Words of the subjects of mails.
pub const CONFIRMATION: &str = "est en service";
pub const DELAYED: &str = "mise en service en cours";
pub const TO_ACTIVATE: &str = "activez votre abonnement";

/// Accepted without a browser, by an instructeur who read the last version.
pub async fn accept(house: &House, number: i64) {
    let read = house.habilitation(number).await;
    let by = Actor::Instructeur { id: uuid::Uuid::nil(), name: "Ada".into() };
    let what = What::Accept { comment: None };
    workflow::decide(&house.service, read.id, read.version, by, what).await.unwrap();
}

/// Started again by an instructeur, then run.
pub async fn relaunched(house: &House, number: i64) {
    let read = house.habilitation(number).await;
    let by = Actor::Instructeur { id: uuid::Uuid::nil(), name: "Ada".into() };
    workflow::relaunch(&house.service, read.id, read.version, by).await.unwrap();
    house.run_jobs().await;
}

/// Filed and accepted; HubEE was not called yet.
pub async fn accepted_as(house: &House, filing: Filing) -> i64 {
    let number = house.submitted(filing).await;
    accept(house, number).await;
    number
}

pub async fn accepted(house: &House) -> i64 {
    accepted_as(house, hauteluce()).await
}

/// Filed and accepted in DataPass, where our rules prevent nothing; what follows has run.
pub async fn accepted_there(house: &House, filing: Filing) -> i64 {
    let number = house.submitted(filing).await;
    house.clock.advance(Duration::minutes(1));
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    number
}

/// A fault for all comers.
pub fn fault(route: Route, kind: FaultKind, when: When) -> Fault {
    Fault { route, kind, when, siret: None }
}

pub async fn status(house: &House, number: i64) -> String {
    house.provisioning(number).await.map_or_else(|| "none".into(), |row| row.status)
}

/// Runs what is due, then lets time pass until nothing moves by itself any more, half a day at most.
pub async fn quiet(house: &House, number: i64) {
    house.run_jobs().await;
    for _ in 0..10 {
        match status(house, number).await.as_str() {
            "open" | "held" | "parked" => return,
            _ => house.later(Duration::minutes(75)).await,
        }
    }
}

/// Time passes by small steps, for `total`.
pub async fn wait(house: &House, total: Duration, step: Duration) {
    let until = house.clock.now() + total;
    while house.clock.now() < until {
        house.later(step).await;
    }
}

/// The end of every story that ends well.
pub async fn assert_open(house: &House, number: i64, told: &str) {
    assert_one_of_each(house, number, told).await;
    assert_eq!(mails(house, CONFIRMATION).len(), 1, "{told}: {:?}", subjects(house));
}

/// The same, but for the confirmation.
pub async fn assert_one_of_each(house: &House, number: i64, told: &str) {
    let row = house.provisioning(number).await.unwrap();
    assert_eq!(row.status, "open", "{told}: {row:?}");
    let organisations = house.hubee().organisations();
    assert_eq!(organisations.len(), 1, "{told}: organisations");
    let subscriptions = house.hubee().subscriptions();
    assert_eq!(subscriptions.len(), 1, "{told}: subscriptions");
    assert_eq!(subscriptions[0].status, "Actif", "{told}");
    assert_eq!(row.subscription_id, Some(subscriptions[0].id.to_string()), "{told}");
    assert_eq!(house.hubee().accounts().len(), 1, "{told}: accounts");
    assert_eq!(house.hubee().mails().len(), 1, "{told}: HubEE's mails");
    assert_eq!(published(house).await, 1, "{told}: published");
    assert!(mails(house, DELAYED).len() <= 1, "{told}: {:?}", subjects(house));
    assert_looked_before_writing_again(&house.hubee().calls(), told);
}

/// No object is posted again without a look in between, unless HubEE said that it did nothing.
pub fn assert_looked_before_writing_again(calls: &[Call], told: &str) {
    for route in [Route::PostOrganisation, Route::PostSubscription] {
        let mut unsure = false;
        for call in calls {
            if call.route == Some(route) {
                assert!(!unsure, "{told}: {route:?} twice without a look: {}", shown(calls));
                unsure = call.status != Some(401);
            }
            unsure &= call.method != "GET";
        }
    }
}

/// The calls, one a line.
pub fn shown(calls: &[Call]) -> String {
    calls.iter().map(|call| format!("\n{} {} {:?} {:?}", call.method, call.path, call.status, call.fault)).collect()
}

/// How many forms are open, as the national form reads it.
pub async fn published(house: &House) -> usize {
    house.anyone().get("/api/collectivites").await.text.matches("\"siret\"").count()
}

pub async fn public_page(house: &House) -> StatusCode {
    house.anyone().get(&format!("/collectivites/{SIRET}")).await.status
}

/// The mails to demandeurs whose subject says `what`.
pub fn mails(house: &House, what: &str) -> Vec<Mail> {
    let all = house.mails();
    all.into_iter().filter(|mail| mail.subject.to_lowercase().contains(what)).collect()
}

pub fn subjects(house: &House) -> Vec<String> {
    house.mails().into_iter().map(|mail| mail.subject).collect()
}

/// The history, oldest first.
pub async fn history(house: &House, number: i64) -> Vec<Event> {
    let id = house.habilitation(number).await.id;
    let mut conn = house.db.read().await.unwrap();
    events::of(conn.cx(), id).await.unwrap().into_iter().rev().map(|line| line.event).collect()
}

pub async fn delays(house: &House, number: i64) -> usize {
    history(house, number).await.iter().filter(|event| matches!(event, Event::ServiceDelayed { .. })).count()
}

/// The journal, oldest first.
pub async fn journal(house: &House, number: i64) -> Vec<CallRow> {
    let id = house.habilitation(number).await.id;
    let mut conn = house.db.read().await.unwrap();
    let mut calls = provisioning::calls(conn.cx(), id).await.unwrap();
    calls.reverse();
    calls
}

pub async fn tracking(house: &House, number: i64) -> Page {
    let token = house.habilitation(number).await.tracking_token;
    house.anyone().get(&format!("/suivi/{token}")).await
}
