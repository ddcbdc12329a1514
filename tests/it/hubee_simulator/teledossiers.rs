//! Télédossiers as their sender sees them: kept, their files deposited, completed, notified, closed or deleted.

use habilis::sandbox::hubee::{Fault, FaultKind, Organisation, Route, Subscription, When};
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, Got, SIRET, folder, morning, with};

const UNKNOWN: &str = "0191d7f0-0000-7000-8000-000000000000";

/// A HubEE where a collectivité receives, in this mode.
pub async fn open(mode: &str) -> Desk {
    let desk = Desk::open().await;
    desk.hubee.seed_organisation(Organisation::collectivite(SIRET, "99999", "Sainte-Fiction", morning()));
    let subscription = Subscription {
        access_mode: Some(mode.to_owned()),
        notification_frequency: "unitaire".to_owned(),
        email: Some("periscolaire@exemple.fr".to_owned()),
        ..Subscription::made_by_hand(SIRET, "99999", "ada.martin@exemple.fr", morning())
    };
    desk.hubee.seed_subscription(subscription);
    desk
}

pub fn text(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    assert!(found.is_some(), "{pointer} in {value}");
    found.unwrap().to_owned()
}

/// The folder as it was kept, its file deposited.
pub async fn sent(desk: &Desk, osl: &str) -> Value {
    let created = desk.exchange(osl, Method::POST, "/folders", Some(&folder(SIRET))).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let created = created.json();
    let path = format!("/folders/{}/attachments/{}", text(&created, "/id"), text(&created, "/attachments/0/id"));
    assert_eq!(desk.deposit(osl, &path, b"{}").await.status, 204);
    created
}

pub async fn patch(desk: &Desk, token: &str, path: &str, body: &Value) -> Got {
    desk.exchange(token, Method::PATCH, path, Some(body)).await
}

pub async fn completed(desk: &Desk, osl: &str) -> Value {
    let created = sent(desk, osl).await;
    let path = format!("/folders/{}", text(&created, "/id"));
    assert_eq!(patch(desk, osl, &path, &json!({"globalStatus": "HUBEE_COMPLETED"})).await.status, 204);
    created
}

#[tokio::test]
async fn a_folder_is_kept_as_it_was_sent() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    let request = desk.teledossiers(&osl, Method::POST, "/folders", Some(&folder(SIRET))).header("editorName", "Ada");
    let created = Got::of(request.send().await.unwrap()).await.json();
    assert_eq!(created["globalStatus"], "HUBEE_RECEIVED");
    assert_eq!(
        (&created["cases"][0]["status"], &created["attachments"][0]["status"]),
        (&json!("HUBEE_RECEIVED"), &json!("PENDING"))
    );
    let read = desk.read(&osl, &format!("/folders/{}", text(&created, "/id"))).await;
    assert_eq!((read.status, read.json()), (200, created.clone()));
    assert_eq!(created["partnerInfo"], json!({"editorName": "Ada"}));
    assert_eq!(created["cases"][0]["recipient"]["companyRegister"], SIRET);
    assert_eq!(
        (&created["createDateTime"], &created["closeDateTime"]),
        (&json!("2026-09-01T07:00:00.000+00:00"), &Value::Null)
    );
    let case = desk.read(&osl, &format!("/cases/{}", text(&created, "/cases/0/id"))).await.json();
    assert_eq!((&case["processCode"], &case["applicant"]["lastName"]), (&json!("FormulaireQF"), &json!("Martin")));
    assert_eq!((case["attachments"].as_array().unwrap().len(), &case["events"]), (1, &json!([])));
    let lite = desk.read(&osl, &format!("/cases/{}?lite=true", text(&created, "/cases/0/id"))).await.json();
    assert!(lite.get("applicant").is_none() && lite["status"] == "HUBEE_RECEIVED");
}

