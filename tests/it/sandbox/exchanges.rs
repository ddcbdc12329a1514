use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU16, Ordering},
};

use axum::{Json, Router, body::Bytes, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use chrono::TimeDelta;
use habilis::sandbox::datapass::{CLIENT_ID, CLIENT_SECRET, Filing, RequestState, Status, Webhook, signature};
use serde_json::{Value, json};

use super::{browser, datapass::request_in, datapass_posting_to, secret, serve};

type Seen = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// A receiver that remembers, and answers the status it is told.
async fn receiver() -> (String, Seen, Arc<AtomicU16>) {
    let (seen, status) = (Seen::default(), Arc::new(AtomicU16::new(200)));
    let answer = |State((seen, status)): State<(Seen, Arc<AtomicU16>)>, headers: HeaderMap, body: Bytes| async move {
        seen.lock().unwrap().push((headers, body));
        let status = StatusCode::from_u16(status.load(Ordering::SeqCst)).unwrap();
        (status, Json(json!({ "token_id": "73132" })))
    };
    let router = Router::new().route("/webhook", post(answer)).with_state((seen.clone(), status.clone()));
    (serve(router).await + "/webhook", seen, status)
}

#[tokio::test]
async fn deliveries_are_signed_retried_on_bad_answers_and_never_sent_twice() {
    let (url, seen, status) = receiver().await;
    let (datapass, clock) = datapass_posting_to(&url);
    let id = datapass.create(Filing::example());
    assert_eq!(datapass.deliver_pending().await, 1);
    let (headers, bytes) = seen.lock().unwrap().remove(0);
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["x-app-environment"], "sandbox");
    assert_eq!(headers["x-hub-signature-256"], signature(&secret(), &bytes));
    assert_eq!(datapass.request(id).unwrap().external_provider_id.as_deref(), Some("73132"));
    assert_eq!(datapass.deliver_pending().await, 0);

    status.store(202, Ordering::SeqCst);
    datapass.submit(id).unwrap();
    assert_eq!(datapass.deliver_pending().await, 0);
    assert_eq!(datapass.deliver_due().await, 0);
    assert_eq!(datapass.deliveries()[1].attempts.len(), 1, "not due before three seconds");
    clock.advance(TimeDelta::seconds(4));
    assert_eq!(datapass.deliver_due().await, 0);
    status.store(204, Ordering::SeqCst);
    assert_eq!(datapass.deliver_pending().await, 1);
    let last = datapass.deliveries().remove(1);
    assert_eq!((last.attempts.len(), last.status()), (3, Status::Delivered));
    assert_eq!(seen.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_refused_connection_loses_the_event_and_a_replay_repairs() {
    let (datapass, _) = datapass_posting_to("http://127.0.0.1:1/webhook");
    datapass.create(Filing::example());
    assert_eq!(datapass.deliver_pending().await, 0);
    let lost = datapass.deliveries().remove(0);
    assert_eq!((lost.status(), lost.summary().as_str()), (Status::Lost, "perdue (connexion refusée)"));
    let (url, seen, _) = receiver().await;
    datapass.set_webhook(Webhook { url, secret: "un autre secret".into() });
    assert_eq!(datapass.deliver_pending().await, 0);
    datapass.replay(lost.id, false).unwrap();
    assert_eq!(datapass.deliver_pending().await, 1);
    let (headers, bytes) = seen.lock().unwrap().remove(0);
    assert_eq!(headers["x-hub-signature-256"], signature("un autre secret", &bytes));
}

#[tokio::test]
async fn the_api_serialises_otherwise_than_webhooks() {
    let (datapass, clock) = datapass_posting_to("http://127.0.0.1:1/");
    let first = request_in(&datapass, RequestState::Validated);
    clock.advance(TimeDelta::seconds(1));
    let second = datapass.create(Filing::example());
    datapass.update(second, &Filing::example()).unwrap();
    datapass.update(second, &Filing::example()).unwrap();
    let api = serve(datapass.router()).await + "/api/v1";
    let web = browser();

    let refused = web.get(format!("{api}/demandes")).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.json::<Value>().await.unwrap()["errors"][0]["status"], "401");
    let ask = |secret: &'static str, grant: &'static str| {
        let form = [("grant_type", grant), ("client_id", CLIENT_ID), ("client_secret", secret)];
        web.post(format!("{api}/oauth/token")).form(&form).send()
    };
    assert_eq!(ask("faux", "client_credentials").await.unwrap().status(), 401);
    assert_eq!(ask(CLIENT_SECRET, "password").await.unwrap().status(), 400);
    let token: Value = ask(CLIENT_SECRET, "client_credentials").await.unwrap().json().await.unwrap();
    assert_eq!((&token["token_type"], &token["expires_in"]), (&json!("Bearer"), &json!(7200)));
    let token = token["access_token"].as_str().unwrap();
    let get = |path: String| web.get(format!("{api}{path}")).bearer_auth(token).send();

    let all: Value = get("/demandes".into()).await.unwrap().json().await.unwrap();
    let ids: Vec<i64> = all.as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [second, first], "newest first");
    for (query, expected) in [
        ("limit=1", 1),
        ("limit=1&offset=2", 0),
        ("state=validated", 1),
        ("state%5B%5D=validated&state%5B%5D=draft", 2),
        ("siret=21730132400018", 2),
        ("siret=21290042700015", 0),
    ] {
        let found: Value = get(format!("/demandes?{query}")).await.unwrap().json().await.unwrap();
        assert_eq!(found.as_array().unwrap().len(), expected, "{query}");
    }

    let demande: Value = get(format!("/demandes/{first}")).await.unwrap().json().await.unwrap();
    let keys: Vec<&String> = demande.as_object().unwrap().keys().collect();
    let expected = "applicant created_at data definition_id events form_uid habilitations id last_submitted_at \
                    last_validated_at organisation public_id reopened_at reopening state type";
    let mut expected: Vec<&str> = expected.split_whitespace().collect();
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(demande["data"]["duree_conservation_donnees_caractere_personnel"], "12");
    assert_eq!(demande["data"]["cadre_juridique_url"], Value::Null);
    assert_eq!(demande["organisation"].as_object().unwrap().len(), 3);
    assert_eq!(demande["applicant"].as_object().unwrap().len(), 5);
    assert_eq!(demande["habilitations"][0]["state"], "active");

    let events: Value = get(format!("/demandes/{second}/events")).await.unwrap().json().await.unwrap();
    let names: Vec<&Value> = events.as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["update", "create"], "successive updates count for one");
    assert_eq!(get("/demandes/7".into()).await.unwrap().status(), 404);
    clock.advance(TimeDelta::seconds(7201));
    assert_eq!(get("/demandes".into()).await.unwrap().status(), 401);
}
