//! How fast accepted requests become public pages, in front of a HubEE that takes its time: wall time against the ideal
//! of so many workers that do nothing but wait, delays from acceptance to page, and what each leaves in the database.
//! On both engines; ends with a table, and with 1 when less than nine tenths of the ideal rate is reached (G14).
//! `PROVISIONING_COUNT`, `_LATENCY_MS`, `_WORKERS` change the size; `HABILIS_TEST_DATABASE` names a PostgreSQL server.
#![allow(clippy::unwrap_used, reason = "a measure that can't be made stops")]

#[path = "support/engine.rs"]
mod engine;
#[path = "support/table.rs"]
mod table;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use habilis::clock::Clock;
use habilis::config::Config;
use habilis::domain::{Actor, What};
use habilis::jobs::Workers;
use habilis::sandbox::Sandbox;
use habilis::sandbox::datapass::{Filing, signature};
use habilis::sandbox::hubee::{Fault, FaultKind, Route, When};
use habilis::store::{Db, habilitations};
use habilis::workflow::{self, House};
use habilis::{SANDBOX_WEBHOOK_SECRET, http, paths};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use engine::Engine;
use table::{Table, Unit, say};

/// What of a wave is kept, in a table of the figures.
struct Wave {
    wall: Duration,
    calls: u64,
    /// From acceptance to page, sorted, in seconds.
    delays: Vec<f64>,
}

struct Size {
    count: usize,
    latency: Duration,
    workers: usize,
}

/// How many accept at once.
const PEOPLE: usize = 4;
/// The ideal time over the real one, at least (G14): how many times the ideal time it may take, at most.
const MOST: f64 = 1.0 / 0.9;

