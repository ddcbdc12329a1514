//! Negative controls: states broken on purpose, and processes wronged from outside. Each must be seen, and for what it is.

use std::time::Duration;

use habilis::sandbox::hubee::{Fault, FaultKind, Organisation, Route, Subscription, When};
use habilis::store::Db;

use super::arena::Arena;
use super::observed::{Observed, look};
use super::plan::Plan;
use super::storm::{quiet, raged, raged_in};
use super::verdict::{Code, breaches};
use crate::history::unguard;

/// Few and fast: what is looked at is the judge.
fn small() -> Plan {
    Plan { kills: 2, collectivites: 4, faults: 0, ..Plan::reduced() }
}

fn codes(seen: &Observed) -> Vec<Code> {
    let mut codes: Vec<Code> = breaches(seen).into_iter().map(|(code, _)| code).collect();
    codes.dedup();
    codes
}

async fn execute(db: &Db, sql: &str) {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match db {
        Db::Sqlite { writer, .. } => sqlx::raw_sql(sql).execute(writer).await.map(drop).unwrap(),
        Db::Postgres(pool) => sqlx::raw_sql(sql).execute(pool).await.map(drop).unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_broken_state_is_seen_for_what_it_is() {
    let (arena, report) = raged(small()).await;
    let sound = report.seen;
    assert_eq!(codes(&sound), [], "{:?}", breaches(&sound));
    let process = arena.start("serve");
    arena.ready().await;
    let (hubee, db) = (arena.house.hubee(), &arena.house.db);
    let (number, siret) =
        sound.said.accepted.first_key_value().map(|(number, siret)| (*number, siret.clone())).unwrap();
    let again = async || look(&arena, sound.said.clone()).await;
    let now = habilis::clock::Clock::System.now();

    let twin = Organisation::collectivite(&siret, "00000", "Doublon", now);
    hubee.seed_organisation(twin);
    assert_eq!(codes(&again().await), [Code::Organisation]);
    hubee.seed_subscription(Subscription::made_by_hand(&siret, "00000", "autre@mairie.fr", now));
    let seen = again().await;
    assert_eq!(codes(&seen), [Code::Organisation, Code::Subscription, Code::Open], "{:?}", breaches(&seen));

    // One of the others: its page stays open while its subscription no longer is.
    let (_, other) = sound.said.accepted.last_key_value().unwrap();
    hubee.agent_suspends(other);
    assert!(codes(&again().await).contains(&Code::Open));
    hubee.agent_reactivates(other);

    let mut seen = sound.clone();
    seen.accounts.pop();
    assert_eq!(codes(&seen), [Code::Account, Code::Invitation]);

    let mut seen = sound.clone();
    let lost = seen.received.keys().next().cloned().unwrap();
    seen.received.remove(&lost);
    assert_eq!(codes(&seen), [Code::Mail], "a mail that the server never had");
    seen.received.insert(lost, 100);
    assert_eq!(codes(&seen), [Code::Copy], "more copies than tries");
    seen.received.insert("inconnu@habilis.test".into(), 1);
    seen.intents.retain(|_, intent| intent.kind != "en_service");
    assert!(codes(&seen).contains(&Code::Mail) && codes(&seen).contains(&Code::Copy));

    execute(
        db,
        &format!(
            "update provisioning set status = 'held', hold = null, last_error = null where datapass_id = {number}"
        ),
    )
    .await;
    execute(db, &format!("update collectivite set closed_at = opened_at where siret = '{siret}'")).await;
    execute(db, "update publication_revision set revision = revision + 1").await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let seen = again().await;
    assert!(!seen.published.contains(&siret));
    assert!(codes(&seen).contains(&Code::Neither), "{:?}", breaches(&seen));

    execute(db, "delete from inbox where event = 'submit'").await;
    execute(db, "update inbox set status = 'pending'").await;
    assert!(codes(&again().await).contains(&Code::Webhook));
    unguard(db).await;
    execute(db, "update event set kind = 'refused' where kind = 'accepted'").await;
    let seen = again().await;
    assert!(codes(&seen).contains(&Code::History) && codes(&seen).contains(&Code::Audit), "{:?}", breaches(&seen));
    drop(process);
}

/// A house whose workers never take over what a dead process held: the storm must leave stuck jobs, and say so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recovery_that_does_not_recover_is_seen() {
    let arena = Arena::open(2).await;
    let house = &arena.house;
    let number = crate::service::scene::accepted(house).await;
    house.hubee().pause_at(4, habilis::sandbox::hubee::Point::AfterEffect);
    let process = arena.start("serve");
    crate::kills::process::held(house, "the creation").await;
    process.kill();
    house.hubee().release();
    execute(&house.db, never_again(&house.db)).await;
    let _process = arena.start("serve");
    arena.ready().await;
    assert_eq!(quiet(&house.db, Duration::from_secs(6)).await, None);
    let mut said = super::crowd::Sayings::default();
    said.accepted.insert(number, crate::service::scene::SIRET.to_owned());
    let seen = look(&arena, said).await;
    assert!(codes(&seen).contains(&Code::Job) && codes(&seen).contains(&Code::Neither), "{:?}", breaches(&seen));
}

/// A program that takes the same delivery twice: the judge must see it, and the acceptance goes on all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_counted_twice_is_seen() {
    let house = Arena::open(2).await;
    execute(&house.house.db, forgetful(&house.house.db)).await;
    let (arena, report) = raged_in(house, Plan { kills: 0, collectivites: 12, ..small() }).await;
    let found = codes(&report.seen);
    assert!(found.contains(&Code::Webhook), "{:?}", breaches(&report.seen));
    drop(arena);
}

/// Forgets under which key a delivery was kept.
fn forgetful(db: &Db) -> &'static str {
    match db {
        Db::Sqlite { .. } => {
            "create trigger forgetful after insert on inbox begin \
             update inbox set dedup_key = hex(randomblob(16)) where id = new.id; end"
        }
        Db::Postgres(_) => {
            "create function forgetful() returns trigger language plpgsql as $$ begin \
             new.dedup_key := gen_random_uuid()::text; return new; end $$; \
             create trigger forgetful before insert on inbox for each row execute function forgetful()"
        }
    }
}

/// A program to which « already exists » would be a refusal like another: it leaves to people what no person can mend.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_left_to_people_for_nothing_is_seen() {
    let house = Arena::open(2).await;
    let kind = FaultKind::Refused400;
    house.house.hubee().script(Fault { route: Route::PostSubscription, kind, when: When::Next(2), siret: None });
    // Without kills: one would have the refused call made again.
    let (arena, report) = raged_in(house, Plan { kills: 0, ..small() }).await;
    let found = codes(&report.seen);
    assert!(found.contains(&Code::Neither), "{:?}", breaches(&report.seen));
    drop(arena);
}

/// Refuses that a running job changes hands.
fn never_again(db: &Db) -> &'static str {
    match db {
        Db::Sqlite { .. } => {
            "create trigger never_again before update of lease on job when old.state = 'running' \
             and new.state = 'running' and new.lease <> old.lease begin select raise(ignore); end"
        }
        Db::Postgres(_) => {
            "create function never_again() returns trigger language plpgsql as $$ begin \
             if old.state = 'running' and new.state = 'running' and new.lease <> old.lease then return null; end if; \
             return new; end $$; \
             create trigger never_again before update on job for each row execute function never_again()"
        }
    }
}
