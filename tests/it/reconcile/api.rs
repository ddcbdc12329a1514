//! The API on its bad days: down, in HTML, without rights, with an old token; and no application at all.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use chrono::Duration;
use habilis::clients::datapass::{Client, Fault};
use habilis::store::jobs;
use habilis::workflow::{self, NotReconciled};

use crate::support::house::{House, hauteluce};

/// Another DataPass, that answers what it is told to: the last answer for ever.
#[derive(Clone, Default)]
struct Moody {
    answers: Arc<Mutex<Vec<(u16, String)>>>,
    tokens: Arc<Mutex<Vec<u16>>>,
    asked: Arc<Mutex<usize>>,
}

impl Moody {
    async fn open() -> (Self, String) {
        let moody = Self::default();
        let (api, tokens) = (moody.clone(), moody.clone());
        let token = move || async move {
            *tokens.asked.lock().unwrap() += 1;
            let status = next(&mut tokens.tokens.lock().unwrap()).unwrap_or(200);
            (StatusCode::from_u16(status).unwrap(), r#"{"access_token":"jeton","expires_in":7200}"#)
        };
        let list = move || async move {
            let (status, body) = next(&mut api.answers.lock().unwrap()).unwrap_or((200, "[]".into()));
            (StatusCode::from_u16(status).unwrap(), body)
        };
        let router = Router::new().route("/api/v1/oauth/token", post(token)).route("/api/v1/demandes", get(list));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router).into_future());
        (moody, url)
    }

    fn answers(&self, answers: &[(u16, &str)]) {
        *self.answers.lock().unwrap() = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
    }
}

fn next<T: Clone>(queue: &mut Vec<T>) -> Option<T> {
    if queue.len() > 1 { Some(queue.remove(0)) } else { queue.first().cloned() }
}

const LACKING: &str = r#"{"errors":[{"status":"422","title":"x","detail":"La portée du jeton est insuffisante."}]}"#;

#[tokio::test]
async fn each_bad_answer_is_a_typed_failure() {
    let (moody, url) = Moody::open().await;
    let house = House::with(&[("DATAPASS_URL", &url)]).await;
    let client = || Client::new(house.service.config.datapass_api.as_ref().unwrap(), house.clock.clone()).unwrap();
    for (status, body, passing) in [
        (500, "", true),
        (503, "<html>maintenance</html>", true),
        (429, "", true),
        (401, "{}", true),
        (200, "<!doctype html><title>DataPass</title>", true),
        (200, r#"{"demandes":[]}"#, true),
        (302, "", true),
        (422, LACKING, false),
        (403, "", false),
    ] {
        moody.answers(&[(status, body)]);
        let fault = client().demandes(0, 100).await.unwrap_err();
        assert_eq!(fault.is_passing(), passing, "{status} {body}: {fault}");
    }
    moody.answers(&[(200, r#"[{"id":"x"},{"id":7,"events":[]},3]"#)]);
    let page = client().demandes(0, 100).await.unwrap();
    assert_eq!((page.length, page.demandes.len()), (3, 1), "one odd request does not spoil its page");
    *moody.tokens.lock().unwrap() = vec![401];
    assert!(matches!(client().demandes(0, 100).await.unwrap_err(), Fault::Credentials(_)));
    *moody.tokens.lock().unwrap() = vec![503];
    assert!(client().demandes(0, 100).await.unwrap_err().is_passing());
}

#[tokio::test]
async fn an_expired_token_is_asked_for_again_once() {
    let (moody, url) = Moody::open().await;
    let house = House::with(&[("DATAPASS_URL", &url)]).await;
    moody.answers(&[(200, "[]"), (401, "{}"), (200, "[]")]);
    let client = house.service.datapass.as_ref().unwrap();
    client.demandes(0, 100).await.unwrap();
    client.demandes(0, 100).await.unwrap();
    assert_eq!(*moody.asked.lock().unwrap(), 2);
    house.clock.advance(Duration::minutes(97));
    client.demandes(0, 100).await.unwrap();
    assert_eq!(*moody.asked.lock().unwrap(), 3, "an ageing token is replaced before it expires");
}

#[tokio::test]
async fn a_sick_api_is_asked_again_for_ever() {
    let (moody, url) = Moody::open().await;
    let house = House::with(&[("DATAPASS_URL", &url)]).await;
    moody.answers(&[(503, "<html>")]);
    workflow::schedule(&house.service).await.unwrap();
    for _ in 0..40 {
        house.later(Duration::minutes(10)).await;
    }
    let mut conn = house.db.read().await.unwrap();
    assert!(jobs::parked(conn.cx()).await.unwrap().is_empty());
    let due = jobs::next_due(conn.cx()).await.unwrap().unwrap();
    assert!(due <= house.clock.now() + Duration::minutes(10), "{due}");
}

#[tokio::test]
async fn without_the_right_to_read_a_person_is_asked_and_it_comes_back_the_next_day() {
    let (moody, url) = Moody::open().await;
    let house = House::with(&[("DATAPASS_URL", &url)]).await;
    moody.answers(&[(422, LACKING)]);
    workflow::schedule(&house.service).await.unwrap();
    house.later(Duration::minutes(10)).await;
    let parked = jobs::parked(house.db.read().await.unwrap().cx()).await.unwrap();
    let why = parked[0].last_error.clone().unwrap();
    assert!(why.contains("La portée du jeton est insuffisante") && why.contains("read_authorizations"), "{why}");
    house.later(Duration::hours(12)).await;
    assert_eq!(jobs::parked(house.db.read().await.unwrap().cx()).await.unwrap().len(), 1);
    house.later(Duration::hours(12)).await;
    assert_eq!(jobs::parked(house.db.read().await.unwrap().cx()).await.unwrap().len(), 2);
    let Err(NotReconciled::Failed(told)) = workflow::reconcile(&house.service).await else { panic!("refused") };
    assert_eq!(told, why);
}

#[tokio::test]
async fn without_an_application_nothing_is_asked() {
    let house = House::with(&[("DATAPASS_CLIENT_ID", ""), ("DATAPASS_CLIENT_SECRET", "")]).await;
    assert!(matches!(workflow::reconcile(&house.service).await, Err(NotReconciled::Off)));
    workflow::schedule(&house.service).await.unwrap();
    let number = house.datapass().create(hauteluce());
    house.datapass().submit(number).unwrap();
    house.later(Duration::hours(2)).await;
    assert!(house.service.datapass.is_none());
    let mut conn = house.db.read().await.unwrap();
    assert!(habilis::store::habilitations::by_datapass_id(conn.cx(), number).await.unwrap().is_none());
}
