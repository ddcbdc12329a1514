//! Télédossiers as both sides follow them: the portal that comes every five minutes, a collectivité by the API, events
//! and notifications.

use habilis::sandbox::hubee::Hubee;
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, Got, SIRET};
use super::teledossiers::{completed, open, patch, text};

/// A folder that was notified, and its case's path.
async fn notified(desk: &Desk, osl: &str) -> (Value, String) {
    let folder = completed(desk, osl).await;
    desk.clock.advance(chrono::Duration::minutes(1));
    let case = format!("/cases/{}", text(&folder, "/cases/0/id"));
    (folder, case)
}

async fn si(desk: &Desk) -> String {
    let (id, secret) = desk.hubee.subscriber_credentials(SIRET).unwrap();
    let got = desk.token_of((&id, &secret), "SI").await;
    assert_eq!(got.status, 200, "{}", got.text);
    text(&got.json(), "/access_token")
}

async fn tell(desk: &Desk, token: &str, case: &str, event: &Value) -> Got {
    desk.exchange(token, Method::POST, &format!("{case}/events"), Some(event)).await
}

async fn queue(desk: &Desk, token: &str) -> Vec<Value> {
    desk.read(token, "/notifications?eventDetails=true").await.json().as_array().unwrap().clone()
}

#[tokio::test]
async fn the_portal_comes_every_five_minutes() {
    let desk = open("PORTAIL").await;
    let osl = desk.token("OSL").await;
    let (_, case) = notified(&desk, &osl).await;
    desk.clock.advance(chrono::Duration::seconds(239));
    assert_eq!(desk.read(&osl, &case).await.json()["status"], "HUBEE_NOTIFIED");
    assert!(queue(&desk, &osl).await.is_empty());
    desk.clock.advance(chrono::Duration::seconds(1));
    let read = desk.read(&osl, &case).await.json();
    assert_eq!((&read["status"], &read["transmissionDateTime"]), (&json!("SENT"), &json!("2026-09-01T07:05:00+0000")));
    let event = &read["events"][0];
    assert_eq!(
        (&event["actionType"], &event["caseCurrentStatus"], &event["caseNewStatus"]),
        (&json!("STATUS_UPDATE"), &json!("HUBEE_NOTIFIED"), &json!("SENT"))
    );
    assert_eq!(event["transmitter"]["companyRegister"], SIRET);
    let told = queue(&desk, &osl).await;
    assert_eq!((told.len(), &told[0]["eventId"]), (1, &event["id"]));
    assert_eq!((&told[0]["eventActionType"], &told[0]["eventStatus"]), (&json!("STATUS_UPDATE"), &json!("SENT")));
    let admin = desk.token("ADMIN").await;
    assert_eq!(queue(&desk, &admin).await, told, "the portal took what was for the collectivité");
}

#[tokio::test]
async fn an_agent_of_the_portal_goes_on_and_never_back() {
    let desk = open("PORTAIL").await;
    let osl = desk.token("OSL").await;
    let (folder, path) = notified(&desk, &osl).await;
    let case = text(&folder, "/cases/0/id").parse().unwrap();
    assert!(!desk.hubee.agent_moves(case, "SI_RECEIVED"), "not fetched yet");
    desk.clock.advance(chrono::Duration::minutes(5));
    assert!(desk.hubee.agent_moves(case, "SI_RECEIVED") && desk.hubee.agent_moves(case, "IN_PROGRESS"));
    assert!(!desk.hubee.agent_moves(case, "SI_RECEIVED") && desk.hubee.agent_moves(case, "DONE"));
    assert!(!desk.hubee.agent_moves(case, "CLOSED") && !desk.hubee.agent_moves(uuid::Uuid::nil(), "DONE"));
    let read = desk.read(&osl, &path).await.json();
    assert_eq!((&read["status"], read["events"].as_array().unwrap().len()), (&json!("DONE"), 4));
    assert_eq!(queue(&desk, &osl).await.len(), 4);
    // What the sender does in the end: the case, then its event, then the folder.
    let back = patch(&desk, &osl, &path, &json!({"status": "IN_PROGRESS"})).await;
    assert_eq!((back.status, back.message()), (400, "Case status IN_PROGRESS is not allowed from DONE".to_owned()));
    assert_eq!(patch(&desk, &osl, &path, &json!({"status": "CLOSED"})).await.status, 204);
    let closing = json!({"actionType": "STATUS_UPDATE", "caseCurrentStatus": "DONE", "caseNewStatus": "CLOSED", "author": "DINUM", "notification": true});
    assert_eq!(tell(&desk, &osl, &path, &closing).await.status, 201);
    let closed = json!({"globalStatus": "CLOSED"});
    assert_eq!(patch(&desk, &osl, &format!("/folders/{}", text(&folder, "/id")), &closed).await.status, 204);
    assert_eq!(desk.hubee.folders()[0].global_status, "CLOSED");
}

