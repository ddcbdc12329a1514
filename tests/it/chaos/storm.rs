//! The storm itself: people act, the weather is bad, processes die; then fine weather, until nothing is left to do.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use habilis::accounts::{self, NewAccount, Role};
use habilis::sandbox::hubee::{Fault, FaultKind, Hubee, Route, Switches, Weather, When};
use habilis::store::Db;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio_util::sync::CancellationToken;

use super::arena::{Arena, PARTS};
use super::crowd::{Courier, Fate, Heard, Instructeur, filing, give_a_past};
use super::observed::{in_flight, left, look};
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
    raged_in(Arena::open(WORKERS).await, plan).await
}

/// The same, in an arena that was tampered with.
pub async fn raged_in(arena: Arena, plan: Plan) -> (Arc<Arena>, Report) {
    plan.say();
    let arena = Arc::new(arena);
    let processes = PARTS.map(|part| arena.start(part));
    arena.ready().await;
    let heard = Heard::default();
    let hubee = arena.house.hubee();
    weather(hubee, &plan);
    let (started, stop) = (Instant::now(), CancellationToken::new());
    let hurrying = tokio::spawn(Arena::hurry(arena.house.db.clone(), stop.clone()));
    let acting = act(&arena, &heard, &plan).await;
    let mut rage = rage(&arena, &plan, processes).await;
    // Whoever is still filing or deciding does so under the same weather, and not for ever.
    for task in acting {
        if tokio::time::timeout(plan.drain, task).await.map(Result::unwrap).is_err() {
            rage.unheard += 1;
        }
    }
    hubee.set_weather(None);
    hubee.clear_faults();
    hubee.set_switches(Switches::default());
    let storm = started.elapsed();
    let drain = quiet(&arena.house.db, plan.drain).await;
    arena.ready().await;
    // The public list is read by whoever serves, half a second after whoever published.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let seen = look(&arena, heard.so_far()).await;
    stop.cancel();
    hurrying.await.unwrap();
    drop(rage.processes);
    let engine = if matches!(arena.house.db, Db::Sqlite { .. }) { "SQLite" } else { "PostgreSQL" };
    let (kills, in_flight, lost, unheard) = (rage.kills, rage.in_flight, rage.lost, rage.unheard);
    let report = Report {
        plan,
        kills,
        in_flight,
        lost,
        unheard,
        storm,
        drain,
        traffic: arena.house.hubee().traffic(),
        engine,
        seen,
    };
    (arena, report)
}

/// Communes file and instructeurs accept, a few at a time.
async fn act(arena: &Arc<Arena>, heard: &Heard, plan: &Plan) -> Vec<tokio::task::JoinHandle<()>> {
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
        let (arena, heard, collectivites) = (Arc::clone(arena), heard.clone(), plan.collectivites);
        let mut chance = StdRng::seed_from_u64(plan.seed + turn as u64);
        tasks.push(tokio::spawn(async move {
            for n in (turn..collectivites).step_by(AT_ONCE) {
                let filing = filing(n);
                let siret = filing.siret.clone();
                if give_a_past(arena.house.hubee(), n, &filing) {
                    heard.with_past(&siret);
                }
                let number = courier.file(filing, &mut chance).await;
                instructeur.settle(number, &siret, Fate::of(n)).await;
            }
        }));
    }
    tasks
}

/// How HubEE is from now on: failing in every way and slow to show what it made, or only taking its time.
fn weather(hubee: &Hubee, plan: &Plan) {
    if plan.faults == 0 {
        let kind = FaultKind::Slow(plan.latency);
        hubee.script(Fault { route: Route::Any, kind, when: When::Always, siret: None });
        return;
    }
    hubee.set_weather(Some(Weather::new(plan.seed, plan.faults, &plan.kinds())));
    hubee.set_switches(Switches { list_lag_seconds: 1, ..Switches::default() });
}

/// What the kills did.
struct Rage {
    processes: [Process; 2],
    kills: BTreeMap<&'static str, u32>,
    /// Mails begun and not known to be sent, at each kill: what may leave twice.
    in_flight: i64,
    /// Answers of the mail server that were lost on purpose, at most.
    lost: i64,
    /// Who was never answered.
    unheard: usize,
}

/// Kills, one process or the other, and starts it again at once. Other accidents come with it.
async fn rage(arena: &Arena, plan: &Plan, processes: [Process; 2]) -> Rage {
    let mut chance = StdRng::seed_from_u64(plan.seed);
    let mut rage = Rage { processes, kills: BTreeMap::new(), in_flight: 0, lost: 0, unheard: 0 };
    for _ in 0..plan.kills {
        if plan.faults > 0 {
            rage.lost += accident(arena, &mut chance);
        }
        tokio::time::sleep(Duration::from_millis(chance.random_range(plan.life.clone()))).await;
        let victim = usize::from(chance.random_ratio(1, 2));
        // Replaced before it is dropped would leave two on one port: kill, then start.
        rage.processes[victim].kill_now();
        rage.in_flight += in_flight(&arena.house.db).await;
        rage.processes[victim] = arena.start(PARTS[victim]);
        *rage.kills.entry(PARTS[victim]).or_default() += 1;
    }
    rage
}

/// Answers how many answers of the mail server it loses.
fn accident(arena: &Arena, chance: &mut StdRng) -> i64 {
    let (hubee, mailbox) = (arena.house.hubee(), &arena.house.sandbox.mailbox);
    let drawn = chance.random_range(0..10);
    match drawn {
        0 | 1 => hubee.revoke_tokens(),
        2 => mailbox.lose_answer_after_data(1),
        3 => mailbox.refuse_next(2),
        // Nothing answers any more, until it does.
        4 => hubee.script(Fault { route: Route::Any, kind: FaultKind::Html502, when: When::Next(25), siret: None }),
        5 => hubee.script(Fault { route: Route::Any, kind: FaultKind::LostAnswer, when: When::Next(8), siret: None }),
        _ => {}
    }
    i64::from(drawn == 2)
}

/// Waits until no job of a request waits nor runs; how long it took.
pub async fn quiet(db: &Db, limit: Duration) -> Option<Duration> {
    let started = Instant::now();
    while started.elapsed() < limit {
        if left(db).await.iter().all(|(_, state, _)| state == "parked") {
            return Some(started.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    None
}
