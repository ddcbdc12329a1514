//! Which scope opens which route, and whose each thing is.

use habilis::sandbox::hubee::Hubee;
use reqwest::Method;
use serde_json::json;

use super::desk::{Desk, KEY, SIRET};
use super::teledossiers::{open, sent, text};

const ID: &str = "0191d7f0-0000-7000-8000-000000000000";

/// What each route answers to this token, without body.
async fn statuses(desk: &Desk, token: &str) -> Vec<u16> {
    let referential = [
        (Method::GET, format!("/organizations/{KEY}")),
        (Method::GET, "/organizations".to_owned()),
        (Method::POST, "/organizations".to_owned()),
        (Method::PUT, format!("/organizations/{KEY}")),
        (Method::GET, "/subscriptions".to_owned()),
        (Method::GET, format!("/subscriptions/{ID}")),
        (Method::POST, "/subscriptions".to_owned()),
        (Method::PUT, format!("/subscriptions/{ID}")),
        (Method::GET, "/processes".to_owned()),
        (Method::GET, "/processes/FormulaireQF".to_owned()),
    ];
    let mut statuses = Vec::new();
    for (method, path) in referential {
        statuses.push(desk.call(token, method, &path, None).await.status);
    }
    let (folder, case, event) = (format!("/folders/{ID}"), format!("/cases/{ID}"), format!("/cases/{ID}/events/{ID}"));
    let teledossiers = [
        (Method::POST, "/folders".to_owned()),
        (Method::GET, folder.clone()),
        (Method::PATCH, folder.clone()),
        (Method::DELETE, folder.clone()),
        (Method::PUT, format!("{folder}/attachments/{ID}")),
        (Method::GET, case.clone()),
        (Method::PATCH, case.clone()),
        (Method::POST, format!("{case}/events")),
        (Method::GET, event.clone()),
        (Method::PATCH, event.clone()),
        (Method::DELETE, event.clone()),
        (Method::PUT, format!("{event}/attachments/{ID}")),
        (Method::GET, "/notifications".to_owned()),
        (Method::DELETE, format!("/notifications/{ID}")),
    ];
    for (method, path) in teledossiers {
        statuses.push(desk.exchange(token, method, &path, None).await.status);
    }
    statuses
}

#[tokio::test]
async fn each_scope_has_its_rights_in_the_whole_api() {
    let desk = Desk::open().await;
    let mut answered = Vec::new();
    for scope in ["ADMIN", "DATAPASS", "OSL", "SI"] {
        answered.push(statuses(&desk, &desk.token(scope).await).await);
    }
    let no = 403;
    let everyone = [
        vec![
            404, 200, 400, 400, 200, 404, 400, 400, 200, 200, 400, 404, 400, 404, 400, 404, 400, 400, 404, 400, 404,
            400, 200, 404,
        ],
        vec![404, no, 400, no, no, no, 400, no, no, no, no, no, no, no, no, no, no, no, no, no, no, no, no, no],
        vec![
            no, no, no, no, 200, 404, no, no, no, no, 400, 404, 400, 404, 400, 404, 400, 400, 404, 400, 404, 400, 200,
            404,
        ],
        vec![no, no, no, no, no, no, no, no, no, no, no, no, no, no, no, 404, 400, 400, 404, 400, 404, 400, 200, 404],
    ];
    assert_eq!(answered, everyone);
}

#[tokio::test]
async fn clients_have_their_own_scopes() {
    let desk = open("API").await;
    let (id, secret) = desk.hubee.subscriber_credentials(SIRET).unwrap();
    assert_eq!(desk.token_of((&id, &secret), "SI").await.status, 200);
    for ((id, secret), scope) in [((id.as_str(), secret.as_str()), "OSL"), (Hubee::other_credentials(), "ADMIN")] {
        let refused = desk.token_of((id, secret), scope).await;
        assert_eq!((refused.status, refused.json()["error"].as_str()), (400, Some("invalid_scope")), "{id}");
    }
    let swapped = desk.token_of((&id, Hubee::other_credentials().1), "SI").await;
    assert_eq!((swapped.status, swapped.json()["error"].as_str()), (401, Some("invalid_client")));

    let portal = open("PORTAIL").await;
    assert_eq!(portal.hubee.subscriber_credentials(SIRET), None, "only in API mode");
    assert_eq!(portal.token_of((&id, &secret), "SI").await.status, 401);
}

#[tokio::test]
async fn what_is_not_theirs_is_refused_after_the_schema() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    let folder = sent(&desk, &osl).await;
    let other = text(&desk.token_of(Hubee::other_credentials(), "OSL").await.json(), "/access_token");
    // In the role of a receiver, the sender is nobody.
    let as_si = desk.token("SI").await;
    let path = format!("/folders/{}", text(&folder, "/id"));
    let case = format!("/cases/{}", text(&folder, "/cases/0/id"));
    for (token, path) in [(&other, &path), (&other, &case), (&as_si, &case)] {
        let refused = desk.read(token, path).await;
        assert_eq!((refused.status, refused.message()), (403, "Unauthorized user".to_owned()));
    }
    let status = json!({"globalStatus": "HUBEE_COMPLETED"});
    assert_eq!(desk.exchange(&other, Method::PATCH, &path, Some(&status)).await.status, 403);
    assert_eq!(
        desk.exchange(&other, Method::PATCH, &path, Some(&json!({}))).await.status,
        400,
        "the schema comes first"
    );
    assert_eq!(desk.exchange(&other, Method::DELETE, &path, None).await.status, 403);
    let file = format!("{path}/attachments/{}", text(&folder, "/attachments/0/id"));
    assert_eq!(desk.deposit(&other, &file, b"{}").await.status, 403);
    let event = json!({"actionType": "COM_ADD"});
    assert_eq!(desk.exchange(&other, Method::POST, &format!("{case}/events"), Some(&event)).await.status, 403);
    let admin = desk.token("ADMIN").await;
    assert_eq!(desk.read(&admin, &path).await.status, 200);
    assert_eq!(desk.hubee.folders()[0].global_status, "HUBEE_RECEIVED");
}
