//! What was observed of the real HubEE and is easily forgotten: replacements, defaults, lengths, accounts, and objects as
//! other hands leave them.

use habilis::sandbox::hubee::{FaultKind, Organisation, Route, Subscription, Switches, When};
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, KEY, SIRET, morning, organisation, subscription, with, without};

async fn with_organisation() -> (Desk, String) {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    assert_eq!(desk.post(&token, "/organizations", &organisation(SIRET)).await.status, 201);
    (desk, token)
}

#[tokio::test]
async fn an_organisation_is_replaced_whole_under_its_key() {
    let (desk, token) = with_organisation().await;
    let path = format!("/organizations/{KEY}");
    let put = async |path: &str, body: &Value| desk.call(&token, Method::PUT, path, Some(body)).await;
    desk.clock.advance(chrono::Duration::minutes(5));
    let renamed = without(with(organisation(SIRET), "/name", json!("Commune nouvelle")), "country");
    let replaced = put(&path, &renamed).await;
    assert_eq!((replaced.status, &replaced.json()["name"]), (200, &json!("Commune nouvelle")));
    let read = desk.get(&token, &path).await.json();
    assert_eq!(read, replaced.json());
    assert_eq!((&read["country"], &read["createDateTime"]), (&Value::Null, &json!("2026-09-01T07:00:00.000+00:00")));
    assert_eq!(read["updateDateTime"], "2026-09-01T07:05:00+0000");

    let absent = put("/organizations/SI-21999999900025-99999", &organisation("21999999900025")).await;
    assert_eq!((absent.status, absent.message()), (404, "Organization is not found".to_owned()));
    let other = put(&path, &with(organisation(SIRET), "/branchCode", json!("00000"))).await;
    assert_eq!((other.status, other.message()), (400, format!("Organization SI-{SIRET}-00000 does not match path")));
    assert_eq!(desk.get(&token, &path).await.json(), read, "nothing changed");
}

#[tokio::test]
async fn a_subscription_without_status_is_inactive() {
    let (desk, token) = with_organisation().await;
    let created = desk.post(&token, "/subscriptions", &without(subscription(SIRET), "status")).await;
    assert_eq!((created.status, &created.json()["status"]), (201, &json!("Inactif")));
    let path = format!("/subscriptions/{}", created.json()["id"].as_str().unwrap());
    let active = with(subscription(SIRET), "/status", json!("Actif"));
    assert_eq!(desk.call(&token, Method::PUT, &path, Some(&active)).await.json()["status"], "Actif");
    let silent = with(subscription(SIRET), "/status", Value::Null);
    assert_eq!(desk.call(&token, Method::PUT, &path, Some(&silent)).await.json()["status"], "Inactif");
}

#[tokio::test]
async fn an_account_is_a_local_administrators_from_datapass() {
    let (desk, token) = with_organisation().await;
    desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    let account = desk.hubee.accounts().remove(0);
    assert_eq!((account.actor_type.as_str(), account.datapass), ("Administrateur local", true));
    assert_eq!(account.roles, ["Gestion des abonnements", "Gestion des utilisateurs"]);
    assert_eq!(
        (account.function.as_deref(), account.phone_number.as_deref()),
        (Some("Directrice"), Some("+33102030405"))
    );
    assert_eq!((account.invited_at, account.activated_at), (morning(), None));
    assert_eq!(account.invitation_expires_at, morning() + chrono::Duration::hours(48));
}

#[tokio::test]
async fn the_mail_may_be_for_the_first_account_only() {
    let (desk, token) = with_organisation().await;
    desk.hubee.set_switches(Switches { mail_only_first_account: true, ..desk.hubee.switches() });
    let legacy = with(organisation(SIRET), "/branchCode", json!("00000"));
    desk.post(&token, "/organizations", &legacy).await;
    desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    assert_eq!((desk.hubee.accounts().len(), desk.hubee.mails().len()), (1, 1));
    // The subscription moves to the legacy branch: the organisation may subscribe again, and has an account already.
    let moved = with(subscription(SIRET), "/subscriber/branchCode", json!("00000"));
    let path = format!("/subscriptions/{}", desk.hubee.subscriptions()[0].id);
    assert_eq!(desk.call(&token, Method::PUT, &path, Some(&moved)).await.status, 200);
    let of = |email: &str| with(subscription(SIRET), "/localAdministrator/email", json!(email));
    assert_eq!(desk.post(&token, "/subscriptions", &of("bea@exemple.fr")).await.status, 201);
    assert_eq!((desk.hubee.accounts().len(), desk.hubee.mails().len()), (2, 1), "an account, no mail");
    desk.post(&token, "/organizations", &organisation("21999999900025")).await;
    let elsewhere = with(of("chloe@exemple.fr"), "/subscriber/companyRegister", json!("21999999900025"));
    assert_eq!(desk.post(&token, "/subscriptions", &elsewhere).await.status, 201);
    assert_eq!((desk.hubee.accounts().len(), desk.hubee.mails().len()), (3, 2), "another organisation's first");
}

#[tokio::test]
async fn the_gateway_refuses_on_command() {
    let (desk, token) = with_organisation().await;
    desk.fail(Route::PostSubscription, FaultKind::Refused400, When::Next(1));
    let refused = desk.post(&token, "/subscriptions", &subscription(SIRET)).await;
    assert_eq!((refused.status, refused.json()["errors"][0]["code"].as_i64()), (400, Some(400)));
    assert!(refused.message().starts_with("Bad Request : Validation failed."));
    assert!(desk.hubee.subscriptions().is_empty() && desk.hubee.accounts().is_empty());
    assert_eq!(desk.post(&token, "/subscriptions", &subscription(SIRET)).await.status, 201);
}

