//! What it refuses, and in which order: token, scope, schema.

use habilis::sandbox::hubee::{DatapassRights, Hubee, Switches};
use reqwest::Method;
use serde_json::json;

use super::desk::{Desk, Got, KEY, SIRET, organisation, subscription, with, without};

#[tokio::test]
async fn tokens_are_asked_for_by_form_and_last_an_hour() {
    let desk = Desk::open().await;
    let token_url = format!("{}/oauth2/token", desk.url);
    let (id, secret) = Hubee::credentials();
    let json_body = json!({"grant_type": "client_credentials", "scope": "ADMIN"});
    let as_json = desk.http.post(&token_url).basic_auth(id, Some(secret)).json(&json_body);
    let wrong = desk.http.post(&token_url).basic_auth(id, Some("faux")).form(&[("grant_type", "client_credentials")]);
    for (request, status, error) in [
        (as_json, 400, "invalid_request"),
        (wrong, 401, "invalid_client"),
        (desk.ask_token("admin"), 400, "invalid_scope"),
        (desk.ask_token("OSL ADMIN"), 400, "invalid_scope"),
    ] {
        let got = Got::of(request.send().await.unwrap()).await;
        assert_eq!((got.status, got.json()["error"].as_str()), (status, Some(error)));
    }
    let token = desk.token("ADMIN").await;
    desk.clock.advance(chrono::Duration::seconds(3599));
    assert_eq!(desk.get(&token, "/subscriptions").await.status, 200);
    desk.clock.advance(chrono::Duration::seconds(1));
    let expired = desk.get(&token, "/subscriptions?inconnu=1").await;
    assert_eq!((expired.status, expired.json()["errors"][0]["code"].as_i64()), (401, Some(900_901)));
    assert!(expired.message().starts_with("Invalid Credentials"));
}

#[tokio::test]
async fn each_scope_opens_its_routes_only() {
    let desk = Desk::open().await;
    let (admin, datapass, osl) = (desk.token("ADMIN").await, desk.token("DATAPASS").await, desk.token("OSL").await);
    let by_id = "/subscriptions/0191d7f0-0000-7000-8000-000000000000";
    let by_key = format!("/organizations/{KEY}");
    let empty = json!({});
    let statuses = async |token: &str| {
        [
            desk.get(token, &by_key).await.status,
            desk.get(token, "/organizations").await.status,
            desk.post(token, "/organizations", &empty).await.status,
            desk.call(token, Method::PUT, &by_key, Some(&empty)).await.status,
            desk.get(token, "/subscriptions").await.status,
            desk.get(token, by_id).await.status,
            desk.post(token, "/subscriptions", &empty).await.status,
            desk.call(token, Method::PUT, by_id, Some(&empty)).await.status,
        ]
    };
    assert_eq!(statuses(&admin).await, [404, 200, 400, 400, 200, 404, 400, 400]);
    assert_eq!(statuses(&datapass).await, [404, 403, 400, 403, 403, 403, 400, 403]);
    assert_eq!(statuses(&osl).await, [403, 403, 403, 403, 200, 404, 403, 403]);
    assert_eq!(desk.get(&datapass, "/subscriptions").await.message(), "Unauthorized user");
    desk.hubee.set_switches(Switches { datapass: DatapassRights::all(), ..desk.hubee.switches() });
    assert_eq!(statuses(&datapass).await, [404, 200, 400, 403, 200, 404, 400, 400]);
    let unscoped = desk.call(&osl, Method::PUT, "/subscriptions/48211?x=1", Some(&empty)).await;
    assert_eq!(unscoped.status, 403, "the scope is checked before the schema");
}

