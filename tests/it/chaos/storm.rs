//! The storm itself: people act, the weather is bad, processes die; then fine weather, until nothing is left to do.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use habilis::accounts::{self, NewAccount, Role};
use habilis::sandbox::hubee::{Fault, FaultKind, Route, Weather, When};
use habilis::store::Db;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio_util::sync::CancellationToken;

use super::arena::{Arena, BUSINESS, PARTS};
use super::crowd::{Courier, Heard, Instructeur, filing, give_a_past};
use super::observed::{look, rows};
use super::plan::Plan;
use super::report::Report;
use crate::kills::process::Process;
use crate::support::browser::Browser;
use crate::support::house::PASSWORD;

/// Deliveries, and decisions, made at once.
const AT_ONCE: usize = 3;
const WORKERS: usize = 16;

/// Runs a plan to its end.
pub async fn run(plan: Plan) -> Report {
    let (arena, report) = raged(plan).await;
    drop(arena);
    report
}

/// The same; the arena is still there to be looked at again, served by nobody.
pub async fn raged(plan: Plan) -> (Arc<Arena>, Report) {
    plan.say();
    let arena = Arc::new(Arena::open(WORKERS).await);
    let processes = PARTS.map(|part| arena.start(part));
    arena.ready().await;
    let heard = Heard::default();
    let (started, stop) = (Instant::now(), CancellationToken::new());
    let hurrying = tokio::spawn(Arena::hurry(arena.house.db.clone(), stop.clone()));
    let acting = act(&arena, &heard, plan.collectivites).await;
    let hubee = arena.house.hubee();
    hubee.set_weather((plan.faults > 0).then(|| Weather::new(plan.seed, plan.faults, &plan.kinds())));
    let (processes, kills) = rage(&arena, &plan, processes).await;
    // Whoever is still filing or deciding does so under the same weather.
    for task in acting {
        task.await.unwrap();
    }
    hubee.set_weather(None);
    hubee.clear_faults();
    let storm = started.elapsed();
    let drain = quiet(&arena.house.db, plan.drain).await;
    arena.ready().await;
    // The public list is read by whoever serves, half a second after whoever published.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let seen = look(&arena, heard.so_far()).await;
    stop.cancel();
    hurrying.await.unwrap();
    drop(processes);
    let engine = if matches!(arena.house.db, Db::Sqlite { .. }) { "SQLite" } else { "PostgreSQL" };
    let report = Report { plan, kills, storm, drain, traffic: arena.house.hubee().traffic(), engine, seen };
    (arena, report)
}

/// Communes file and instructeurs accept, a few at a time.
async fn act(arena: &Arc<Arena>, heard: &Heard, collectivites: usize) -> Vec<tokio::task::JoinHandle<()>> {
    let mut tasks = Vec::new();
    for turn in 0..AT_ONCE {
        let name = format!("Instructeur-{turn}");
        let email = format!("{}@habilis.test", name.to_lowercase());
        let new = NewAccount { email: email.clone(), name, role: Role::Instructeur, password: PASSWORD.into() };
        accounts::create(&arena.house.db, &arena.house.clock, new).await.unwrap();
        let mut browser = Browser::new(&arena.url);
        browser.log_in(&email, PASSWORD).await;
        let mut instructeur = Instructeur { browser, heard: heard.clone() };
        let courier = Courier {
            datapass: arena.house.datapass().clone(),
            webhook: format!("{}{}", arena.url, habilis::paths::WEBHOOK),
            client: reqwest::Client::new(),
            heard: heard.clone(),
        };
        let arena = Arc::clone(arena);
        tasks.push(tokio::spawn(async move {
            for n in (turn..collectivites).step_by(AT_ONCE) {
                let filing = filing(n);
                give_a_past(arena.house.hubee(), n, &filing);
                let siret = filing.siret.clone();
                let number = courier.file(filing).await;
                instructeur.accept(number, &siret).await;
            }
        }));
    }
    tasks
}

/// Kills, one process or the other, and starts it again at once. Other accidents come with it.
async fn rage(arena: &Arena, plan: &Plan, processes: [Process; 2]) -> ([Process; 2], BTreeMap<&'static str, u32>) {
    let mut chance = StdRng::seed_from_u64(plan.seed);
    let mut kills = BTreeMap::new();
    let mut processes = processes;
    for _ in 0..plan.kills {
        if plan.faults > 0 {
            accident(arena, &mut chance);
        }
        tokio::time::sleep(Duration::from_millis(chance.random_range(plan.life.clone()))).await;
        let victim = usize::from(chance.random_ratio(1, 2));
        // Replaced before it is dropped would leave two on one port: kill, then start.
        processes[victim].kill_now();
        processes[victim] = arena.start(PARTS[victim]);
        *kills.entry(PARTS[victim]).or_default() += 1;
    }
    (processes, kills)
}

fn accident(arena: &Arena, chance: &mut StdRng) {
    let (hubee, mailbox) = (arena.house.hubee(), &arena.house.sandbox.mailbox);
    match chance.random_range(0..10) {
        0 | 1 => hubee.revoke_tokens(),
        2 => mailbox.lose_answer_after_data(1),
        3 => mailbox.refuse_next(2),
        // Nothing answers any more, until it does.
        4 => hubee.script(Fault { route: Route::Any, kind: FaultKind::Html502, when: When::Next(25), siret: None }),
        5 => hubee.script(Fault { route: Route::Any, kind: FaultKind::LostAnswer, when: When::Next(8), siret: None }),
        _ => {}
    }
}

/// Waits until no job of a request waits nor runs; how long it took.
pub async fn quiet(db: &Db, limit: Duration) -> Option<Duration> {
    let started = Instant::now();
    let sql = format!("select count(*) from job where state in ('queued', 'running') and kind in {BUSINESS}");
    while started.elapsed() < limit {
        let left: Vec<(i64,)> = rows(db, &sql).await;
        if left == [(0,)] {
            return Some(started.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    None
}
