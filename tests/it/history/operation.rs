//! The page of what got stuck: who may see it, what it shows, and trying again.

use habilis::accounts::Role;
use habilis::config::Secret;
use habilis::intake::sign;
use habilis::store::jobs::{self, NewJob};
use reqwest::StatusCode;
use serde_json::json;

use super::number;
use crate::support::house::House;

const PAGE: &str = "/instruction/exploitation";
const RETRY: &str = "/instruction/exploitation/relancer";

/// A delivery that is ours and can't be understood.
async fn misunderstood(house: &House) {
    let body = json!({
        "event": "submit", "fired_at": house.clock.now().timestamp(), "model_id": 777,
        "model_type": "authorization_request/formulaire_qf", "data": "Camille Bouchet",
    });
    let body = body.to_string();
    let signature = sign(body.as_bytes(), &Secret::new(house.settings["DATAPASS_WEBHOOK_SECRETS"].clone()));
    let post = reqwest::Client::new().post(format!("{}/api/datapass/webhook", house.url)).body(body);
    let answer = post.header("x-hub-signature-256", signature).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    house.run_jobs().await;
}

async fn parked(house: &House) {
    let key = Some("seule".to_owned());
    let job = NewJob { kind: "unheard of", payload: json!({}), unique_key: key, run_at: house.clock.now() };
    let mut tx = house.db.begin().await.unwrap();
    jobs::enqueue(tx.cx(), &job, house.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    house.run_jobs().await;
}

#[tokio::test]
async fn it_shows_what_is_stuck_and_names_nobody() {
    let house = House::open().await;
    let mut operator = house.logged_in("Oscar", Role::Operateur).await;
    let empty = operator.get(PAGE).await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(empty.main().contains("Aucune tâche n’est arrêtée. "), "{}", empty.main());
    assert!(empty.main().contains("Aucune réception n’est en quarantaine."), "{}", empty.main());

    misunderstood(&house).await;
    parked(&house).await;
    let page = operator.get(PAGE).await;
    let main = page.main();
    for words in [
        "En quarantaine : 1",
        "D777",
        "submit",
        "contenu incompris",
        "8 septembre 2026 à 11 h 00",
        "unheard of, arrêtées : 1",
        "unknown kind of job",
    ] {
        assert!(main.contains(words), "{words}: {main}");
    }
    assert!(!main.contains("Camille"), "{main}");
}

#[tokio::test]
async fn a_stopped_job_is_tried_again_once() {
    let house = House::open().await;
    parked(&house).await;
    let mut claire = house.logged_in("Claire", Role::Responsable).await;
    let job = claire.get(PAGE).await.value("input[name=job]").expect("a stopped job");
    let waiting = "select count(*) from job where state = 'queued' and attempts = 0";
    let done = claire.post(RETRY, &[("job", &job)]).await;
    assert_eq!(done.location.as_deref(), Some("/instruction/exploitation?relancee=oui"));
    assert_eq!(number(&house.db, waiting).await, 1);
    let again = claire.post(RETRY, &[("job", &job)]).await;
    assert_eq!(again.location.as_deref(), Some("/instruction/exploitation?relancee=non"));
    assert_eq!(number(&house.db, waiting).await, 1);
    assert!(claire.get(&again.location.unwrap()).await.main().contains("n’est plus arrêtée"));
    assert_eq!(house.run_jobs().await, 1);
    let page = claire.get("/instruction/exploitation?relancee=oui").await;
    assert!(page.main().contains("La tâche est relancée") && page.main().contains("arrêtées : 1"), "{}", page.main());

    // One that already waits with the same key does the work.
    let other = NewJob {
        kind: "unheard of",
        payload: json!({}),
        unique_key: Some("seule".into()),
        run_at: house.clock.now() + chrono::Duration::days(1),
    };
    let mut tx = house.db.begin().await.unwrap();
    jobs::enqueue(tx.cx(), &other, house.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let done = claire.post(RETRY, &[("job", &job)]).await;
    assert_eq!(done.location.as_deref(), Some("/instruction/exploitation?relancee=oui"));
    assert_eq!(number(&house.db, "select count(*) from job where state = 'queued'").await, 1);
    assert_eq!(number(&house.db, "select count(*) from job where state = 'parked'").await, 0);
}

#[tokio::test]
async fn it_is_for_those_who_operate() {
    let house = House::open().await;
    parked(&house).await;
    let job = house.logged_in("Claire", Role::Responsable).await.get(PAGE).await.value("input[name=job]").unwrap();
    for (name, role) in [("Ada", Role::Instructeur), ("Léa", Role::Lecteur)] {
        let mut browser = house.logged_in(&name.replace('é', "e"), role).await;
        assert_eq!(browser.get(PAGE).await.status, StatusCode::FORBIDDEN, "{name}");
        assert_eq!(browser.post(RETRY, &[("job", &job)]).await.status, StatusCode::FORBIDDEN, "{name}");
    }
    let anyone = house.anyone().get(PAGE).await;
    assert_eq!(anyone.status, StatusCode::SEE_OTHER);
    assert_eq!(number(&house.db, "select count(*) from job where state = 'parked'").await, 1);
}
