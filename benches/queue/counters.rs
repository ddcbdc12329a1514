//! The counts of the tabs, from the index in memory, beside the statement that would count them.

use anyhow::{Result, ensure};
use habilis::instruction::queue::From;

use super::support::samples::{alone, in_turn};
use super::support::table::{Table, Unit};
use super::{ROUNDS, Scene, bare, filter, requests};

pub async fn measure(scene: &Scene, table: &mut Table) -> Result<()> {
    let service = &scene.house.service;
    let mut conn = service.db.read().await?;
    let all = filter("onglet=toutes");
    let ours = async || {
        let asking = scene.asking();
        service.queue.refresh(service.db.read().await?.cx(), asking.now).await?;
        let found = service.queue.find(&all, asking.me, asking.today, From::Start, 0).await;
        ensure!(found.totals[6] == requests::COUNT, "a request is missing");
        Ok(())
    };
    let count = i64::try_from(requests::COUNT)?;
    let theirs = async || {
        ensure!(bare::counts(&mut conn, "1 = 1", scene.asking().today).await? == count, "a request is missing");
        Ok(())
    };
    let many = alone(ROUNDS, 100, ours).await?;
    table.at_most(scene.engine, "G13 compteurs, p99", Unit::Milliseconds, many.calmest(99), 1.0);
    let (ours, theirs) = in_turn(ROUNDS, 4, ours, theirs).await?;
    table.at_most(scene.engine, "compteurs / SQL nu, p50", Unit::Times, ours.ratio(&theirs, 50), 2.0);
    table.at_most(scene.engine, "compteurs / SQL nu, p99", Unit::Times, ours.ratio(&theirs, 99), 3.0);
    Ok(())
}
