//! Words and filters: ours, over the index in memory, beside the scans that the database would make of them.

use anyhow::Result;
use habilis::instruction::queue::{From, list};

use super::support::samples::{Samples, alone, in_turn};
use super::support::table::{Table, Unit};
use super::{PAGE, ROUNDS, Scene, bare, filter};

/// What is looked for, and why.
const TERMS: [(&str, &str); 7] = [
    ("rare", "D61234"),
    ("SIREN", "210012348"),
    ("au milieu d’un mot", "oeuill"),
    ("deux mots", "etienne+garnier"),
    ("fin d’adresse", "@mairie-saint-etienne.fr"),
    ("courant", "marie"),
    ("absent", "zzyzx"),
];

/// Filters, and the same as a condition.
const FILTERS: [(&str, &str, &str); 4] = [
    ("département", "onglet=toutes&departement=38", "h.departement = '38'"),
    ("points bloquants", "onglet=toutes&controles=bloquants", "h.checks_blocking > 0"),
    ("à personne", "onglet=toutes&qui=personne", "h.assignee_id is null"),
    ("deux à la fois", "onglet=toutes&departement=73&etat=refused", "h.departement = '73' and h.state = 'refused'"),
];

pub async fn measure(scene: &Scene, table: &mut Table) -> Result<()> {
    let scan = scan(scene).await?.calmest(50);
    table.note(scene.engine, "recherche naïve (parcours de la table), p50", Unit::Milliseconds, scan);
    for (name, words) in TERMS {
        let found = room(scene, &format!("q={words}"), 40).await?;
        let ratio = found.calmest(99) / scan;
        table.at_most(scene.engine, format!("G12 mot {name} / parcours, p99 sur p50"), Unit::Times, ratio, 1.0 / 50.0);
    }
    let mut worst = 0.0_f64;
    for (_, words) in TERMS {
        worst = worst.max(scene.house.crowd(ROUNDS, 30, &[format!("/instruction?q={words}")])?.calmest(99));
    }
    table.at_most(scene.engine, "G12 recherche HTTP à 8, p99 du pire mot", Unit::Milliseconds, worst, 10.0);
    filters(scene, table).await
}

async fn filters(scene: &Scene, table: &mut Table) -> Result<()> {
    let service = &scene.house.service;
    let mut conn = service.db.read().await?;
    for (name, query, condition) in FILTERS {
        let asked = filter(query);
        let ours = async || {
            list(service.db.read().await?.cx(), &service.queue, &asked, scene.asking(), From::Start, PAGE).await?;
            Ok(())
        };
        let theirs = async || {
            bare::lines(&mut conn, condition, i64::try_from(PAGE)? + 1).await?;
            bare::counts(&mut conn, condition, scene.asking().today).await?;
            Ok(())
        };
        let (ours, theirs) = in_turn(3, 3, ours, theirs).await?;
        table.at_most(
            scene.engine,
            format!("filtre « {name} » / SQL nu, p50"),
            Unit::Times,
            ours.ratio(&theirs, 50),
            2.0,
        );
        table.at_most(
            scene.engine,
            format!("filtre « {name} » / SQL nu, p99"),
            Unit::Times,
            ours.ratio(&theirs, 99),
            3.0,
        );
    }
    let paths = FILTERS.map(|(_, query, _)| format!("/instruction?{query}"));
    let crowd = scene.house.crowd(ROUNDS, 40, &paths)?;
    table.at_most(scene.engine, "listes filtrées HTTP à 8, p99", Unit::Milliseconds, crowd.calmest(99), 10.0);
    Ok(())
}

/// The room's answer, alone: its scan would have to wait for the other's.
async fn room(scene: &Scene, query: &str, times: usize) -> Result<Samples> {
    let (service, asked) = (&scene.house.service, filter(query));
    alone(ROUNDS, times, async || {
        list(service.db.read().await?.cx(), &service.queue, &asked, scene.asking(), From::Start, PAGE).await?;
        Ok(())
    })
    .await
}

/// The whole table read for a word that is nowhere.
async fn scan(scene: &Scene) -> Result<Samples> {
    let service = &scene.house.service;
    let condition = bare::naive(&service.db, "zzyzx").await?;
    let mut conn = service.db.read().await?;
    alone(3, 2, async || {
        bare::lines(&mut conn, &condition, 26).await?;
        Ok(())
    })
    .await
}