#[tokio::test]
async fn a_collectivite_follows_by_the_api_what_is_addressed_to_it() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    let (_, case) = notified(&desk, &osl).await;
    desk.clock.advance(chrono::Duration::minutes(10));
    let si = si(&desk).await;
    let new = queue(&desk, &si).await;
    assert_eq!((new.len(), &new[0]["eventId"], &new[0]["eventStatus"]), (1, &Value::Null, &Value::Null));
    assert_eq!(desk.read(&si, &case).await.json()["status"], "HUBEE_NOTIFIED", "the portal is not for it");
    let deleted = format!("/notifications/{}", text(&new[0], "/id"));
    let theirs = desk.exchange(&osl, Method::DELETE, &deleted, None).await;
    assert_eq!((theirs.status, theirs.message()), (403, "Unauthorized user".to_owned()));
    assert_eq!(desk.exchange(&si, Method::DELETE, &deleted, None).await.status, 204);
    let gone = desk.exchange(&si, Method::DELETE, &deleted, None).await;
    assert_eq!((gone.status, gone.message()), (404, "Notification is not found".to_owned()));

    // The old way moves the case, then tells; the new one tells, and that moves the case.
    assert_eq!(patch(&desk, &si, &case, &json!({"status": "SENT"})).await.status, 204);
    assert!(queue(&desk, &osl).await.is_empty(), "a status alone notifies nobody");
    let event = json!({"actionType": "STATUS_UPDATE", "caseNewStatus": "IN_PROGRESS", "notification": true, "comment": "à relancer"});
    let told = tell(&desk, &si, &case, &event).await;
    assert_eq!((told.status, told.json()["status"].as_str()), (201, Some("SENT")));
    assert_eq!(desk.read(&osl, &case).await.json()["status"], "IN_PROGRESS");
    let notice = queue(&desk, &osl).await.remove(0);
    let event = format!("{case}/events/{}", text(&notice, "/eventId"));
    assert_eq!(desk.read(&si, &event).await.json()["comment"], "à relancer");
    assert_eq!(desk.read(&osl, &event).await.json()["comment"], Value::Null, "comments are internal");
    assert_eq!(patch(&desk, &osl, &event, &json!({"status": "RECEIVED"})).await.status, 204);
    assert_eq!(desk.read(&osl, &event).await.json()["status"], "RECEIVED");
    let back = patch(&desk, &osl, &event, &json!({"status": "SENT"})).await;
    assert_eq!(back.message(), "Event status SENT is not allowed from RECEIVED");
    let theirs = patch(&desk, &si, &case, &json!({"status": "CLOSED"})).await;
    assert_eq!(
        (theirs.status, theirs.message()),
        (400, "Case status CLOSED is not allowed from IN_PROGRESS".to_owned())
    );
}

