//! Nothing is lost, nothing counts twice: every delivery is kept before it is acknowledged, with the job that applies it.

use std::collections::BTreeSet;

use habilis::store::Db;
use uuid::Uuid;

use super::{
    body_of, deliveries, execute, filed, hand, history, inbox, number, post, send, signed, subjects, webhook, wider,
};
use crate::support::house::{House, hauteluce};

fn counts(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(status, count)| ((*status).to_owned(), *count)).collect()
}

/// The bytes of a plain submission, its number and its delivery.
fn submission(house: &House) -> (i64, Uuid, String) {
    let filed = filed(house, hauteluce());
    let delivery = deliveries(house, filed)[1];
    (filed, delivery, body_of(house, delivery))
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_once() {
    let house = House::open().await;
    let (_, _, body) = submission(&house);
    let truncated = &body[..body.len() / 2];
    assert_eq!(signed(&house, truncated).await, 201);
    assert_eq!(signed(&house, truncated).await, 200);
    assert_eq!(signed(&house, "").await, 201);
    assert_eq!(
        signed(&house, r#"{"event":"submit","fired_at":99999999999999,"model_type":"t","data":{"id":1}}"#).await,
        201
    );
    house.run_jobs().await;
    assert_eq!(inbox(&house).await, counts(&[("quarantined", 3)]));
    assert_eq!(number(&house.db, "select count(*) from habilitation").await, 0);
}

#[tokio::test]
async fn a_text_that_no_database_keeps_does_not_come_back_for_ever() {
    let house = House::open().await;
    let (_, _, body) = submission(&house);
    let event = body.replace("\"submit\"", "\"sub\\u0000mit\"");
    let name = body.replace("COMMUNE DE HAUTELUCE", "COMMUNE\\u0000DE HAUTELUCE");
    for odd in [&event, &name] {
        assert_ne!(*odd, body);
        assert_eq!(signed(&house, odd).await, 201);
    }
    house.run_jobs().await;
    assert_eq!(inbox(&house).await, counts(&[("quarantined", 2)]));
}

#[tokio::test]
async fn a_body_too_large_is_refused_and_the_door_stays_open() {
    let house = House::open().await;
    let (_, delivery, _) = submission(&house);
    assert_eq!(signed(&house, &" ".repeat(5 * 1024 * 1024)).await, 413);
    assert_eq!(inbox(&house).await, []);
    assert_eq!(hand(&house, delivery).await, 201);
}

#[tokio::test]
async fn what_is_not_for_us_is_kept_and_ignored() {
    let house = House::open().await;
    let (_, _, body) = submission(&house);
    let unknown = body.replace("\"submit\"", "\"start_next_stage\"");
    let other = body.replace("authorization_request/formulaire_qf", "authorization_request/api_particulier");
    for odd in [&unknown, &other] {
        assert_ne!(*odd, body);
        assert_eq!(signed(&house, odd).await, 201);
    }
    house.run_jobs().await;
    assert_eq!(inbox(&house).await, counts(&[("ignored", 2)]));
    assert_eq!(number(&house.db, "select count(*) from habilitation").await, 0);
}

#[tokio::test]
async fn what_is_half_understood_waits_for_a_person() {
    let house = House::open().await;
    let (_, _, body) = submission(&house);
    let state = body.replace("\"submitted\"", "\"en_commission\"");
    let nobody = body.replace("\"applicant\"", "\"candidate\"");
    for odd in [&state, &nobody] {
        assert_ne!(*odd, body);
        assert_eq!(signed(&house, odd).await, 201);
    }
    house.run_jobs().await;
    assert_eq!(inbox(&house).await, counts(&[("quarantined", 2)]));
    assert_eq!(number(&house.db, "select count(*) from inbox where note is not null").await, 2);
}

#[tokio::test]
async fn fifty_at_once_are_one() {
    let house = House::open().await;
    let (filed, delivery, _) = submission(&house);
    let reordered = house.datapass().replay(delivery, true).unwrap().id;
    let (body, header) = house.datapass().payload(delivery).unwrap();
    let (other_body, other_header) = house.datapass().payload(reordered).unwrap();
    assert_ne!(body, other_body, "other bytes, the same event");
    let address = webhook(&house);
    let mut posts = tokio::task::JoinSet::new();
    for i in 0..50 {
        let (body, header) =
            if i % 2 == 0 { (body.clone(), header.clone()) } else { (other_body.clone(), other_header.clone()) };
        posts.spawn(send(address.clone(), body, Some(header)));
    }
    let answers = posts.join_all().await;
    let of = |status: u16| answers.iter().filter(|answer| answer.status() == status).count();
    assert_eq!((of(201), of(200)), (1, 49));
    house.run_jobs().await;
    assert_eq!(inbox(&house).await, counts(&[("applied", 1)]));
    assert_eq!(number(&house.db, "select count(*) from habilitation").await, 1);
    assert_eq!(history(&house, filed).await, ["submitted"]);
    assert_eq!(subjects(&house).len(), 1, "{:?}", subjects(&house));
    let again = house.datapass().replay(delivery, true).unwrap();
    assert_eq!(hand(&house, again.id).await, 200, "replayed later, from DataPass's page");
    assert_eq!(house.run_jobs().await, 0);
}

#[tokio::test]
async fn two_savings_of_one_second_are_both_kept() {
    let house = House::open().await;
    let number = house.datapass().create(hauteluce());
    house.datapass().update(number, &hauteluce()).unwrap();
    house.datapass().update(number, &wider()).unwrap();
    house.deliver().await;
    assert_eq!(inbox(&house).await, counts(&[("applied", 3)]));
    assert_eq!(history(&house, number).await, ["saved", "saved", "saved"]);
    assert_eq!(house.habilitation(number).await.dossier.destinataires, Some(wider().recipients));
}

#[tokio::test]
async fn nothing_is_acknowledged_that_is_not_kept() {
    let house = House::open().await;
    let (_, delivery, _) = submission(&house);
    let (body, header) = house.datapass().payload(delivery).unwrap();
    house.db.close().await;
    let answer = post(&house, body, Some(&header)).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(signed(&house, "{").await, 503, "nor what is put aside");
}

#[tokio::test]
async fn a_delivery_is_kept_with_its_job_or_not_at_all() {
    let house = House::open().await;
    let (filed, delivery, _) = submission(&house);
    execute(&house.db, "alter table job rename to job_away").await;
    assert_eq!(hand(&house, delivery).await, 503);
    assert_eq!(inbox(&house).await, []);
    execute(&house.db, "alter table job_away rename to job").await;
    for delivery in deliveries(&house, filed) {
        assert_eq!(hand(&house, delivery).await, 201);
    }
    let (pending, jobs) = waiting(&house.db).await;
    assert_eq!(pending.len(), 2);
    assert_eq!(jobs, pending.iter().map(|id| format!("intake:{id}")).collect());
}

/// The deliveries to apply, and the keys of the jobs to do.
async fn waiting(db: &Db) -> (Vec<Uuid>, BTreeSet<String>) {
    let pending = "select id from inbox where status = 'pending'";
    let jobs = "select unique_key from job where kind = 'intake' and state = 'queued'";
    match db {
        Db::Sqlite { reader, .. } => (
            sqlx::query_scalar(pending).fetch_all(reader).await.unwrap(),
            sqlx::query_scalar(jobs).fetch_all(reader).await.unwrap().into_iter().collect(),
        ),
        Db::Postgres(pool) => (
            sqlx::query_scalar(pending).fetch_all(pool).await.unwrap(),
            sqlx::query_scalar(jobs).fetch_all(pool).await.unwrap().into_iter().collect(),
        ),
    }
}
