//! The engine behind the background: leases and who holds them, keys, tries, and many workers on one table.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, Utc};
use habilis::clock::Clock;
use habilis::jobs::{Failure, LEASE, MAX_ATTEMPTS, Workers, run_one};
use habilis::store::Db;
use habilis::store::jobs::{self, Ending, Job, NewJob};
use serde_json::json;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::database::fresh;
use crate::support::house::NOON;
use crate::support::plan::plan;

fn noon() -> DateTime<Utc> {
    NOON.parse().unwrap()
}

fn job(n: usize, key: Option<&str>, run_at: DateTime<Utc>) -> NewJob {
    NewJob { kind: "test", payload: json!({ "n": n }), unique_key: key.map(str::to_owned), run_at }
}

async fn add(db: &Db, job: NewJob, now: DateTime<Utc>) -> bool {
    let mut tx = db.begin().await.unwrap();
    let added = jobs::enqueue(tx.cx(), &job, now).await.unwrap();
    tx.commit().await.unwrap();
    added
}

async fn claim(db: &Db, now: DateTime<Utc>) -> Option<Job> {
    jobs::claim(db, Uuid::now_v7(), now, now + LEASE).await.unwrap()
}

async fn next_due(db: &Db) -> Option<DateTime<Utc>> {
    jobs::next_due(db.read().await.unwrap().cx()).await.unwrap()
}

async fn parked(db: &Db) -> Vec<Job> {
    jobs::parked(db.read().await.unwrap().cx()).await.unwrap()
}

#[tokio::test]
async fn a_job_is_taken_over_when_its_lease_ends_and_not_before() {
    let (db, _guard) = fresh().await;
    add(&db, job(1, None, noon()), noon()).await;
    assert!(claim(&db, noon() - Duration::seconds(1)).await.is_none(), "not due");
    let first = claim(&db, noon()).await.unwrap();
    assert!(claim(&db, noon() + LEASE).await.is_none(), "still held");
    let after = noon() + LEASE + Duration::milliseconds(1);
    let second = claim(&db, after).await.unwrap();
    assert_eq!((second.id, second.attempts), (first.id, 2));
    assert_ne!(second.lease, first.lease);

    assert!(!jobs::extend(&db, &first, after + LEASE).await.unwrap(), "extended by who lost it");
    assert!(!jobs::finish(&db, &first, &Ending::Done, after).await.unwrap(), "finished by who lost it");
    let retry = Ending::Retry(after, "x".into());
    assert!(!jobs::finish(&db, &first, &retry, after).await.unwrap(), "put back by who lost it");
    assert!(jobs::extend(&db, &second, after + LEASE).await.unwrap());
    assert!(jobs::finish(&db, &second, &Ending::Done, after).await.unwrap());
    assert!(!jobs::finish(&db, &second, &Ending::Done, after).await.unwrap(), "finished twice");
    assert!(claim(&db, after + Duration::days(1)).await.is_none());
}

#[tokio::test]
async fn a_key_waits_once_and_runs_one_at_a_time() {
    let (db, _guard) = fresh().await;
    assert!(add(&db, job(1, Some("k"), noon()), noon()).await);
    assert!(!add(&db, job(2, Some("k"), noon()), noon()).await, "waiting twice");
    assert!(add(&db, job(3, Some("other"), noon() + Duration::seconds(1)), noon()).await);
    let first = claim(&db, noon()).await.unwrap();
    assert!(add(&db, job(4, Some("k"), noon()), noon()).await, "asked again during the run");
    assert!(claim(&db, noon()).await.is_none(), "two of one key at once");
    let other = claim(&db, noon() + Duration::seconds(1)).await.unwrap();
    assert_eq!(other.unique_key.as_deref(), Some("other"));
    assert!(jobs::finish(&db, &first, &Ending::Done, noon()).await.unwrap());
    assert_eq!(claim(&db, noon()).await.unwrap().payload.0, json!({"n": 4}));
}

