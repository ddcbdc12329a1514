//! How it fails on command, and how a call is held.

use std::time::{Duration, Instant};

use habilis::sandbox::hubee::{Fault, FaultKind, Point, Route, When};
use reqwest::Method;
use serde_json::Value;

use super::desk::{Desk, Got, KEY, SIRET, organisation, subscription};

#[tokio::test]
async fn faults_before_the_effect_commit_nothing() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    for (kind, status) in [
        (FaultKind::Error500Before, 500),
        (FaultKind::Unauthorized401, 401),
        (FaultKind::Forbidden403, 403),
        (FaultKind::Html502, 502),
        (FaultKind::TooMany429, 429),
    ] {
        desk.fail(Route::PostOrganisation, kind, When::Next(1));
        let got = desk.post(&token, "/organizations", &organisation(SIRET)).await;
        assert_eq!(got.status, status);
        assert_eq!(got.text.starts_with("<html>"), kind == FaultKind::Html502);
    }
    desk.fail(Route::Any, FaultKind::LostRequest, When::Next(1));
    let lost = desk.request(&token, Method::POST, "/organizations", Some(&organisation(SIRET))).send().await;
    assert!(lost.is_err());
    assert!(desk.hubee.organisations().is_empty());
    assert!(desk.hubee.faults().is_empty());
    desk.fail(Route::Token, FaultKind::Unauthorized401, When::Next(1));
    let got = Got::of(desk.ask_token("ADMIN").send().await.unwrap()).await;
    assert_eq!((got.status, got.json()["error"].as_str()), (401, Some("invalid_client")));
}

#[tokio::test]
async fn faults_after_the_effect_commit_it() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    let kinds = [FaultKind::Error500After, FaultKind::EmptyBody201, FaultKind::InvalidJson];
    let mut got = Vec::new();
    for (number, kind) in kinds.into_iter().enumerate() {
        desk.fail(Route::PostOrganisation, kind, When::Next(1));
        got.push(desk.post(&token, "/organizations", &organisation(&format!("219999999{number:05}"))).await);
        assert_eq!(desk.hubee.organisations().len(), number + 1);
    }
    assert!(got[0].status == 500 && got[0].message().starts_with("Bad Response : Validation failed."));
    assert_eq!((got[1].status, got[1].text.as_str()), (201, ""));
    assert!(got[2].status == 201 && serde_json::from_str::<Value>(&got[2].text).is_err());

    desk.fail(Route::PostOrganisation, FaultKind::LostAnswer, When::Next(1));
    let lost = desk.request(&token, Method::POST, "/organizations", Some(&organisation(SIRET))).send().await;
    assert!(lost.is_err_and(|error| !error.is_timeout() && error.status().is_none()));
    assert_eq!(desk.hubee.organisations().len(), 4);
    let call = desk.hubee.calls().pop().unwrap();
    assert_eq!((call.status, call.fault), (None, Some(FaultKind::LostAnswer)));
}

#[tokio::test]
async fn a_slow_call_is_committed_even_if_its_client_gives_up() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    desk.fail(Route::PostOrganisation, FaultKind::Slow(Duration::from_secs(60)), When::Next(1));
    let body = organisation(SIRET);
    let slow = desk.request(&token, Method::POST, "/organizations", Some(&body)).timeout(Duration::from_millis(200));
    assert!(slow.send().await.is_err_and(|error| error.is_timeout()));
    assert_eq!(desk.hubee.organisations().len(), 1);
    desk.fail(Route::GetOrganisation, FaultKind::Slow(Duration::from_millis(150)), When::Next(1));
    let start = Instant::now();
    assert_eq!(desk.get(&token, &format!("/organizations/{KEY}")).await.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn faults_choose_their_calls() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    let path = format!("/organizations/{KEY}");
    desk.fail(Route::GetOrganisation, FaultKind::Error500Before, When::Nth(2));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(desk.get(&token, &path).await.status);
        desk.get(&token, "/subscriptions").await;
    }
    assert_eq!(statuses, [404, 500, 404]);

    let other = "21999999900025";
    desk.post(&token, "/organizations", &organisation(SIRET)).await;
    desk.post(&token, "/organizations", &organisation(other)).await;
    let created = desk.post(&token, "/subscriptions", &subscription(SIRET)).await.json();
    let by_id = format!("/subscriptions/{}", created["id"].as_str().unwrap());
    let down =
        Fault { route: Route::Any, kind: FaultKind::TooMany429, when: When::Always, siret: Some(SIRET.to_owned()) };
    desk.hubee.script(down.clone());
    assert_eq!(desk.get(&token, &path).await.status, 429);
    assert_eq!(desk.get(&token, &by_id).await.status, 429);
    assert_eq!(desk.get(&token, &format!("/subscriptions?companyRegister={SIRET}")).await.status, 429);
    assert_eq!(desk.post(&token, "/subscriptions", &subscription(SIRET)).await.status, 429);
    assert_eq!(desk.post(&token, "/subscriptions", &subscription(other)).await.status, 201);
    desk.token("ADMIN").await;
    assert_eq!(desk.hubee.faults(), [down]);
    desk.hubee.clear_faults();
    assert_eq!(desk.get(&token, &path).await.status, 200);
}

#[tokio::test]
async fn a_lost_answer_leaves_no_byte_on_the_wire() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let desk = Desk::open().await;
    desk.fail(Route::Any, FaultKind::LostAnswer, When::Always);
    let mut wire = tokio::net::TcpStream::connect(desk.url.trim_start_matches("http://")).await.unwrap();
    wire.write_all(b"GET /referential/v1/organizations HTTP/1.1\r\nHost: hubee\r\n\r\n").await.unwrap();
    let mut received = Vec::new();
    wire.read_to_end(&mut received).await.unwrap();
    assert_eq!(received, b"");
}

#[tokio::test]
async fn a_call_is_held_after_its_effect_then_released() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    desk.hubee.pause_at(2, Point::AfterEffect);
    assert_eq!(desk.get(&token, &format!("/organizations/{KEY}")).await.status, 404);
    let held = tokio::spawn(desk.request(&token, Method::POST, "/organizations", Some(&organisation(SIRET))).send());
    desk.hubee.paused().await;
    assert_eq!(desk.hubee.organisations().len(), 1);
    assert_eq!(desk.get(&token, &format!("/organizations/{KEY}")).await.status, 200, "other calls go on");
    assert!(!held.is_finished());
    desk.hubee.release();
    assert_eq!(held.await.unwrap().unwrap().status(), 201);
}

#[tokio::test]
async fn a_client_killed_before_the_effect_leaves_nothing_behind() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    desk.hubee.pause_at(1, Point::BeforeEffect);
    let dying = reqwest::Client::new().post(format!("{}/referential/v1/organizations", desk.url));
    let held = tokio::spawn(dying.bearer_auth(&token).json(&organisation(SIRET)).send());
    desk.hubee.paused().await;
    held.abort();
    assert!(held.await.is_err());
    desk.hubee.paused().await;
    assert_eq!(desk.get(&token, &format!("/organizations/{KEY}")).await.status, 404);
    desk.hubee.pause_at(1, Point::BeforeEffect);
    let second = tokio::spawn(desk.request(&token, Method::POST, "/organizations", Some(&organisation(SIRET))).send());
    desk.hubee.paused().await;
    assert!(desk.hubee.organisations().is_empty());
    desk.hubee.release();
    assert_eq!(second.await.unwrap().unwrap().status(), 201);
}
