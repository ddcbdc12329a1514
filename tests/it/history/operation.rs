//! The page of what got stuck: who may see it, what it shows, and trying again.

use habilis::accounts::Role;
use habilis::config::Secret;
use habilis::intake::sign;
use habilis::sandbox::hubee::{Fault, FaultKind, Route, When};
use habilis::store::jobs::{self, NewJob};
use reqwest::StatusCode;
use serde_json::json;

use super::number;
use crate::support::house::{House, hauteluce};

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

#[tokio::test]
async fn hundreds_of_one_sort_go_again_by_one_gesture() {
    let house = House::open().await;
    let mut tx = house.db.begin().await.unwrap();
    for rank in 0..400 {
        let kind = if rank < 300 { "unheard of" } else { "another" };
        let job = NewJob { kind, payload: json!({}), unique_key: Some(format!("{rank}")), run_at: house.clock.now() };
        jobs::enqueue(tx.cx(), &job, house.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    house.run_jobs().await;
    let mut oscar = house.logged_in("Oscar", Role::Operateur).await;
    let page = oscar.get(PAGE).await;
    let main = page.main();
    assert!(main.contains("unheard of, arrêtées : 300"), "{main}");
    assert!(main.contains("Les 50 plus récentes sur 400"), "{main}");
    assert!(page.text.len() < 120_000, "{} bytes", page.text.len());

    let mut ada = house.logged_in("Ada", Role::Instructeur).await;
    let all = [("genre", "unheard of"), ("classe", "")];
    assert_eq!(ada.post(&format!("{RETRY}-tout"), &all).await.status, StatusCode::FORBIDDEN);
    let done = oscar.post(&format!("{RETRY}-tout"), &all).await;
    assert_eq!(done.location.as_deref(), Some("/instruction/exploitation?relancees=300"));
    assert_eq!(number(&house.db, "select count(*) from job where state = 'queued' and attempts = 0").await, 300);
    house.clock.advance(chrono::Duration::minutes(20));
    let main = oscar.get("/instruction/exploitation?relancees=300").await.main();
    assert!(main.contains("300 tâches sont relancées"), "{main}");
    assert!(main.contains("unheard of : 300, la plus ancienne attend depuis le 8 septembre 2026"), "{main}");
}

#[tokio::test]
async fn hubee_is_tried_now_once_its_credentials_are_mended() {
    let house = House::open().await;
    let fault = |when| Fault { route: Route::Token, kind: FaultKind::Unauthorized401, when, siret: None };
    house.hubee().script(fault(When::Always));
    let request = house.submitted(hauteluce()).await;
    house.logged_in("Ada", Role::Instructeur).await.accepts(request).await;
    house.run_jobs().await;
    let mut oscar = house.logged_in("Oscar", Role::Operateur).await;
    let main = oscar.get(PAGE).await.main();
    assert!(main.contains("Circuit ouvert") && main.contains("Essayer maintenant"), "{main}");
    assert!(main.contains("Mise en service, en attente : 1"), "{main}");

    let again = oscar.post("/instruction/exploitation/essayer", &[]).await;
    assert_eq!(again.location.as_deref(), Some("/instruction/exploitation?essai=non"));
    assert!(oscar.get(&again.location.unwrap()).await.main().contains("n’accepte toujours pas"));
    house.hubee().clear_faults();
    let done = oscar.post("/instruction/exploitation/essayer", &[]).await;
    assert_eq!(done.location.as_deref(), Some("/instruction/exploitation?essai=oui"));
    assert!(oscar.get(PAGE).await.main().contains("Circuit fermé"));
    house.run_jobs().await;
    assert_eq!(house.provisioning(request).await.unwrap().status, "open");
    let mut ada = house.logged_in("Bruno", Role::Instructeur).await;
    assert_eq!(ada.post("/instruction/exploitation/essayer", &[]).await.status, StatusCode::FORBIDDEN);
}