#[tokio::test]
async fn bodies_are_validated_by_the_gateway() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    desk.post(&token, "/organizations", &organisation(SIRET)).await;
    let empty = desk.post(&token, "/subscriptions", &json!({})).await;
    let message = "Bad Request : Validation failed.\n\t[ERROR][REQUEST][POST /subscriptions @body] Object has missing \
                   required properties ([\"datapassId\",\"localAdministrator\",\"notificationFrequency\",\
                   \"processCode\",\"subscriber\"])";
    assert_eq!((empty.status, empty.message().as_str()), (400, message));
    for email in ["ada@ville.paris", "ada+qf@mairie.fr", "Ada@Mairie.FR", "o'neil@mairie.fr", "x@a.fr"] {
        let body = with(subscription(SIRET), "/localAdministrator/email", json!(email));
        let refused = desk.post(&token, "/subscriptions", &body).await;
        let regex = r#"ECMA 262 regex "^[a-zA-Z0-9._-]+@[a-zA-Z0-9._-]{2,}\.[a-z]{2,4}$" does not match"#;
        assert!(refused.status == 400 && refused.message().contains(regex), "{email}: {}", refused.text);
        assert!(refused.message().contains("[Path '/localAdministrator/email']"));
    }
    let refused = [
        ("/localAdministrator/phoneNumber", json!("+508412345")),
        ("/status", json!("actif")),
        ("/accessMode", json!("SFTP")),
        ("/datapassId", json!("48211")),
        ("/validateDateTime", json!("01/09/2026")),
        ("/processCode", json!("x".repeat(31))),
        ("/subscriber/companyRegister", json!("2199999990001")),
        ("/delegationActor", json!({"type": "EDT"})),
        ("/id", json!("0191d7f0-0000-7000-8000-000000000000")),
        ("/subscriber/name", json!("Commune de Sainte-Fiction")),
    ];
    for (pointer, value) in refused {
        let got = desk.post(&token, "/subscriptions", &with(subscription(SIRET), pointer, value)).await;
        assert!(got.message().starts_with("Bad Request : Validation failed."), "{pointer}: {}", got.text);
    }
    for (field, limit) in [("name", 100), ("code", 10), ("territory", 255), ("status", 20)] {
        let body = with(organisation("21999999900025"), &format!("/{field}"), json!("é".repeat(limit + 1)));
        let got = desk.post(&token, "/organizations", &body).await;
        assert!(got.message().contains(&format!("maximum allowed: {limit}")), "{field}: {}", got.text);
    }
    let got = desk.post(&token, "/organizations", &without(organisation("21999999900025"), "email")).await;
    assert!(got.message().ends_with("Object has missing required properties ([\"email\"])"), "{}", got.text);
    assert!(desk.hubee.subscriptions().is_empty());

    let lenient = with(subscription(SIRET), "/email", json!("accueil+qf@ville.paris"));
    let lenient = with(lenient, "/delegationActor", json!({"type": null, "companyRegister": null, "branchCode": null}));
    assert_eq!(desk.post(&token, "/subscriptions", &lenient).await.status, 201);
}

#[tokio::test]
async fn read_only_properties_are_tolerated_by_switch() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    desk.post(&token, "/organizations", &organisation(SIRET)).await;
    desk.hubee.set_switches(Switches { read_only_rejected: false, ..desk.hubee.switches() });
    let body = with(subscription(SIRET), "/id", json!("mine"));
    let created = desk.post(&token, "/subscriptions", &body).await;
    assert_eq!(created.status, 201);
    assert_ne!(created.json()["id"], "mine");
}

#[tokio::test]
async fn paths_queries_and_headers_are_validated_too() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    let refused = [
        ("/subscriptions?datapassId=48211", "@query.datapassId] Query parameter 'datapassId' is unexpected"),
        ("/subscriptions?companyRegister=123", "@query.companyRegister]"),
        ("/subscriptions?maxResult=beaucoup", "@query.maxResult]"),
        ("/subscriptions?orderBy=asc(nom)", "@query.orderBy]"),
        ("/subscriptions/48211", "@path.id] Input string \"48211\" is not a valid UUID"),
        ("/organizations/SI-1-2", "[GET /organizations/{id} @path.id]"),
        ("/organizations/SI-21999999900017-99999?lite=true", "@query.lite]"),
    ];
    for (path, expected) in refused {
        let got = desk.get(&token, path).await;
        assert!(got.status == 400 && got.message().contains(expected), "{path}: {}", got.text);
    }
    let long = desk.request(&token, Method::GET, "/subscriptions", None).header("editorName", "x".repeat(51));
    let got = Got::of(long.send().await.unwrap()).await;
    assert!(got.message().contains("@header.editorName]"), "{}", got.text);
    let absent = desk.get(&token, "/subscriptions/0191d7f0-0000-7000-8000-000000000000").await;
    assert_eq!((absent.status, absent.message()), (404, "Subscription is not found".to_owned()));
    assert_eq!(desk.get(&token, "/folders").await.status, 404);
    assert_eq!(desk.call(&token, Method::DELETE, "/subscriptions", None).await.status, 405);
}
