//! Who may speak: whoever signs the very bytes with a secret we know.

use habilis::SANDBOX_WEBHOOK_SECRET;
use habilis::sandbox::datapass::{Signed, Webhook, signature};

use super::{body_of, deliveries, filed, hand, inbox, post, signed};
use crate::support::house::{House, hauteluce};

#[tokio::test]
async fn what_is_not_signed_is_refused_and_not_kept() {
    let house = House::open().await;
    let number = filed(&house, hauteluce());
    let body = body_of(&house, deliveries(&house, number)[1]);
    let good = signature(SANDBOX_WEBHOOK_SECRET, body.as_bytes());
    let others = [
        None,
        Some(String::new()),
        Some("sha256=".to_owned()),
        Some(good.replace("sha256=", "")),
        Some(good.replace("sha256=", "sha1=")),
        Some(good[..70].to_owned()),
        Some(format!("{good}00")),
        Some(format!("sha256={}", "zz".repeat(32))),
        Some(signature("un autre secret", body.as_bytes())),
        Some(signature(SANDBOX_WEBHOOK_SECRET, format!("{body} ").as_bytes())),
    ];
    for header in others {
        let answer = post(&house, body.clone(), header.as_deref()).await;
        assert_eq!(answer.status(), 401, "{header:?}");
        assert!(!answer.text().await.unwrap().contains("sha256"), "nothing helps to guess");
    }
    house.run_jobs().await;
    assert_eq!(inbox(&house).await, []);
    assert_eq!(post(&house, body, Some(&good)).await.status(), 201, "and the good one is taken");
}

#[tokio::test]
async fn two_secrets_are_accepted_while_datapass_changes_its_own() {
    let house = House::with(&[("DATAPASS_WEBHOOK_SECRETS", "le-nouveau-secret,l-ancien-secret")]).await;
    let number = filed(&house, hauteluce());
    let [create, submit] = deliveries(&house, number)[..] else { panic!("two deliveries") };
    let url = format!("{}/api/datapass/webhook", house.url);
    let set = |secret: &str| house.datapass().set_webhook(Webhook { url: url.clone(), secret: secret.into() });
    set("l-ancien-secret");
    assert_eq!(hand(&house, create).await, 201);
    set("le-nouveau-secret");
    assert_eq!(hand(&house, submit).await, 201);
    set("un-secret-de-plus");
    assert_eq!(hand(&house, submit).await, 401);
}

#[tokio::test]
async fn pings_are_answered_and_leave_nothing() {
    let house = House::open().await;
    let good = house.datapass().ping(Signed::Good);
    let first = house.datapass().ping(Signed::Bad);
    assert_eq!(hand(&house, good.id).await, 200);
    assert_eq!(hand(&house, first.id).await, 200, "sent before anybody can know the secret");
    house.run_jobs().await;
    assert_eq!(inbox(&house).await, []);
}

#[tokio::test]
async fn what_resembles_a_ping_is_not_one() {
    let house = House::open().await;
    let number = filed(&house, hauteluce());
    let event = body_of(&house, deliveries(&house, number)[1]);
    let disguised = event.replacen('{', r#"{"test":true,"timestamp":"2026-09-07T09:30:00+02:00","#, 1);
    for body in [
        r#"{"test":true}"#,
        r#"{"test":false,"timestamp":"2026-09-07T09:30:00+02:00"}"#,
        r#"{"test":"true","timestamp":"2026-09-07T09:30:00+02:00"}"#,
        r#"{"test":true,"timestamp":1788768723}"#,
        r#"{"test":true,"timestamp":"2026-09-07T09:30:00+02:00","event":"approve"}"#,
        r#"[{"test":true,"timestamp":"2026-09-07T09:30:00+02:00"}]"#,
        &disguised,
    ] {
        assert_eq!(post(&house, body, None).await.status(), 401, "{body}");
    }
    assert_eq!(inbox(&house).await, []);
    assert_eq!(signed(&house, &disguised).await, 201, "signed, it is an event");
}
