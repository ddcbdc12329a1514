//! The running service: listener, workers and the watch on publications, until told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{clock, logs, open, stop};
use crate::config::Config;
use crate::http;
use crate::jobs::Workers;
use crate::workflow::{self, House};

/// What a process runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    Workers,
}

/// Opens everything, runs until a signal, stops in order.
pub async fn run(config: Config, part: Part) -> anyhow::Result<()> {
    logs::start(config.environment, &config.log);
    let stop = stop::on_signal()?;
    let db = open(&config).await?;
    let house = Arc::new(House::new(config, clock(), db)?);
    let listener = match part {
        Part::Whole => Some(listen(house.config.listen).await?),
        Part::Workers => None,
    };
    let workers = start_workers(&house, &stop).await?;
    if let Some(listener) = listener {
        serve(Arc::clone(&house), listener, stop.clone()).await?;
    }
    stop.cancelled().await;
    workers.drain().await;
    house.db.close().await;
    Ok(())
}

/// A listener, or a sentence that says what to change.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| anyhow::anyhow!("impossible d’écouter sur {address} ({error}) : changez HABILIS_LISTEN"))
}

/// Starts the workers and puts the recurring jobs on the calendar.
pub async fn start_workers(house: &Arc<House>, stop: &CancellationToken) -> anyhow::Result<Workers> {
    workflow::schedule(house).await?;
    workflow::watch(house).await?;
    let (db, clock, wake) = (house.db.clone(), house.clock.clone(), Arc::clone(&house.wake));
    let workers = Workers::new(db, clock, wake, stop.clone(), house.config.lease);
    let mine = Arc::clone(house);
    workers.start(house.config.workers, move |job| {
        let house = Arc::clone(&mine);
        async move { workflow::run(&house, job).await }
    });
    Ok(workers)
}

/// Serves until told to stop, then finishes the requests in flight.
pub async fn serve(house: Arc<House>, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
    house.publication.refresh(&house.db).await?;
    let watcher = {
        let (house, stop) = (Arc::clone(&house), stop.clone());
        tokio::spawn(async move { house.publication.watch(&house.db, stop).await })
    };
    // The first person to search should not wait for it.
    let warm = Arc::clone(&house);
    tokio::spawn(async move {
        if let Err(error) = fill(&warm).await {
            tracing::warn!(%error, "the queue's index was not filled: the first reading will");
        }
    });
    tracing::info!(address = %listener.local_addr()?, "listening");
    http::serve(house, listener, stop).await?;
    watcher.await?;
    Ok(())
}

async fn fill(house: &House) -> crate::store::Result<()> {
    house.queue.refresh(house.db.read().await?.cx(), house.clock.now()).await
}
