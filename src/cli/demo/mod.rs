//! `habilis demo`: the service, the simulated outside systems and a first set of requests, in one process on SQLite.
//! The requests come in by the front door; a restart finds everything as it was left.

mod body;
mod gesture;
mod guide;
mod lists;
mod moment;
mod people;
mod replay;
mod step;
mod story;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use crate::accounts::{self, NewAccount, Role};
use crate::clock::Clock;
use crate::config::{self, Config, DemoConfig};
use crate::sandbox::Sandbox;
use crate::workflow::House;

use super::{logs, open, serve, stop};

/// E-mail, name and role of the demo's accounts; all have [`PASSWORD`].
const ACCOUNTS: [(&str, &str, Role); 3] = [
    ("ada@habilis.example", "Ada Morel", Role::Instructeur),
    ("bruno@habilis.example", "Bruno Caron", Role::Instructeur),
    ("claire@habilis.example", "Claire Vidal", Role::Responsable),
];
const PASSWORD: &str = "demonstration-2026";

/// Runs the demonstration until a signal.
pub async fn run() -> anyhow::Result<ExitCode> {
    let clock = Clock::held();
    let dns = tokio::net::UdpSocket::bind("127.0.0.1:0").await?;
    let (config, sandbox) = match prepare(&clock, dns.local_addr()?) {
        Ok(prepared) => prepared?,
        Err(problems) => {
            for problem in problems {
                eprintln!("  - {problem}");
            }
            return Ok(ExitCode::from(2));
        }
    };
    logs::start(config.environment, &config.log);
    let stop = stop::on_signal()?;
    let ours = serve::listen(config.listen).await?;
    let theirs = listen(config.demo.listen, "HABILIS_SANDBOX_LISTEN").await?;
    let smtp = listen(config.demo.smtp, "HABILIS_SANDBOX_SMTP").await?;
    let db = open(&config).await?;
    let house = Arc::new(House::new(config, clock.clone(), db)?);
    let now = clock.now();
    let fresh = first_time(&house).await?;
    if fresh {
        // Before anything reads the time: what is read of the past would not be read again.
        clock.hold(Some(now - replay::LOOK_BACK));
    }

    let resolver = tokio::spawn(sandbox.dns.clone().serve(dns));
    let neighbours = tokio::spawn(sandbox.clone().serve(theirs, smtp, stop.clone()));
    let service = tokio::spawn(serve::serve(Arc::clone(&house), ours, stop.clone()));
    if fresh {
        println!("Première fois : les dernières semaines sont revécues, quelques secondes…");
        replay::replay(&house, &sandbox, now).await?;
        clock.hold(None);
    }
    let workers = serve::start_workers(&house, &stop).await?;
    let deliveries = tokio::spawn(deliver(sandbox, stop.clone()));
    guide::print(&house.config);

    stop.cancelled().await;
    workers.drain().await;
    service.await??;
    deliveries.abort();
    resolver.abort();
    neighbours.await??;
    house.db.close().await;
    Ok(ExitCode::SUCCESS)
}

type Prepared = Result<anyhow::Result<(Config, Sandbox)>, Vec<config::Problem>>;

/// The service's settings, pointed at the sandbox; the environment may move ports and folder, nothing else.
fn prepare(clock: &Clock, dns: std::net::SocketAddr) -> Prepared {
    let mut values: BTreeMap<String, String> = config::environment();
    values.retain(|name, _| name.starts_with("HABILIS_"));
    let place = Config::from_map(neighbours(values.clone(), "http://127.0.0.1:1", &[]))?;
    let url = format!("http://{}", place.listen);
    let sandbox_url = format!("http://{}", place.demo.listen);
    let sandbox = match Sandbox::persisted(clock.clone(), &url, &place.demo.folder.join("sandbox")) {
        Ok(sandbox) => sandbox,
        Err(error) => return Ok(Err(error)),
    };
    values.entry("HABILIS_LOG".into()).or_insert_with(|| "warn".into());
    values.insert("HABILIS_BASE_URL".into(), url);
    values.insert("DATABASE_URL".into(), database(&place.demo));
    let documents = place.demo.folder.join("documents");
    values.insert("HABILIS_DOCUMENTS_FOLDER".into(), documents.display().to_string());
    let mut settings = sandbox.client_settings(&sandbox_url, place.demo.smtp);
    values.remove("HABILIS_SOURCES");
    if place.demo.sources {
        settings.extend(Sandbox::source_settings(dns));
    }
    let config = Config::from_map(neighbours(values, &sandbox_url, &settings))?;
    Ok(Ok((config, sandbox)))
}

fn neighbours(
    mut values: BTreeMap<String, String>,
    url: &str,
    settings: &[(&'static str, String)],
) -> BTreeMap<String, String> {
    for name in ["HUBEE_API_URL", "HUBEE_TOKEN_URL"] {
        values.insert(name.into(), url.to_owned());
    }
    for name in ["HUBEE_CLIENT_ID", "HUBEE_CLIENT_SECRET", "DATAPASS_WEBHOOK_SECRETS"] {
        values.insert(name.into(), "bac-a-sable".into());
    }
    values.insert("HUBEE_ACTIVATION".into(), "automatic".into());
    values.insert("SMTP_URL".into(), "blackhole:".into());
    values.insert("HABILIS_ENV".into(), "development".into());
    values.insert("HABILIS_DECISIONS".into(), "here".into());
    values.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    values
}

fn database(demo: &DemoConfig) -> String {
    format!("sqlite://{}", demo.folder.join("habilis.db").display())
}

async fn listen(address: std::net::SocketAddr, key: &str) -> anyhow::Result<tokio::net::TcpListener> {
    let bound = tokio::net::TcpListener::bind(address).await;
    bound.map_err(|error| anyhow::anyhow!("impossible d’écouter sur {address} ({error}) : changez {key}"))
}

/// Makes the demo's accounts; whether they were not there yet.
async fn first_time(house: &House) -> anyhow::Result<bool> {
    let mut fresh = false;
    for (email, name, role) in ACCOUNTS {
        let new = NewAccount { email: email.into(), name: name.into(), role, password: PASSWORD.into() };
        match accounts::create(&house.db, &house.clock, new).await {
            Ok(_) => fresh = true,
            Err(accounts::CreateError::Taken) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(fresh)
}

/// DataPass's own loop: sends what waits, with its own patience.
async fn deliver(sandbox: Sandbox, stop: tokio_util::sync::CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = async { sandbox.datapass.deliver_for_ever(Duration::from_millis(300)).await; } => {}
    }
}
