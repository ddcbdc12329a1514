//! Organisations, subscriptions, accounts and what the portal does: what it accepts and remembers.

use std::path::Path;
use std::time::Duration;

use habilis::clock::Clock;
use habilis::sandbox::hubee::{FaultKind, Hubee, Route, Switches, Triple, When};
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, KEY, SIRET, morning, organisation, subscription, with, without};

#[tokio::test]
async fn a_collectivite_is_provisioned_then_activated() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    let absent = desk.get(&token, &format!("/organizations/{KEY}")).await;
    assert_eq!((absent.status, absent.message()), (404, "Organization is not found".to_owned()));
    assert_eq!(desk.post(&token, "/organizations", &organisation(SIRET)).await.status, 201);
    let read = desk.get(&token, &format!("/organizations/{KEY}")).await.json();
    assert_eq!(read["createDateTime"], "2026-09-01T07:00:00.000+00:00");
    assert_eq!((&read["code"], &read["updateDateTime"]), (&Value::Null, &Value::Null));

    let created = desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    assert_eq!(created.status, 201);
    let created = created.json();
    assert_eq!(created["localAdministrator"], json!({"email": "ada.martin@exemple.fr"}));
    assert_eq!((&created["delegationActor"], &created["accessMode"]), (&Value::Null, &Value::Null));
    let account = desk.hubee.accounts().remove(0);
    assert_eq!((account.email.as_str(), account.organisation), ("ada.martin@exemple.fr", Triple::si(SIRET, "99999")));
    let mail = desk.hubee.mails().remove(0);
    assert_eq!(
        (mail.to.as_str(), mail.expires_at),
        ("ada.martin@exemple.fr", Some(morning() + chrono::Duration::hours(48)))
    );
    assert!(mail.text.contains("jusqu’au 03/09/2026 à 09 h 00"), "{}", mail.text);

    let path = format!("/subscriptions/{}", created["id"].as_str().unwrap());
    let active = with(subscription(SIRET), "/status", json!("Actif"));
    let active = with(active, "/activateDateTime", json!("2026-09-01T09:00:00+02:00"));
    let active = with(active, "/localAdministrator", json!({"email": "ada.martin@exemple.fr"}));
    let active = without(with(active, "/accessMode", json!("PORTAIL")), "email");
    assert_eq!(desk.call(&token, Method::PUT, &path, Some(&active)).await.status, 200);
    let read = desk.get(&token, &path).await.json();
    assert_eq!((&read["status"], &read["accessMode"]), (&json!("Actif"), &json!("PORTAIL")));
    assert_eq!(read["activateDateTime"], "2026-09-01T07:00:00+0000");
    assert_eq!(read["email"], Value::Null, "a PUT replaces everything");
    assert_eq!(read["creationDateTime"], created["creationDateTime"]);
    assert_eq!((desk.hubee.accounts().len(), desk.hubee.mails().len()), (1, 1));
}

#[tokio::test]
async fn what_exists_already_is_named_with_its_exact_key() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    let orphan = desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    assert_eq!((orphan.status, orphan.message()), (400, format!("Subscriber {KEY} does not exist")));
    desk.post(&token, "/organizations", &organisation(SIRET)).await;
    let twice = desk.post(&token, "/organizations", &organisation(SIRET)).await;
    assert_eq!((twice.status, twice.message()), (400, format!("Organization {KEY} already exists")));
    desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    let twice = desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    let message = format!("Subscription FormulaireQF for organization {KEY} already exists");
    assert_eq!((twice.status, twice.message()), (400, message));
    let unknown = with(subscription(SIRET), "/processCode", json!("formulaireqf"));
    assert_eq!(desk.post(&token, "/subscriptions", &unknown).await.status, 400);
    assert_eq!((desk.hubee.organisations().len(), desk.hubee.subscriptions().len()), (1, 1));
}