#[tokio::test]
async fn what_the_demarche_does_not_want_is_refused() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    for (pointer, value, expected) in [
        ("/attachments/0/mimeType", json!("image/png"), "Attachment format image/png is not enabled"),
        ("/attachments/0/type", json!("Autre"), "Attachment type Autre is not enabled"),
        ("/attachments/0/size", json!(10 * 1024 * 1024 + 1), "Attachment size 10485761 is not enabled"),
        ("/attachments/0/recipients", json!(["inconnu"]), "Attachment recipient inconnu does not match"),
        ("/processCode", json!("formulaireqf"), "Process formulaireqf does not exist"),
        ("/externalId", json!("x".repeat(31)), "Bad Request : Validation failed."),
        ("/globalStatus", json!("CLOSED"), "Bad Request : Validation failed."),
    ] {
        let got = desk.exchange(&osl, Method::POST, "/folders", Some(&with(folder(SIRET), pointer, value))).await;
        assert!(got.status == 400 && got.message().starts_with(expected), "{pointer}: {}", got.text);
    }
    let case = folder(SIRET)["cases"][0].clone();
    let crowd = with(folder(SIRET), "/cases", json!(vec![case; 51]));
    assert_eq!(desk.exchange(&osl, Method::POST, "/folders", Some(&crowd)).await.status, 400);
    assert!(desk.hubee.folders().is_empty());
}

#[tokio::test]
async fn files_are_compared_with_what_was_announced() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    let announced = |name: &str, mime: &str, size: usize| {
        json!({"fileName": name, "type": "FormulaireQF", "size": size, "mimeType": mime,
            "recipients": ["Formulaire-QF-0123456789ABC-01"]})
    };
    let virus = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!";
    let files = json!([
        announced("a.json", "application/json", 2),
        announced("b.pdf", "application/pdf", 5),
        announced("c.xml", "application/xml", virus.len())
    ]);
    let created =
        desk.exchange(&osl, Method::POST, "/folders", Some(&with(folder(SIRET), "/attachments", files))).await.json();
    let id = text(&created, "/id");
    let of = |rank: usize| format!("/folders/{id}/attachments/{}", text(&created, &format!("/attachments/{rank}/id")));
    let statuses = async || {
        let read = desk.read(&osl, &format!("/folders/{id}")).await.json();
        [0, 1, 2].map(|rank| text(&read, &format!("/attachments/{rank}/status")))
    };
    let longer = desk.deposit(&osl, &of(0), b"{  }").await;
    assert_eq!((longer.status, longer.message()), (400, "Size does not match with attachment meta-data".to_owned()));
    assert_eq!(statuses().await, ["REJECTED", "PENDING", "PENDING"]);
    let other = desk.deposit(&osl, &of(1), b"<pdf>").await;
    assert_eq!((other.status, other.message()), (400, "Mime type does not match with attachment meta-data".to_owned()));
    let as_json = desk.teledossiers(&osl, Method::PUT, &of(0), Some(&json!({})));
    let as_json = Got::of(as_json.send().await.unwrap()).await;
    assert!(as_json.status == 400 && as_json.message().contains("[application/octet-stream]"), "{}", as_json.text);
    for (digest, status) in [("sha-256=x", 400), ("RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=", 204)] {
        let request = desk.teledossiers(&osl, Method::PUT, &of(0), None).header("digest", digest);
        let request = request.header("content-type", "application/octet-stream").body("{}");
        assert_eq!(request.send().await.unwrap().status(), status, "{digest}");
    }
    let status = json!({"globalStatus": "HUBEE_COMPLETED"});
    let early = patch(&desk, &osl, &format!("/folders/{id}"), &status).await;
    assert_eq!((early.status, early.message()), (400, "Folder has attachments that are not received".to_owned()));
    assert_eq!(desk.deposit(&osl, &of(1), b"%PDF-").await.status, 204);
    assert_eq!(desk.deposit(&osl, &of(2), virus).await.status, 204, "a virus does not stop the sender");
    assert_eq!(statuses().await, ["RECEIVED", "RECEIVED", "CORRUPTED"]);
    let unknown = desk.deposit(&osl, &format!("/folders/{id}/attachments/{UNKNOWN}"), b"{}").await;
    assert_eq!((unknown.status, unknown.message()), (404, "Binary meta-data is not found".to_owned()));
    let too_large = vec![b' '; 10 * 1024 * 1024 + 1];
    let request = desk.teledossiers(&osl, Method::PUT, &of(0), None).header("content-type", "application/octet-stream");
    assert!(request.body(too_large).send().await.is_ok_and(|answer| answer.status() == 413));
    assert_eq!(patch(&desk, &osl, &format!("/folders/{id}"), &status).await.status, 204);
    let late = desk.deposit(&osl, &of(0), b"{}").await;
    assert_eq!((late.status, late.message()), (400, "Attachment cannot be sent in status HUBEE_COMPLETED".to_owned()));
    let uploads = desk.hubee.calls().into_iter().filter(|call| call.route == Some(Route::PutFolderAttachment));
    assert!(uploads.map(|call| call.body).all(|body| body.is_none()), "the log keeps no file");
}