#[tokio::test]
async fn asking_for_now_brings_a_planned_try_forward_and_never_back() {
    let (db, _guard) = fresh().await;
    let (soon, late) = (noon() + Duration::minutes(1), noon() + Duration::hours(1));
    add(&db, job(1, Some("k"), late), noon()).await;
    assert!(add(&db, job(2, Some("k"), soon), noon()).await);
    assert_eq!(next_due(&db).await, Some(soon));
    assert!(!add(&db, job(3, Some("k"), late), noon()).await);
    assert_eq!(next_due(&db).await, Some(soon));
    assert_eq!(claim(&db, soon).await.unwrap().payload.0, json!({"n": 1}));
    assert!(claim(&db, soon).await.is_none(), "one job in all");
    assert_eq!(next_due(&db).await, None);
}

#[tokio::test]
async fn a_failed_run_leaves_its_place_to_a_newer_one_of_the_same_key() {
    let (db, _guard) = fresh().await;
    add(&db, job(1, Some("k"), noon()), noon()).await;
    let first = claim(&db, noon()).await.unwrap();
    add(&db, job(2, Some("k"), noon()), noon()).await;
    let later = Ending::Retry(noon() + Duration::minutes(5), "failed".into());
    assert!(jobs::finish(&db, &first, &later, noon()).await.unwrap());
    assert_eq!(claim(&db, noon()).await.unwrap().payload.0, json!({"n": 2}));
    assert_eq!(next_due(&db).await, None);
}

#[tokio::test]
async fn a_job_given_back_does_not_count_as_a_try() {
    let (db, _guard) = fresh().await;
    add(&db, job(1, None, noon()), noon()).await;
    let first = claim(&db, noon()).await.unwrap();
    assert!(jobs::finish(&db, &first, &Ending::Released, noon()).await.unwrap());
    assert_eq!(claim(&db, noon()).await.unwrap().attempts, 1);
}

#[tokio::test]
async fn tries_are_spaced_then_a_person_is_asked() {
    let (db, _guard) = fresh().await;
    let clock = Clock::fixed(noon());
    add(&db, job(1, None, noon()), noon()).await;
    let mut waits = Vec::new();
    while run_one(&db, &clock, |_| async { Err(Failure::retry("no luck")) }).await.unwrap() {
        let Some(due) = next_due(&db).await else { break };
        waits.push((due - clock.now()).num_seconds());
        assert!(!run_one(&db, &clock, |_| async { Ok(()) }).await.unwrap(), "run before its time");
        clock.advance(due - clock.now());
    }
    assert_eq!(i64::try_from(waits.len()).unwrap(), MAX_ATTEMPTS - 1);
    for (n, wait) in waits.iter().enumerate() {
        let expected = (30_i64 << n.min(10)).min(3600);
        let (least, most) = if expected < 3600 { (expected, expected * 12 / 10) } else { (2879, 3600) };
        assert!((least..=most).contains(wait), "try {n}: {wait} s");
    }
    let total: i64 = waits.iter().sum();
    assert!((18 * 3600..=29 * 3600).contains(&total), "{total} s");
    let parked = parked(&db).await;
    assert_eq!((parked.len(), parked[0].last_error.as_deref()), (1, Some("no luck")));
}

#[tokio::test]
async fn a_run_may_choose_its_next_instant_or_give_up() {
    let (db, _guard) = fresh().await;
    let clock = Clock::fixed(noon());
    let at = noon() + Duration::hours(7);
    add(&db, job(1, None, noon()), noon()).await;
    run_one(&db, &clock, |_| async move { Err(Failure::Retry { why: "later".into(), at: Some(at) }) }).await.unwrap();
    assert_eq!(next_due(&db).await, Some(at));
    clock.advance(Duration::hours(7));
    run_one(&db, &clock, |_| async { Err(Failure::park("hopeless")) }).await.unwrap();
    assert_eq!((next_due(&db).await, parked(&db).await.len()), (None, 1));
}

