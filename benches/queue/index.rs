//! The lines in memory themselves: what they weigh, how long they take to fill, and what it costs to follow a house where
//! thousands of requests were written within the last minute.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use habilis::instruction::queue::{From, list};
use habilis::store::habilitations;
use habilis::store::queue::{Checked, after, set_checks};

use super::support::memory::resident;
use super::support::samples::{alone, milliseconds};
use super::support::table::{Table, Unit};
use super::{PAGE, ROUNDS, Scene, filter, requests};

/// Requests written within a minute, as when rules change and all is checked again.
const CHANGED: u64 = 5_000;

pub async fn fill(scene: &Scene, table: &mut Table) -> Result<()> {
    let service = &scene.house.service;
    let (before, start) = (resident(), Instant::now());
    service.queue.refresh(service.db.read().await?.cx(), service.clock.now()).await?;
    let took = milliseconds(start);
    if let (Some(before), Some(after)) = (before, resident()) {
        let grown = after - before;
        table.at_most(scene.engine, "lignes en mémoire : poids (croissance)", Unit::Megabytes, grown, 160.0);
    }
    let bare = alone(3, 1, async || read(scene).await).await?.calmest(50);
    table.note(scene.engine, "lignes en mémoire : remplissage", Unit::Seconds, took / 1_000.0);
    table.at_most(scene.engine, "remplissage / SQL nu", Unit::Times, took / bare, 3.0);
    Ok(())
}

/// The same rows, read and forgotten.
async fn read(scene: &Scene) -> Result<()> {
    let mut conn = scene.house.service.db.read().await?;
    let mut number = i64::MIN;
    while let Some(last) = after(conn.cx(), number, 1_000).await?.last() {
        number = last.datapass_id;
    }
    Ok(())
}

pub async fn follow(scene: &Scene, table: &mut Table) -> Result<()> {
    let service = &scene.house.service;
    let asked = filter("");
    let page = async || {
        list(service.db.read().await?.cx(), &service.queue, &asked, scene.asking(), From::Start, PAGE).await?;
        Ok(())
    };
    write(scene).await?;
    let first = alone(1, 1, page).await?;
    table.note(scene.engine, "première page après 5 000 écritures", Unit::Milliseconds, first.calmest(50));
    let next = alone(ROUNDS, 50, page).await?;
    table.at_most(scene.engine, "pages de la minute qui suit, p99", Unit::Milliseconds, next.calmest(99), 5.0);
    Ok(())
}

async fn write(scene: &Scene) -> Result<()> {
    let service = &scene.house.service;
    let mut tx = service.db.begin().await?;
    for rank in 0..CHANGED {
        let case = requests::case(rank * 40, service.clock.now());
        // Its key holds the time, and ours went on since it was written.
        let number = case.habilitation.datapass_id;
        let one = habilitations::by_datapass_id(tx.cx(), number).await?.context("a request is missing")?;
        let said = Checked { overridden: 1, ..case.checks.unwrap_or_default() };
        ensure!(set_checks(tx.cx(), one.id, one.version, &said, service.clock.now()).await?, "a request moved");
    }
    Ok(tx.commit().await?)
}
