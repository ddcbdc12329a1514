//! The registers loaded from files: editions, élus, DPDs. An edition is loaded beside the one that is read, in small
//! transactions that keep nobody waiting, then takes its place in one; rows of others are nobody's and go little by little.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Cx, Db, Result};
use crate::domain::sources::{DpdDeclaration, Elected};

/// An edition as kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Edition {
    pub id: Uuid,
    pub dated: NaiveDate,
    pub loaded_at: DateTime<Utc>,
    pub row_count: i64,
}

/// The name of the register of élus, and of the CNIL's list.
pub const RNE: &str = "rne";
pub const CNIL: &str = "cnil";

/// How many rows go at once.
const SWEEP: i64 = 2000;

/// The edition that is read.
pub async fn current(cx: Cx<'_>, source: &str) -> Result<Option<Edition>> {
    Ok(fetch_optional!(
        cx,
        Edition,
        "select id, dated, loaded_at, row_count from source_edition where source = $1 and state = 'current'",
        source
    )?)
}

/// Those that are read, whatever their source.
pub async fn editions(cx: Cx<'_>) -> Result<Vec<Uuid>> {
    let sql = "select id from source_edition where state = 'current' order by source";
    Ok(fetch_all!(cx, (Uuid,), sql)?.into_iter().map(|(id,)| id).collect())
}

/// Opens an edition, not read yet.
pub async fn open(cx: Cx<'_>, source: &str, dated: NaiveDate, now: DateTime<Utc>) -> Result<Uuid> {
    let id = Uuid::now_v7();
    execute!(
        cx,
        "insert into source_edition (id, source, dated, loaded_at, row_count, state) \
         values ($1, $2, $3, $4, 0, 'loading')",
        id,
        source,
        dated,
        now
    )?;
    Ok(id)
}

/// `($1, $2), ($3, $4)…` for so many rows of so many columns.
fn places(rows: usize, columns: usize) -> String {
    let row = |rank: usize| {
        let marks: Vec<String> = (1..=columns).map(|column| format!("${}", rank * columns + column)).collect();
        format!("({})", marks.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// Adds élus to an edition: commune code, and who.
pub async fn add_elected(cx: Cx<'_>, edition: Uuid, rows: &[(String, Elected)]) -> Result<()> {
    let places = places(rows.len(), 5);
    let sql = format!("insert into elected_official (edition_id, commune, family, given, function) values {places}");
    on!(cx, conn => {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (commune, who) in rows {
            query = query.bind(edition).bind(commune).bind(&who.family).bind(&who.given).bind(who.function.as_deref());
        }
        query.execute(conn).await.map(|_| ())
    })?;
    Ok(())
}

/// Adds declarations to an edition: SIREN of the body, and what it declared.
pub async fn add_declarations(cx: Cx<'_>, edition: Uuid, rows: &[(String, DpdDeclaration)]) -> Result<()> {
    let sql = format!(
        "insert into dpd_declaration (edition_id, siren, name, organisation, organisation_siren, email, since) \
         values {}",
        places(rows.len(), 7)
    );
    on!(cx, conn => {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (siren, said) in rows {
            query = query.bind(edition).bind(siren).bind(&said.name).bind(said.organisation.as_deref());
            query = query.bind(said.organisation_siren.as_deref()).bind(said.email.as_deref()).bind(said.since);
        }
        query.execute(conn).await.map(|_| ())
    })?;
    Ok(())
}

/// The edition becomes the one that is read, instead of the other.
pub async fn publish(mut cx: Cx<'_>, source: &str, edition: Uuid, row_count: i64) -> Result<()> {
    execute!(cx.cx(), "update source_edition set state = 'past' where source = $1 and state = 'current'", source)?;
    execute!(cx, "update source_edition set state = 'current', row_count = $2 where id = $1", edition, row_count)?;
    Ok(())
}

/// Removes what no edition that is read holds: past ones, and those whose loading was given up. Not to be run while
/// another edition of the source is being loaded.
pub async fn sweep(db: &Db, source: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    let stale =
        fetch_all!(tx.cx(), (Uuid,), "select id from source_edition where source = $1 and state <> 'current'", source)?;
    tx.rollback().await?;
    for (edition,) in stale {
        while sweep_some(db, edition).await? {}
        let mut tx = db.begin().await?;
        execute!(tx.cx(), "delete from source_edition where id = $1 and state <> 'current'", edition)?;
        tx.commit().await?;
    }
    Ok(())
}

/// `false` when nothing is left.
async fn sweep_some(db: &Db, edition: Uuid) -> Result<bool> {
    let mut tx = db.begin().await?;
    let elected = execute!(
        tx.cx(),
        "delete from elected_official where edition_id = $1 and commune in \
         (select commune from elected_official where edition_id = $1 limit $2)",
        edition,
        SWEEP
    )?;
    let declared = execute!(
        tx.cx(),
        "delete from dpd_declaration where edition_id = $1 and siren in \
         (select siren from dpd_declaration where edition_id = $1 limit $2)",
        edition,
        SWEEP
    )?;
    tx.commit().await?;
    Ok(elected + declared > 0)
}

/// Élus of a commune in the edition that is read; its date with them, even when there is none.
pub async fn elected(mut cx: Cx<'_>, commune: &str) -> Result<Option<(Edition, Vec<Elected>)>> {
    let Some(edition) = current(cx.cx(), RNE).await? else { return Ok(None) };
    let rows = fetch_all!(
        cx,
        (String, String, Option<String>),
        "select family, given, function from elected_official where edition_id = $1 and commune = $2 limit 400",
        edition.id,
        commune
    )?;
    let elected = rows.into_iter().map(|(family, given, function)| Elected { family, given, function }).collect();
    Ok(Some((edition, elected)))
}

/// What a body declared to the CNIL in the edition that is read, newest first.
pub async fn declarations(mut cx: Cx<'_>, siren: &str) -> Result<Option<(Edition, Vec<DpdDeclaration>)>> {
    type Row = (String, Option<String>, Option<String>, Option<String>, Option<NaiveDate>);
    let Some(edition) = current(cx.cx(), CNIL).await? else { return Ok(None) };
    let rows = fetch_all!(
        cx,
        Row,
        "select name, organisation, organisation_siren, email, since from dpd_declaration \
         where edition_id = $1 and siren = $2 order by since desc limit 20",
        edition.id,
        siren
    )?;
    let read = |(name, organisation, organisation_siren, email, since)| DpdDeclaration {
        name,
        organisation,
        organisation_siren,
        email,
        since,
    };
    Ok(Some((edition, rows.into_iter().map(read).collect())))
}