#[tokio::test]
async fn the_purge_forgets_what_is_done_and_keeps_what_is_parked() {
    let (db, _guard) = fresh().await;
    for (n, ending) in [Ending::Done, Ending::Parked("look".into())].into_iter().enumerate() {
        add(&db, job(n, None, noon()), noon()).await;
        let taken = claim(&db, noon()).await.unwrap();
        jobs::finish(&db, &taken, &ending, noon()).await.unwrap();
    }
    add(&db, job(9, None, noon()), noon()).await;
    let mut tx = db.begin().await.unwrap();
    assert_eq!(jobs::purge(tx.cx(), noon()).await.unwrap(), 0, "finished at that instant, not before");
    assert_eq!(jobs::purge(tx.cx(), noon() + Duration::seconds(1)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(parked(&db).await.len(), 1);
    assert_eq!(next_due(&db).await, Some(noon()));
}

struct Crew {
    workers: Workers,
    stop: CancellationToken,
}

impl Crew {
    fn new(db: &Db, lease: Duration) -> Self {
        let stop = CancellationToken::new();
        let workers = Workers::new(db.clone(), Clock::System, Arc::new(Notify::new()), stop.clone(), lease);
        Self { workers, stop }
    }

    async fn stopped(self) {
        self.stop.cancel();
        self.workers.drain().await;
    }
}

/// Waits, for half a minute at most.
async fn until(what: &str, done: impl AsyncFn() -> bool) {
    for _ in 0..600 {
        if done().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("never: {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_workers_run_each_of_two_hundred_jobs_once() {
    let (db, _guard) = fresh().await;
    let now = Clock::System.now();
    let mut tx = db.begin().await.unwrap();
    for n in 0..200 {
        jobs::enqueue(tx.cx(), &job(n, Some(&format!("k{n}")), now), now).await.unwrap();
    }
    tx.commit().await.unwrap();
    let runs = Arc::new(Mutex::new(HashMap::<Uuid, usize>::new()));
    let crew = Crew::new(&db, LEASE);
    let counted = Arc::clone(&runs);
    crew.workers.start(8, move |job| {
        let runs = Arc::clone(&counted);
        async move {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            *runs.lock().unwrap().entry(job.id).or_default() += 1;
            Ok(())
        }
    });
    until("200 jobs run", async || runs.lock().unwrap().len() == 200).await;
    crew.stopped().await;
    assert!(runs.lock().unwrap().values().all(|count| *count == 1), "a job ran twice");
}

#[tokio::test]
async fn a_panic_is_a_failed_try_and_the_worker_goes_on() {
    let (db, _guard) = fresh().await;
    let now = Clock::System.now();
    add(&db, job(1, None, now), now).await;
    add(&db, job(2, None, now), now).await;
    let ran = Arc::new(Mutex::new(Vec::new()));
    let crew = Crew::new(&db, LEASE);
    let seen = Arc::clone(&ran);
    crew.workers.start(1, move |job| {
        let seen = Arc::clone(&seen);
        async move {
            assert_ne!(job.payload.0, json!({"n": 1}), "a bug in a job");
            seen.lock().unwrap().push(job.payload.0);
            Ok(())
        }
    });
    until("the second job", async || !ran.lock().unwrap().is_empty()).await;
    crew.stopped().await;
    let again = claim(&db, now + Duration::hours(1)).await.unwrap();
    assert_eq!((again.attempts, again.last_error.as_deref()), (2, Some("panic in the job")));
}

#[tokio::test]
async fn a_long_job_keeps_its_lease_against_another_crew() {
    let (db, _guard) = fresh().await;
    let now = Clock::System.now();
    add(&db, job(1, None, now), now).await;
    let runs = Arc::new(Mutex::new(0));
    let crews = [Crew::new(&db, Duration::seconds(1)), Crew::new(&db, Duration::seconds(1))];
    for crew in &crews {
        let runs = Arc::clone(&runs);
        crew.workers.start(2, move |_| {
            let runs = Arc::clone(&runs);
            async move {
                tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
                *runs.lock().unwrap() += 1;
                Ok(())
            }
        });
    }
    until("the job", async || *runs.lock().unwrap() > 0).await;
    for crew in crews {
        crew.stopped().await;
    }
    assert_eq!(*runs.lock().unwrap(), 1);
    assert!(claim(&db, Clock::System.now() + Duration::hours(1)).await.is_none(), "not finished");
}

/// However many are due, a claim reads the first: by their indexes, in their order.
#[tokio::test]
async fn a_claim_reads_one_job_by_its_index() {
    let (db, _guard) = fresh().await;
    for n in 0..50 {
        add(&db, job(n, Some(&n.to_string()), noon()), noon()).await;
    }
    for (due, index) in [(jobs::WAITING, "job_due"), (jobs::ABANDONED, "job_running")] {
        let plan = plan(&db, &jobs::first_sql(due, false), &["'2026-07-27T12:00:00+00:00'"]).await;
        assert!(plan.contains(index), "{plan}");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "{plan}");
    }
}