#[tokio::test]
async fn files_of_an_event_are_deposited_before_it_is_sent() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    let (_, case) = notified(&desk, &osl).await;
    let mails = desk.hubee.mails().len();
    let file = json!({"fileName": "b.json", "type": "FormulaireQF", "size": 2, "mimeType": "application/json", "recipients": ["x"]});
    let deposit = json!({"actionType": "ATTACH_DEPOSIT", "caseNewStatus": "HUBEE_NOTIFIED", "attachments": [file]});
    for (event, expected) in [
        (json!({"actionType": "ATTACH_DEPOSIT", "attachments": []}), "Event ATTACH_DEPOSIT must have attachments"),
        (json!({"actionType": "COM_ADD", "attachments": [file]}), "Event COM_ADD must not have attachments"),
        (json!({"actionType": "AUTRE"}), "Bad Request : Validation failed."),
        (json!({"actionType": "COM_ADD", "notification": "oui"}), "Bad Request : Validation failed."),
        (json!({"actionType": "COM_ADD", "message": "x".repeat(1001)}), "Bad Request : Validation failed."),
    ] {
        let got = tell(&desk, &osl, &case, &event).await;
        assert!(got.status == 400 && got.message().starts_with(expected), "{}", got.text);
    }
    let told = tell(&desk, &osl, &case, &deposit).await.json();
    assert_eq!(told["status"], "IN_PROGRESS");
    let event = format!("{case}/events/{}", text(&told, "/id"));
    let early = patch(&desk, &osl, &event, &json!({"status": "SENT"})).await;
    assert_eq!((early.status, early.message()), (400, "Event has attachments that are not received".to_owned()));
    let si = si(&desk).await;
    assert_eq!(queue(&desk, &si).await.len(), 1);
    let put = format!("{event}/attachments/{}", text(&told, "/attachments/0/id"));
    assert_eq!(desk.deposit(&osl, &put, b"[]").await.status, 204);
    assert_eq!(patch(&desk, &osl, &event, &json!({"status": "SENT"})).await.status, 204);
    assert_eq!(queue(&desk, &si).await.len(), 2);
    assert_eq!(desk.hubee.mails().len(), mails + 1, "the case is new again");
    let refused = desk.exchange(&osl, Method::DELETE, &event, None).await;
    assert_eq!((refused.status, refused.message()), (400, "Event cannot be deleted in status SENT".to_owned()));
    let other = text(&tell(&desk, &osl, &case, &deposit).await.json(), "/id");
    assert_eq!(desk.exchange(&osl, Method::DELETE, &format!("{case}/events/{other}"), None).await.status, 204);
    let gone = desk.read(&osl, &format!("{case}/events/{other}")).await;
    assert_eq!((gone.status, gone.message()), (404, "Event is not found".to_owned()));
}

#[tokio::test]
async fn a_queue_is_shared_by_demarches_and_read_by_pages() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    for _ in 0..26 {
        completed(&desk, &osl).await;
    }
    desk.clock.advance(chrono::Duration::minutes(1));
    let si = si(&desk).await;
    let count =
        async |query: &str| desk.read(&si, &format!("/notifications{query}")).await.json().as_array().unwrap().len();
    assert_eq!((count("").await, count("?maxResult=2").await, count("?maxResult=100").await), (25, 2, 26));
    assert_eq!(count("?processCode=CERTDC").await, 0);
    assert_eq!(count("?processCode=CERTDC&processCode=FormulaireQF&maxResult=100").await, 26);
    let unknown = desk.read(&si, "/notifications?offSet=1").await;
    assert!(unknown.status == 400 && unknown.message().contains("'offSet' is unexpected"), "{}", unknown.text);
}

#[tokio::test]
async fn folders_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hubee.json");
    let before = open("API").await;
    let desk = Desk::around(Hubee::persisted(before.clock.clone(), file.clone()).unwrap(), before.clock.clone()).await;
    desk.hubee.seed_organisation(before.hubee.organisations().remove(0));
    desk.hubee.seed_subscription(before.hubee.subscriptions().remove(0));
    let osl = desk.token("OSL").await;
    completed(&desk, &osl).await;
    let again = Hubee::persisted(before.clock.clone(), file).unwrap();
    assert_eq!(again.folders(), desk.hubee.folders());
}