#[tokio::test]
async fn faults_may_start_later_and_go_on() {
    let (desk, token) = with_organisation().await;
    let path = format!("/organizations/{KEY}");
    let five = async || {
        let mut statuses = Vec::new();
        for _ in 0..5 {
            statuses.push(desk.get(&token, &path).await.status);
        }
        statuses
    };
    desk.fail(Route::GetOrganisation, FaultKind::Html502, When::From { first: 3, count: Some(2) });
    assert_eq!(five().await, [200, 200, 502, 502, 200]);
    assert!(desk.hubee.faults().is_empty());
    desk.fail(Route::GetOrganisation, FaultKind::TooMany429, When::From { first: 4, count: None });
    desk.fail(Route::GetOrganisation, FaultKind::Html502, When::From { first: 2, count: Some(3) });
    assert_eq!(five().await, [200, 502, 502, 429, 429], "what is due and shadowed waits");
    assert_eq!(desk.hubee.faults().len(), 2);
}

#[tokio::test]
async fn texts_have_their_lengths() {
    let (desk, token) = with_organisation().await;
    for (pointer, limit) in [
        ("/localAdministrator/firstName", 255),
        ("/localAdministrator/lastName", 255),
        ("/localAdministrator/function", 255),
        ("/rejectionReason", 1000),
        ("/notificationFrequency", 20),
        ("/subscriber/branchCode", 10),
    ] {
        let body = with(subscription(SIRET), pointer, json!("é".repeat(limit + 1)));
        let got = desk.post(&token, "/subscriptions", &body).await;
        let expected = format!("[Path '{pointer}'] String");
        assert!(got.status == 400 && got.message().contains(&expected), "{pointer}: {}", got.text);
        assert!(got.message().contains(&format!("maximum allowed: {limit}")), "{pointer}: {}", got.text);
    }
    let mut longest = subscription(SIRET);
    for (pointer, limit) in
        [("/localAdministrator/firstName", 255), ("/localAdministrator/function", 255), ("/rejectionReason", 1000)]
    {
        longest = with(longest, pointer, json!("é".repeat(limit)));
    }
    assert_eq!(desk.post(&token, "/subscriptions", &longest).await.status, 201);
}

#[tokio::test]
async fn an_organisation_has_an_address_of_a_lax_shape() {
    let (desk, token) = with_organisation().await;
    for (number, email) in
        ["pas une adresse", "mairie", "@exemple.fr", "mairie@", "a@b@c.fr", ""].into_iter().enumerate()
    {
        let body = with(organisation(&format!("219999998{number:05}")), "/email", json!(email));
        let got = desk.post(&token, "/organizations", &body).await;
        let expected = format!("[Path '/email'] String \"{email}\" is not a valid email address");
        assert!(got.status == 400 && got.message().contains(&expected), "{email}: {}", got.text);
    }
    for (number, email) in ["accueil+qf@ville.paris", "o'neil@Mairie.FR"].into_iter().enumerate() {
        let body = with(organisation(&format!("219999997{number:05}")), "/email", json!(email));
        assert_eq!(desk.post(&token, "/organizations", &body).await.status, 201, "{email}");
    }
    let none = desk.post(&token, "/organizations", &with(organisation("21999999600001"), "/email", Value::Null)).await;
    assert!(none.status == 400 && none.message().contains("[Path '/email'] instance type (null)"), "{}", none.text);
}

#[tokio::test]
async fn what_other_hands_left_is_read_as_it_is() {
    let desk = Desk::open().await;
    desk.hubee.seed_organisation(Organisation::collectivite(SIRET, "00000", "Sainte-Fiction", morning()));
    let by_hand = Subscription::made_by_hand(SIRET, "00000", "ada.martin@exemple.fr", morning());
    desk.hubee.seed_subscription(by_hand.clone());
    let token = desk.token("OSL").await;
    let listed = desk.get(&token, &format!("/subscriptions?companyRegister={SIRET}")).await.json();
    let expected = json!([{
        "id": by_hand.id, "creationDateTime": "2026-09-01T07:00:00.000+00:00", "datapassId": 0,
        "processCode": "FormulaireQF",
        "subscriber": {"type": "SI", "companyRegister": SIRET, "branchCode": "00000", "name": "Sainte-Fiction"},
        "accessMode": "API", "notificationFrequency": "Aucune", "activateDateTime": null, "validateDateTime": null,
        "rejectDateTime": null, "endDateTime": null, "updateDateTime": null,
        "delegationActor": {"branchCode": null, "companyRegister": null, "type": null}, "rejectionReason": null,
        "status": "Actif", "email": null, "localAdministrator": {"email": "ada.martin@exemple.fr"},
    }]);
    assert_eq!(listed, expected);
    let read = desk.get(&token, &format!("/subscriptions/{}", by_hand.id)).await.json();
    assert_eq!((&read["delegationActor"], &read["subscriber"]["name"]), (&Value::Null, &Value::Null), "not in a list");
    let admin = desk.token("ADMIN").await;
    let organisation = desk.get(&admin, &format!("/organizations/SI-{SIRET}-00000")).await.json();
    for (name, value) in
        [("code", Value::Null), ("email", Value::Null), ("updateDateTime", Value::Null), ("status", json!("Actif"))]
    {
        assert_eq!(organisation[name], value, "{name}");
    }
}
