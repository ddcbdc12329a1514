//! The queue among 200,000 requests, on both engines: pages, words, filters and counts, in the room and over HTTP, each
//! beside its SQL run bare in the same minute. Ends with a table, and with 1 when a limit is missed.

mod bare;
mod counters;
mod dice;
mod index;
mod load;
mod names;
mod pages;
mod requests;
mod search;
#[path = "../support/mod.rs"]
mod support;

use std::time::Instant;

use anyhow::Result;
use habilis::clock::Clock;
use habilis::instruction::queue::{Asking, Filter};

use support::engine::Engine;
use support::house::House;
use support::samples::milliseconds;
use support::table::{Table, Unit, say};

/// Rounds of each measure.
const ROUNDS: usize = 5;
/// Lines of a page.
const PAGE: usize = 25;

/// What every measure is given.
pub struct Scene {
    /// Name of the engine, as the table shows it.
    pub engine: &'static str,
    pub house: House,
    /// Somebody in charge of some requests: who asks in the room.
    pub me: uuid::Uuid,
}

impl Scene {
    /// Who asks, now.
    pub fn asking(&self) -> Asking {
        let clock = &self.house.service.clock;
        Asking { me: self.me, now: clock.now(), today: clock.today() }
    }
}

/// A filter, as an address says it.
pub fn filter(query: &str) -> Filter {
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    Filter::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<std::process::ExitCode> {
    let mut table = Table::default();
    measure(Engine::sqlite().await?, &mut table).await?;
    match Engine::postgres().await? {
        Some(engine) => measure(engine, &mut table).await?,
        None => say("PostgreSQL n’est pas mesuré : HABILIS_TEST_DATABASE ne nomme aucun serveur."),
    }
    Ok(if table.print() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE })
}

async fn measure(engine: Engine, table: &mut Table) -> Result<()> {
    let start = Instant::now();
    load::load(&engine.db, Clock::System.now()).await?;
    let loaded = milliseconds(start) / 1_000.0;
    table.at_most(engine.name, "200 000 demandes écrites", Unit::Seconds, loaded, 90.0);
    let house = House::open(&engine).await?;
    house.instructeur().await?;
    let (me, _) = requests::colleagues().swap_remove(0);
    let scene = Scene { engine: engine.name, house, me };
    index::fill(&scene, table).await?;
    if asked("pages") {
        pages::measure(&scene, table).await?;
    }
    if asked("counters") {
        counters::measure(&scene, table).await?;
    }
    if asked("search") {
        search::measure(&scene, table).await?;
    }
    if asked("index") {
        index::follow(&scene, table).await?;
    }
    drop(scene);
    engine.remove().await
}

/// Whether this is measured: everything, or what the command line names. Cargo adds `--bench`.
fn asked(what: &str) -> bool {
    let mut named = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).peekable();
    named.peek().is_none() || named.any(|name| name == what)
}
