//! The intake storm: deliveries at full speed on a service that is killed meanwhile. What was acknowledged is kept. The
//! control puts somebody in front who acknowledges before anything is kept: the harness must see what that loses.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use habilis::SANDBOX_WEBHOOK_SECRET;
use habilis::sandbox::datapass::signature;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::arena::Arena;
use super::crowd::{filing, post};
use super::observed::rows;
use super::plan::Plan;

const SENDERS: usize = 32;
/// Acknowledgements below which a storm says nothing: a busy machine needs more kills to hear as many.
const ENOUGH: usize = 200;

struct Outcome {
    kills: u32,
    acknowledged: BTreeSet<i64>,
    lost: usize,
    whole: bool,
}

/// Deliveries that differ by their number alone, from `senders` at once, until told to stop.
fn send(
    url: &str,
    template: &Value,
    stop: &CancellationToken,
) -> (Arc<Mutex<BTreeSet<i64>>>, Vec<tokio::task::JoinHandle<()>>) {
    let (next, heard) = (Arc::new(AtomicI64::new(1_000_000)), Arc::new(Mutex::new(BTreeSet::new())));
    let client = reqwest::Client::new();
    let sender = |_| {
        let (url, mut body, stop) = (url.to_owned(), template.clone(), stop.clone());
        let (next, heard, client) = (Arc::clone(&next), Arc::clone(&heard), client.clone());
        tokio::spawn(async move {
            while !stop.is_cancelled() {
                let number = next.fetch_add(1, Ordering::Relaxed);
                body["model_id"] = number.into();
                let text = body.to_string();
                if post(&client, &url, text.as_bytes(), &signature(SANDBOX_WEBHOOK_SECRET, text.as_bytes())).await {
                    heard.lock().unwrap().insert(number);
                } else {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        })
    };
    let senders = (0..SENDERS).map(sender).collect();
    (heard, senders)
}

async fn storm(arena: &Arena, url: &str, kills: u32) -> Outcome {
    let plan = Plan { kills, ..Plan::reduced() };
    plan.say();
    let datapass = arena.house.datapass();
    datapass.create(filing(0));
    let template: Value = serde_json::from_str(&datapass.deliveries()[0].body).unwrap();
    let mut process = arena.start("serve");
    arena.ready().await;
    let stop = CancellationToken::new();
    let (heard, senders) = send(url, &template, &stop);
    let mut chance = StdRng::seed_from_u64(plan.seed);
    let mut killed = 0;
    while killed < kills || killed < kills * 10 && heard.lock().unwrap().len() < ENOUGH {
        killed += 1;
        arena.ready().await;
        tokio::time::sleep(Duration::from_millis(chance.random_range(20..400))).await;
        process.kill_now();
        process = arena.start("serve");
    }
    stop.cancel();
    for sender in senders {
        sender.await.unwrap();
    }
    process.kill();
    let acknowledged = heard.lock().unwrap().clone();
    let kept: Vec<(i64,)> = rows(&arena.house.db, "select model_id from inbox where model_id is not null").await;
    let kept: BTreeSet<i64> = kept.into_iter().map(|(number,)| number).collect();
    let lost = acknowledged.difference(&kept).count();
    Outcome { kills: killed, acknowledged, lost, whole: is_whole(arena).await }
}

async fn is_whole(arena: &Arena) -> bool {
    if let habilis::store::Db::Sqlite { reader, .. } = &arena.house.db {
        let told: Vec<(String,)> = sqlx::query_as("pragma integrity_check").fetch_all(reader).await.unwrap();
        return told == [("ok".to_owned(),)];
    }
    true
}

#[expect(clippy::print_stdout, reason = "the figures are what the run is for")]
fn print(outcome: &Outcome) {
    println!(
        "── tempête de réceptions : {} arrêts brutaux, {} accusés, {} perdus",
        outcome.kills,
        outcome.acknowledged.len(),
        outcome.lost
    );
}

async fn nothing_acknowledged_is_lost(kills: u32) {
    let arena = Arena::open(1).await;
    let outcome = storm(&arena, &format!("{}{}", arena.url, habilis::paths::WEBHOOK), kills).await;
    print(&outcome);
    assert_eq!(outcome.lost, 0);
    assert!(outcome.whole && outcome.acknowledged.len() >= ENOUGH, "{} acknowledged", outcome.acknowledged.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_intake_storm() {
    nothing_acknowledged_is_lost(8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes long: outils/chaos.sh"]
async fn the_long_intake_storm() {
    nothing_acknowledged_is_lost(Plan::whole().kills).await;
}

/// In front of the service, somebody says « kept » and hands the delivery over afterwards.
async fn hasty(service: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = reqwest::Client::new();
    let answer = move |headers: HeaderMap, body: Bytes| {
        let (client, service) = (client.clone(), service.clone());
        let signed = headers.get("x-hub-signature-256").unwrap().to_str().unwrap().to_owned();
        tokio::spawn(async move { post(&client, &service, &body, &signed).await });
        async { StatusCode::CREATED }
    };
    let router = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledgement_before_the_commit_is_seen() {
    let arena = Arena::open(1).await;
    let url = hasty(format!("{}{}", arena.url, habilis::paths::WEBHOOK)).await;
    let outcome = storm(&arena, &url, 3).await;
    print(&outcome);
    assert!(outcome.lost > 0, "the harness did not see {} hasty acknowledgements", outcome.acknowledged.len());
}