#[tokio::test]
async fn a_completed_folder_is_notified_a_minute_later() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    let folder = completed(&desk, &osl).await;
    let path = format!("/folders/{}", text(&folder, "/id"));
    desk.clock.advance(chrono::Duration::seconds(59));
    let read = desk.read(&osl, &path).await.json();
    assert_eq!(
        (&read["globalStatus"], &read["cases"][0]["status"]),
        (&json!("HUBEE_COMPLETED"), &json!("HUBEE_RECEIVED"))
    );
    assert!(desk.hubee.mails().is_empty());
    desk.clock.advance(chrono::Duration::seconds(1));
    let read = desk.read(&osl, &path).await.json();
    assert_eq!(
        (&read["globalStatus"], &read["cases"][0]["status"]),
        (&json!("HUBEE_NOTIFIED"), &json!("HUBEE_NOTIFIED"))
    );
    let mails = desk.hubee.mails();
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "periscolaire@exemple.fr"));
    assert!(mails[0].text.contains("Formulaire-QF-0123456789ABC-01") && !mails[0].text.contains("Martin"));
    let admin = desk.token("ADMIN").await;
    let queue = desk.read(&admin, "/notifications").await.json();
    assert_eq!((&queue[0]["recipient"]["companyRegister"], &queue[0]["eventId"]), (&json!(SIRET), &Value::Null));
    assert_eq!(queue[0]["caseId"], folder["cases"][0]["id"]);
    let again = patch(&desk, &osl, &path, &json!({"globalStatus": "HUBEE_COMPLETED"})).await;
    assert_eq!(again.message(), "Folder status HUBEE_COMPLETED is not allowed from HUBEE_NOTIFIED");
    let closed = json!({"globalStatus": "CLOSED", "closeDateTime": "2026-09-02T10:00:00+02:00"});
    assert_eq!(patch(&desk, &osl, &path, &closed).await.status, 204);
    let read = desk.read(&osl, &path).await.json();
    assert_eq!(
        (&read["closeDateTime"], &read["cases"][0]["status"]),
        (&json!("2026-09-02T08:00:00+0000"), &json!("HUBEE_NOTIFIED"))
    );
}

#[tokio::test]
async fn whoever_wants_no_mail_gets_none() {
    let desk = open("API").await;
    let quiet = Subscription { notification_frequency: "Aucune".to_owned(), ..desk.hubee.subscriptions().remove(0) };
    desk.hubee.seed_subscription(quiet);
    let osl = desk.token("OSL").await;
    completed(&desk, &osl).await;
    desk.clock.advance(chrono::Duration::minutes(1));
    assert_eq!(desk.hubee.folders()[0].global_status, "HUBEE_NOTIFIED");
    assert!(desk.hubee.mails().is_empty());
}

