//! Pages of whole lists: the room beside the statement that would read them, then the page that an instructeur reads, through
//! the router and with a session, beside all the SQL that it would need.

use anyhow::{Result, ensure};
use habilis::accounts::fingerprint;
use habilis::instruction::queue::{Filter, From, Place, Tab, list};
use habilis::store::{Conn, accounts, habilitations, queue, sessions};

use super::support::samples::{Samples, alone, in_turn};
use super::support::table::{Table, Unit};
use super::{PAGE, ROUNDS, Scene, bare, filter, requests};

/// Samples of a round.
const TIMES: usize = 200;

const LISTS: [(&str, &str); 5] = [
    ("à instruire", "onglet=a-instruire"),
    ("en retard", "onglet=en-retard"),
    ("en service", "onglet=en-service"),
    ("toutes", "onglet=toutes"),
    ("à moi", "onglet=a-instruire&qui=moi"),
];

pub async fn measure(scene: &Scene, table: &mut Table) -> Result<()> {
    for (name, query) in LISTS {
        let (ours, theirs) = beside(scene, &filter(query), From::Start).await?;
        say(scene, table, name, &ours, &theirs);
    }
    let middle = From::After(Place { due_on: None, datapass_id: requests::FIRST + 100_000 });
    let (ours, theirs) = beside(scene, &filter("onglet=toutes"), middle).await?;
    say(scene, table, "toutes, au milieu", &ours, &theirs);
    over_http(scene, table).await
}

fn say(scene: &Scene, table: &mut Table, name: &str, ours: &Samples, theirs: &Samples) {
    table.at_most(scene.engine, format!("liste « {name} » / SQL nu, p50"), Unit::Times, ours.ratio(theirs, 50), 2.0);
    table.at_most(scene.engine, format!("liste « {name} » / SQL nu, p99"), Unit::Times, ours.ratio(theirs, 99), 3.0);
}

/// The room's page, beside what would be asked of the database.
async fn beside(scene: &Scene, asked: &Filter, from: From) -> Result<(Samples, Samples)> {
    let service = &scene.house.service;
    let mut conn = service.db.read().await?;
    let ours = async || {
        list(service.db.read().await?.cx(), &service.queue, asked, scene.asking(), from, PAGE).await?;
        Ok(())
    };
    let theirs = async || lines(scene, &mut conn, asked, from).await;
    in_turn(ROUNDS, TIMES, ours, theirs).await
}

async fn lines(scene: &Scene, conn: &mut Conn, asked: &Filter, from: From) -> Result<()> {
    let mine = asked.who.map(|_| scene.me);
    let limit = i64::try_from(PAGE)? + 1;
    let rows = bare::page(conn, asked.tab, mine, from, limit, scene.asking().today).await?;
    ensure!(mine.is_some() || rows.len() > PAGE, "a page is not full");
    Ok(())
}

async fn changed(scene: &Scene, conn: &mut Conn) -> Result<()> {
    queue::since(conn.cx(), scene.asking().now - chrono::Duration::seconds(2)).await?;
    Ok(())
}

async fn over_http(scene: &Scene, table: &mut Table) -> Result<()> {
    let service = &scene.house.service;
    let mut conn = service.db.read().await?;
    let owed = Filter::of(Tab::ToInstruct);
    let read = alone(ROUNDS, TIMES, async || changed(scene, &mut conn).await).await?;
    table.at_most(scene.engine, "G11 SQL d’une page (ce qui a changé), p99", Unit::Milliseconds, read.calmest(99), 0.2);
    let sql = alone(ROUNDS, TIMES, async || lines(scene, &mut conn, &owed, From::Start).await).await?;
    table.note(scene.engine, "SQL nu d’une page, p50", Unit::Milliseconds, sql.calmest(50));

    let mut client = scene.house.logged_in()?;
    let session = fingerprint(client.cookie());
    let ours = async || page(client.page("/instruction?onglet=a-instruire")?);
    let theirs = async || everything(scene, &mut conn, &session).await;
    let (ours, theirs) = in_turn(ROUNDS, TIMES, ours, theirs).await?;
    table.at_most(scene.engine, "page HTTP / tout son SQL nu, p50", Unit::Times, ours.ratio(&theirs, 50), 2.0);
    table.at_most(scene.engine, "page HTTP / tout son SQL nu, p99", Unit::Times, ours.ratio(&theirs, 99), 3.0);
    let (p50, limit) = (ours.calmest(50), 0.15 + 5.0 * sql.calmest(50));
    table.at_most(scene.engine, "G11 page HTTP, p50, seul", Unit::Milliseconds, p50, limit);
    let floor = scene.house.crowd(ROUNDS, 100, &["/healthz"])?;
    table.note(scene.engine, "plancher HTTP à 8 (/healthz), p99", Unit::Milliseconds, floor.calmest(99));
    let paths = LISTS.map(|(_, query)| format!("/instruction?{query}"));
    let crowd = scene.house.crowd(ROUNDS, 100, &paths)?;
    table.at_most(scene.engine, "G11 pages HTTP à 8, p99", Unit::Milliseconds, crowd.calmest(99), 5.0);
    table.note(scene.engine, "pages HTTP à 8, p50", Unit::Milliseconds, crowd.calmest(50));
    Ok(())
}

fn page(text: &str) -> Result<()> {
    ensure!(text.matches("data-habilis-line").count() == PAGE, "not a full page");
    Ok(())
}

/// All that a page needs, its lines read by their index, one statement after the other. Its counts are left out: they alone
/// would cost more than everything else.
async fn everything(scene: &Scene, conn: &mut Conn, session: &str) -> Result<()> {
    ensure!(sessions::load(conn.cx(), session, scene.asking().now).await?.is_some(), "no session");
    accounts::by_id(conn.cx(), scene.me).await?;
    lines(scene, conn, &Filter::of(Tab::ToInstruct), From::Start).await?;
    queue::people(conn.cx(), ["instructeur", "responsable"]).await?;
    habilitations::to_report_count(conn.cx()).await?;
    Ok(())
}
