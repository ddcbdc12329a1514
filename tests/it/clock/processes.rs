//! Restarts, several processes, and the hours when nobody was there.

use std::sync::Arc;

use habilis::accounts::Role;
use habilis::config::Config;
use habilis::store::Db;
use habilis::workflow::{self, House as Service};

use super::scene::{go, mails_of, mornings, opened, person, subjects, submitted, wait};
use crate::support::house::House;

const TOLD: &str = "Demandes du 9 septembre 2026 : 1 nouvelle";

/// A request waits since Tuesday; Ada and Claire want to know.
async fn waiting() -> House {
    let house = opened("2026-09-08T09:00:00Z", &[]).await;
    person(&house, "Ada", Role::Instructeur).await;
    person(&house, "Claire", Role::Responsable).await;
    submitted(&house, "2026-09-08T10:00:00Z").await;
    house
}

/// Another process of the same house.
async fn process(house: &House) -> Arc<Service> {
    let config = Config::from_map(house.settings.clone()).unwrap();
    let db = Db::open(config.database_url.expose()).await.unwrap();
    let service = Arc::new(Service::new(config, house.clock.clone(), db).unwrap());
    workflow::schedule(&service).await.unwrap();
    service
}

#[tokio::test]
async fn two_processes_send_one_digest_each_day() {
    let house = waiting().await;
    let second = process(&house).await;
    for at in ["2026-09-09T06:00:00Z", "2026-09-09T06:00:01Z", "2026-09-09T15:00:00Z"] {
        go(&house, at);
        let (one, two) = tokio::join!(workflow::drain(&house.service), workflow::drain(&second));
        one.unwrap();
        two.unwrap();
    }
    assert_eq!(subjects(&house, "Ada"), [TOLD]);
    assert_eq!(subjects(&house, "Claire"), [TOLD]);
}

#[tokio::test]
async fn a_restart_neither_loses_nor_doubles() {
    let house = waiting().await;
    for at in ["2026-09-09T05:00:00Z", "2026-09-09T06:00:00Z", "2026-09-09T06:01:00Z", "2026-09-09T14:00:00Z"] {
        go(&house, at);
        let restarted = process(&house).await;
        workflow::drain(&restarted).await.unwrap();
    }
    assert_eq!(subjects(&house, "Ada"), [TOLD]);
}

#[tokio::test]
async fn down_at_the_hour_the_digest_leaves_the_same_day() {
    let house = waiting().await;
    wait(&house, "2026-09-09T13:00:00Z").await;
    assert_eq!(subjects(&house, "Ada"), [TOLD]);
    assert_eq!(mornings(&house, "Ada", "2026-09-10", "2026-09-10").await, [""; 0], "told already");
}

#[tokio::test]
async fn down_the_whole_day_its_digest_is_not_sent_the_day_after() {
    let house = waiting().await;
    go(&house, "2026-09-10T05:00:00Z");
    let restarted = process(&house).await;
    workflow::drain(&restarted).await.unwrap();
    assert_eq!(subjects(&house, "Ada"), [""; 0], "too late for the 9th, too early for the 10th");
    wait(&house, "2026-09-10T06:00:00Z").await;
    assert_eq!(subjects(&house, "Ada"), ["Demandes du 10 septembre 2026 : 1 nouvelle"], "nothing went unseen");
}

#[tokio::test]
async fn down_until_saturday_it_waits_for_monday() {
    let house = waiting().await;
    wait(&house, "2026-09-12T10:00:00Z").await;
    let restarted = process(&house).await;
    workflow::drain(&restarted).await.unwrap();
    assert_eq!(subjects(&house, "Ada"), [""; 0]);
    let expected = ["Demandes du 14 septembre 2026 : 1 en retard"];
    assert_eq!(mornings(&house, "Ada", "2026-09-13", "2026-09-14").await, expected);
}

#[tokio::test]
async fn a_mail_server_that_refuses_for_some_hours() {
    let house = waiting().await;
    house.sandbox.mailbox.refuse_next(1_000);
    wait(&house, "2026-09-09T06:00:00Z").await;
    wait(&house, "2026-09-09T07:00:00Z").await;
    assert_eq!(subjects(&house, "Ada"), [""; 0]);
    house.sandbox.mailbox.refuse_next(0);
    wait(&house, "2026-09-09T10:00:00Z").await;
    assert_eq!(subjects(&house, "Ada"), [TOLD]);
    wait(&house, "2026-09-09T15:00:00Z").await;
    assert_eq!(mails_of(&house, "Ada").len(), 1);
}

#[tokio::test]
async fn a_mail_server_that_refuses_all_day_makes_the_next_digest_tell_it() {
    let house = waiting().await;
    house.sandbox.mailbox.refuse_next(1_000);
    for hour in 6..20 {
        wait(&house, &format!("2026-09-09T{hour:02}:00:00Z")).await;
    }
    house.sandbox.mailbox.refuse_next(0);
    let expected = ["Demandes du 10 septembre 2026 : 1 nouvelle"];
    assert_eq!(mornings(&house, "Ada", "2026-09-10", "2026-09-10").await, expected);
}

#[tokio::test]
async fn an_hour_of_one_s_own() {
    let house = opened("2026-09-08T09:00:00Z", &[("HABILIS_HEURE_RECAPITULATIF", "07:15")]).await;
    person(&house, "Ada", Role::Instructeur).await;
    submitted(&house, "2026-09-08T10:00:00Z").await;
    wait(&house, "2026-09-09T05:14:59Z").await;
    assert_eq!(subjects(&house, "Ada"), [""; 0]);
    wait(&house, "2026-09-09T05:15:00Z").await;
    assert_eq!(subjects(&house, "Ada"), [TOLD]);
}