#[tokio::test]
async fn only_what_nobody_was_told_of_is_deleted() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    let (first, second) = (sent(&desk, &osl).await, completed(&desk, &osl).await);
    let delete = async |folder: &Value| {
        desk.exchange(&osl, Method::DELETE, &format!("/folders/{}", text(folder, "/id")), None).await
    };
    assert_eq!(delete(&first).await.status, 204);
    let gone = delete(&first).await;
    assert_eq!((gone.status, gone.message()), (404, "Folder is not found".to_owned()));
    let refused = delete(&second).await;
    assert_eq!(
        (refused.status, refused.message()),
        (400, "Folder cannot be deleted in status HUBEE_COMPLETED".to_owned())
    );
    assert_eq!(desk.read(&osl, &format!("/folders/{UNKNOWN}")).await.status, 404);
    let shape = desk.read(&osl, "/folders/48211").await;
    assert!(shape.message().contains("[GET /folders/{id} @path.id]"), "{}", shape.text);
}

#[tokio::test]
async fn teledossiers_fail_on_command_too() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    desk.fail(Route::PostFolder, FaultKind::Error500After, When::Next(1));
    let spoilt = desk.exchange(&osl, Method::POST, "/folders", Some(&folder(SIRET))).await;
    assert!(spoilt.status == 500 && spoilt.message().contains("[ERROR][RESPONSE][POST /folders @body]"));
    assert_eq!(desk.hubee.folders().len(), 1, "kept all the same");
    let case = desk.hubee.folders()[0].cases[0].id;
    let down =
        Fault { route: Route::GetCase, kind: FaultKind::Html502, when: When::Always, siret: Some(SIRET.to_owned()) };
    desk.hubee.script(down);
    assert_eq!(desk.read(&osl, &format!("/cases/{case}")).await.status, 502);
    assert_eq!(desk.read(&osl, &format!("/cases/{UNKNOWN}")).await.status, 404, "of another SIRET, as far as is known");
    desk.hubee.clear_faults();
    desk.hubee.script(Fault {
        route: Route::PostFolder,
        kind: FaultKind::TooMany429,
        when: When::Next(1),
        siret: Some(SIRET.into()),
    });
    assert_eq!(desk.exchange(&osl, Method::POST, "/folders", Some(&folder(SIRET))).await.status, 429);
    let traffic = desk.hubee.traffic();
    assert_eq!((traffic.calls, traffic.faults["500_after"], traffic.faults["429"]), (5, 1, 1));
}

#[tokio::test]
async fn a_post_may_say_that_it_is_a_patch() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    let path = format!("/folders/{}", text(&sent(&desk, &osl).await, "/id"));
    let body = json!({"globalStatus": "HUBEE_COMPLETED"});
    let overriding = async |method: Method, path: &str, value: &str| {
        let request = desk.teledossiers(&osl, method, path, Some(&body)).header("X-HTTP-Method-Override", value);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(overriding(Method::POST, &path, "DELETE").await, 405);
    assert_eq!(overriding(Method::PUT, &path, "PATCH").await, 405);
    assert_eq!(overriding(Method::POST, "/folders", "PATCH").await, 405);
    assert_eq!(overriding(Method::POST, &path, "PATCH").await, 204);
    assert_eq!(desk.hubee.folders()[0].global_status, "HUBEE_COMPLETED");
}

#[tokio::test]
async fn a_bounded_number_is_kept() {
    let desk = open("API").await;
    let osl = desk.token("OSL").await;
    for number in 0..501 {
        let body = with(folder(SIRET), "/externalId", json!(format!("numero-{number}")));
        assert_eq!(desk.exchange(&osl, Method::POST, "/folders", Some(&body)).await.status, 201);
    }
    let kept = desk.hubee.folders();
    assert_eq!((kept.len(), kept[0].external_id.as_str()), (500, "numero-1"));
}