fn main() -> ExitCode {
    let size = Size {
        count: number("PROVISIONING_COUNT", 2000),
        latency: Duration::from_millis(number("PROVISIONING_LATENCY_MS", 200) as u64),
        workers: number("PROVISIONING_WORKERS", 64),
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let kept = runtime.block_on(async {
        let mut table = Table::default();
        measure(&size, Engine::sqlite().await.unwrap(), &mut table).await;
        match Engine::postgres().await.unwrap() {
            Some(engine) => measure(&size, engine, &mut table).await,
            None => say("PostgreSQL n’est pas mesuré : HABILIS_TEST_DATABASE ne nomme aucun serveur."),
        }
        table.print()
    });
    runtime.shutdown_background();
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure(size: &Size, engine: Engine, table: &mut Table) {
    let (name, scene) = (engine.name, Scene::open(engine, size.workers).await);
    let numbers = scene.file(size.count + 5).await;
    let hubee = &scene.sandbox.hubee;
    hubee.script(Fault { route: Route::Any, kind: FaultKind::Slow(size.latency), when: When::Always, siret: None });
    let (alone, many) = numbers.split_at(5);

    let stop = CancellationToken::new();
    let workers = scene.start(size.workers, &stop);
    let mut single = Vec::new();
    for number in alone {
        single.extend(scene.wave(std::slice::from_ref(number)).await.delays);
    }
    let before = scene.bytes().await;
    let wave = scene.wave(many).await;
    stop.cancel();
    workers.drain().await;
    let grown = scene.bytes().await.saturating_sub(before);

    let per_request = wave.calls as f64 / many.len() as f64;
    let ideal = many.len() as f64 * per_request * size.latency.as_secs_f64() / size.workers as f64;
    let wall = wave.wall.as_secs_f64();
    single.sort_by(f64::total_cmp);
    let what = format!("{} acceptations, {} de front, {per_request:.2} appels", many.len(), size.workers);
    table.at_most(name, format!("{what} : durée sur l’idéal"), Unit::Times, wall / ideal, MOST);
    table.note(name, "durée", Unit::Seconds, wall);
    table.note(name, "durée idéale", Unit::Seconds, ideal);
    table.note(name, "de l’acceptation à la page, seule : médiane", Unit::Seconds, at(&single, 50));
    table.note(name, "de l’acceptation à la page, en rafale : médiane", Unit::Seconds, at(&wave.delays, 50));
    table.note(name, "de l’acceptation à la page, en rafale : 95 %", Unit::Seconds, at(&wave.delays, 95));
    table.note(name, "base, par habilitation acceptée", Unit::Kilobytes, grown as f64 / 1024.0 / many.len() as f64);
    scene.close().await;
}

fn at(sorted: &[f64], percent: usize) -> f64 {
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "a bench has no config: its size is in the environment")]
fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

fn number(name: &str, usual: usize) -> usize {
    text(name).and_then(|text| text.parse().ok()).unwrap_or(usual)
}

struct Scene {
    sandbox: Sandbox,
    house: Arc<House>,
    db: Db,
    engine: Engine,
    webhook: String,
    serving: CancellationToken,
}

impl Scene {
    async fn open(engine: Engine, workers: usize) -> Self {
        let bind = async || TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (ours, theirs, smtp) = (bind().await, bind().await, bind().await);
        let url = format!("http://{}", ours.local_addr().unwrap());
        let sandbox = Sandbox::new(Clock::System, &url);
        let sandbox_url = format!("http://{}", theirs.local_addr().unwrap());
        let mut settings: BTreeMap<String, String> = BTreeMap::from([
            ("HABILIS_BASE_URL".into(), url.clone()),
            ("DATABASE_URL".into(), engine.url.clone()),
            ("HUBEE_ACTIVATION".into(), "automatic".into()),
            ("HABILIS_WORKERS".into(), workers.to_string()),
        ]);
        let neighbours = sandbox.client_settings(&sandbox_url, smtp.local_addr().unwrap());
        settings.extend(neighbours.into_iter().map(|(name, value)| (name.to_owned(), value)));
        // HubEE is what is measured.
        settings.insert("SMTP_URL".into(), "blackhole:".into());
        settings.remove("SIRENE_API_KEY");
        let db = engine.db.clone();
        let house = Arc::new(House::new(Config::from_map(settings).unwrap(), Clock::System, db.clone()).unwrap());
        let serving = CancellationToken::new();
        tokio::spawn(sandbox.clone().serve(theirs, smtp, serving.clone()));
        let (watching, stop) = (Arc::clone(&house), serving.clone());
        tokio::spawn(async move { watching.publication.watch(&watching.db, stop).await });
        let router = http::router(Arc::clone(&house)).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(axum::serve(ours, router).with_graceful_shutdown(serving.clone().cancelled_owned()).into_future());
        let webhook = format!("{url}{}", paths::WEBHOOK);
        Self { sandbox, house, db, engine, webhook, serving }
    }

    fn start(&self, workers: usize, stop: &CancellationToken) -> Workers {
        let (house, wake) = (Arc::clone(&self.house), Arc::clone(&self.house.wake));
        let lease = chrono::Duration::seconds(60);
        let started = Workers::new(self.db.clone(), Clock::System, wake, stop.clone(), lease);
        started.start(workers, move |job| {
            let house = Arc::clone(&house);
            async move { workflow::run(&house, job).await }
        });
        started
    }

    /// Requests of as many communes, delivered and taken in. Answers their numbers.
    async fn file(&self, count: usize) -> Vec<i64> {
        let datapass = &self.sandbox.datapass;
        let numbers: Vec<i64> = (0..count).map(|n| datapass.create(filing(n))).collect();
        for number in &numbers {
            datapass.submit(*number).unwrap();
        }
        let client = reqwest::Client::new();
        let submissions: Vec<String> =
            datapass.deliveries().into_iter().filter(|one| one.event == "submit").map(|one| one.body).collect();
        for batch in submissions.chunks(200) {
            let posted = batch.iter().map(|body| {
                let request = client.post(&self.webhook).header("content-type", "application/json").body(body.clone());
                tokio::spawn(
                    request.header("x-hub-signature-256", signature(SANDBOX_WEBHOOK_SECRET, body.as_bytes())).send(),
                )
            });
            for sent in posted.collect::<Vec<_>>() {
                assert!(sent.await.unwrap().unwrap().status().is_success());
            }
        }
        workflow::drain(&self.house).await.unwrap();
        numbers
    }

    /// Accepts each, as fast as it goes, and waits until all are public.
    async fn wave(&self, numbers: &[i64]) -> Wave {
        let calls = self.sandbox.hubee.traffic().calls;
        let (started, mut accepted) = (Instant::now(), BTreeMap::new());
        let mut people = Vec::new();
        for turn in 0..PEOPLE.min(numbers.len()) {
            let mine: Vec<i64> = numbers.iter().skip(turn).step_by(PEOPLE).copied().collect();
            let (house, db) = (Arc::clone(&self.house), self.db.clone());
            people.push(tokio::spawn(async move { accept(&house, &db, mine).await }));
        }
        for one in people {
            accepted.extend(one.await.unwrap());
        }
        let opened = loop {
            let opened: BTreeMap<i64, DateTime<Utc>> = self.opened().await;
            if numbers.iter().all(|number| opened.contains_key(number)) {
                break opened;
            }
            assert!(started.elapsed() < Duration::from_secs(900), "{} of {} opened", opened.len(), numbers.len());
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let wall = started.elapsed();
        let delay = |number: &i64| (opened[number] - accepted[number]).num_milliseconds() as f64 / 1000.0;
        let mut delays: Vec<f64> = numbers.iter().map(delay).collect();
        delays.sort_by(f64::total_cmp);
        Wave { wall, calls: self.sandbox.hubee.traffic().calls - calls, delays }
    }

    async fn opened(&self) -> BTreeMap<i64, DateTime<Utc>> {
        const SQL: &str = "select datapass_id, opened_at from provisioning where opened_at is not null";
        let rows: Vec<(i64, DateTime<Utc>)> = match &self.db {
            Db::Sqlite { reader, .. } => sqlx::query_as(SQL).fetch_all(reader).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_as(SQL).fetch_all(pool).await.unwrap(),
        };
        rows.into_iter().collect()
    }

    /// What the database weighs, its journal folded in.
    async fn bytes(&self) -> u64 {
        match &self.db {
            Db::Sqlite { writer, .. } => {
                sqlx::query("pragma wal_checkpoint(truncate)").execute(writer).await.unwrap();
                std::fs::metadata(self.engine.url.trim_start_matches("sqlite://")).unwrap().len()
            }
            Db::Postgres(pool) => {
                let size: (i64,) =
                    sqlx::query_as("select pg_database_size(current_database())").fetch_one(pool).await.unwrap();
                size.0.unsigned_abs()
            }
        }
    }

    async fn close(self) {
        self.serving.cancel();
        self.engine.remove().await.unwrap();
    }
}

/// Somebody accepts these, one after the other; answers when.
async fn accept(house: &House, db: &Db, numbers: Vec<i64>) -> Vec<(i64, DateTime<Utc>)> {
    let mut accepted = Vec::new();
    for number in numbers {
        let read = habilitations::by_datapass_id(db.read().await.unwrap().cx(), number).await.unwrap().unwrap();
        let by = Actor::Instructeur { id: uuid::Uuid::nil(), name: "Ada".into() };
        workflow::decide(house, read.id, read.version, by, What::Accept { comment: None }).await.unwrap();
        accepted.push((number, Clock::System.now()));
    }
    accepted
}

/// The `n`-th commune: nobody's twin, and valid in every check.
fn filing(n: usize) -> Filing {
    let (departement, town) = (1 + n / 400 % 18, 1 + n % 400);
    let siren = with_key(&format!("21{departement:02}0{town:03}"));
    let mut filing = Filing::example();
    filing.siret = with_key(&format!("{siren}0001"));
    filing.organisation = format!("COMMUNE DE SAINTE-MESURE-{n}");
    filing.cog = format!("{departement:02}{town:03}");
    filing.postal_code = filing.cog.clone();
    filing.town = format!("SAINTE-MESURE-{n}");
    filing.applicant.email = format!("agent.{n}@mairie-mesure-{n}.fr");
    filing
}

/// With Luhn's check digit at its end.
fn with_key(digits: &str) -> String {
    let doubled = |(rank, digit): (usize, u32)| if rank % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit };
    let sum: u32 = digits.chars().rev().filter_map(|c| c.to_digit(10)).enumerate().map(doubled).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