#[tokio::test]
async fn an_account_needs_a_name_and_an_unknown_email() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    let sirets = ["21999999900017", "21999999900025", "21999999900033"];
    for siret in sirets {
        desk.post(&token, "/organizations", &organisation(siret)).await;
    }
    let nameless = with(subscription(sirets[0]), "/localAdministrator", json!({"email": "ada.martin@exemple.fr"}));
    assert_eq!(desk.post(&token, "/subscriptions", &nameless).await.status, 201);
    assert!(desk.hubee.accounts().is_empty());
    desk.post(&token, "/subscriptions", &subscription(sirets[1])).await;
    assert_eq!(desk.post(&token, "/subscriptions", &subscription(sirets[2])).await.status, 201);
    assert_eq!((desk.hubee.accounts().len(), desk.hubee.mails().len()), (1, 1));
    assert_eq!(desk.hubee.accounts()[0].organisation.company_register, sirets[1]);
}

#[tokio::test]
async fn a_local_administrator_activates_in_the_portal() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    desk.post(&token, "/organizations", &organisation(SIRET)).await;
    desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    assert_eq!(desk.hubee.agent_activates("21999999900025"), 0);
    assert_eq!(desk.hubee.agent_activates(SIRET), 1);
    assert_eq!(desk.hubee.agent_activates(SIRET), 0);
    let active = desk.hubee.subscriptions().remove(0);
    assert_eq!((active.status.as_str(), active.access_mode.as_deref()), ("Actif", Some("PORTAIL")));
    assert_eq!(active.activate_date_time, Some("2026-08-31T22:00:00Z".parse().unwrap()));
    assert_eq!(desk.hubee.accounts()[0].activated_at, Some(morning()));
}

#[tokio::test]
async fn a_persisted_hubee_restarts_with_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("demo").join("hubee.json");
    let clock = Clock::fixed(morning());
    let open = |file: &Path| Hubee::persisted(clock.clone(), file.to_owned());
    let desk = Desk::around(open(&file).unwrap(), clock.clone()).await;
    let token = desk.token("ADMIN").await;
    desk.post(&token, "/organizations", &organisation(SIRET)).await;
    desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    desk.fail(Route::PutSubscription, FaultKind::Slow(Duration::from_millis(1500)), When::Nth(3));
    desk.hubee.set_switches(Switches { mixed_dates: false, ..Switches::default() });

    let again = open(&file).unwrap();
    assert_eq!(again.organisations(), desk.hubee.organisations());
    assert_eq!(again.subscriptions(), desk.hubee.subscriptions());
    assert_eq!((again.accounts().len(), again.mails().len()), (1, 1));
    assert_eq!((again.faults(), again.switches()), (desk.hubee.faults(), desk.hubee.switches()));
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(!written.contains(&token));
    let names: Vec<_> =
        std::fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["hubee.json"]);

    std::fs::write(&file, "{").unwrap();
    assert!(open(&file).is_err());
}

#[tokio::test]
async fn calls_are_logged_without_secrets() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    let named = desk.request(&token, Method::GET, "/organizations?type=SI", None).header("editorName", "Habilis");
    let response = named.send().await.unwrap();
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let calls = desk.hubee.calls();
    assert_eq!(calls[0].body, Some(json!({"grant_type": "client_credentials", "scope": "ADMIN"})));
    let last = &calls[1];
    assert_eq!((last.number, last.status, last.route), (2, Some(200), Some(Route::ListOrganisations)));
    assert_eq!((last.path.as_str(), last.request_id.as_str()), ("/referential/v1/organizations?type=SI", &*request_id));
    assert_eq!((last.headers["editorName"].as_str(), last.at), ("Habilis", morning()));
    let log = serde_json::to_string(&calls).unwrap();
    assert!(!log.contains(&token) && !log.contains(Hubee::credentials().1));
    desk.hubee.clear_calls();
    desk.get(&token, "/organizations").await;
    assert_eq!(desk.hubee.calls()[0].status, Some(200));
}
