//! Room: registers published as files, loaded by hand. The register of élus (name, commune and office alone: never a birth
//! date) and the CNIL's list of bodies that designated a DPD. An edition replaces the previous one whole, and only when it
//! is plausible.

mod cnil;
mod rne;
mod table;

use std::path::PathBuf;

use chrono::NaiveDate;

use crate::clock::Clock;
use crate::store::jobs::{self, NewJob};
use crate::store::registers as store;
use crate::store::{self as base, Db};

pub use table::Unreadable;

/// Rows sent to the database at once.
const BATCH: usize = 200;
/// A first edition with fewer rows is a part of a file, or another file.
const FEWEST_ELECTED: u64 = 30_000;
const FEWEST_DECLARED: u64 = 10_000;
/// Of a hundred rows, those that may be wrong.
const WRONG_OF_A_HUNDRED: u64 = 1;

/// What to load.
#[derive(Clone, Debug)]
pub struct Files {
    pub files: Vec<PathBuf>,
    /// What is to be done once the edition is read, kept with it.
    pub then: NewJob,
    /// Day of the edition.
    pub dated: NaiveDate,
    /// Take fewer rows than are expected.
    pub partial: bool,
}

/// What was loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    pub rows: u64,
    /// Lines left aside, and the first reasons with their numbers.
    pub wrong: u64,
    pub reasons: Vec<String>,
}

/// Why the previous edition is still the one that is read.
#[derive(Debug, thiserror::Error)]
pub enum NotLoaded {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("{0}")]
    Implausible(String),
    #[error(transparent)]
    Store(#[from] base::Error),
}

/// Loads the register of élus: maires and, if given, councillors.
///
/// # Errors
/// [`NotLoaded`]; what was read before is still read.
pub async fn load_elected(db: &Db, clock: &Clock, files: &Files) -> Result<Loaded, NotLoaded> {
    let edition = begin(db, clock, store::RNE, files).await?;
    let loaded = stage_elected(db, edition, files).await;
    end(db, clock, edition, loaded, &Expected { source: store::RNE, fewest: FEWEST_ELECTED, files }).await
}

async fn stage_elected(db: &Db, edition: uuid::Uuid, files: &Files) -> Result<Loaded, NotLoaded> {
    let mut loaded = Loaded::default();
    for path in &files.files {
        let mut reading = rne::Reading::open(path)?;
        loop {
            let rows = reading.batch(BATCH, &mut loaded)?;
            if rows.is_empty() {
                break;
            }
            let mut tx = db.begin().await?;
            store::add_elected(tx.cx(), edition, &rows).await?;
            tx.commit().await?;
        }
    }
    Ok(loaded)
}

/// Loads the CNIL's list.
///
/// # Errors
/// [`NotLoaded`]; what was read before is still read.
pub async fn load_declared(db: &Db, clock: &Clock, files: &Files) -> Result<Loaded, NotLoaded> {
    let edition = begin(db, clock, store::CNIL, files).await?;
    let loaded = stage_declared(db, edition, files).await;
    end(db, clock, edition, loaded, &Expected { source: store::CNIL, fewest: FEWEST_DECLARED, files }).await
}

async fn stage_declared(db: &Db, edition: uuid::Uuid, files: &Files) -> Result<Loaded, NotLoaded> {
    let mut loaded = Loaded::default();
    for path in &files.files {
        let mut reading = cnil::Reading::open(path)?;
        loop {
            let rows = reading.batch(BATCH, &mut loaded)?;
            if rows.is_empty() {
                break;
            }
            let mut tx = db.begin().await?;
            store::add_declarations(tx.cx(), edition, &rows).await?;
            tx.commit().await?;
        }
    }
    Ok(loaded)
}

/// Clears what an interrupted loading left, then opens an edition that nobody reads yet.
async fn begin(db: &Db, clock: &Clock, source: &str, files: &Files) -> base::Result<uuid::Uuid> {
    store::sweep(db, source).await?;
    let mut tx = db.begin().await?;
    let edition = store::open(tx.cx(), source, files.dated, clock.now()).await?;
    tx.commit().await?;
    Ok(edition)
}

/// What an edition is held to.
struct Expected<'a> {
    source: &'a str,
    /// Rows of a first one.
    fewest: u64,
    files: &'a Files,
}

/// What was staged takes the place of the previous edition, in one transaction, if it is plausible; else it goes at once.
async fn end(
    db: &Db,
    clock: &Clock,
    edition: uuid::Uuid,
    staged: Result<Loaded, NotLoaded>,
    expected: &Expected<'_>,
) -> Result<Loaded, NotLoaded> {
    let taken = match staged {
        Ok(loaded) => publish(db, clock, edition, loaded, expected).await,
        Err(why) => Err(why),
    };
    // Whatever is not read any more, or never will be.
    store::sweep(db, expected.source).await?;
    taken
}

async fn publish(
    db: &Db,
    clock: &Clock,
    edition: uuid::Uuid,
    loaded: Loaded,
    expected: &Expected<'_>,
) -> Result<Loaded, NotLoaded> {
    let Expected { source, fewest, files } = expected;
    let mut conn = db.read().await?;
    let previous = store::current(conn.cx(), source).await?.map_or(0, |edition| edition.row_count.unsigned_abs());
    drop(conn);
    if let Some(why) = implausible(&loaded, previous, *fewest, files.partial) {
        return Err(NotLoaded::Implausible(why));
    }
    let mut tx = db.begin().await?;
    store::publish(tx.cx(), source, edition, i64::try_from(loaded.rows).unwrap_or(i64::MAX)).await?;
    jobs::enqueue(tx.cx(), &files.then, clock.now()).await?;
    tx.commit().await?;
    Ok(loaded)
}

fn implausible(loaded: &Loaded, previous: u64, fewest: u64, partial: bool) -> Option<String> {
    let Loaded { rows, wrong, reasons } = loaded;
    let listed = if reasons.is_empty() { String::new() } else { format!(" :\n  - {}", reasons.join("\n  - ")) };
    if *rows == 0 {
        return Some(format!("aucune ligne utilisable dans le fichier{listed}"));
    }
    if wrong * 100 > (rows + wrong) * WRONG_OF_A_HUNDRED {
        return Some(format!("{wrong} lignes illisibles sur {}, c’est trop{listed}", rows + wrong));
    }
    if partial {
        return None;
    }
    if rows * 2 < previous {
        return Some(format!(
            "{rows} lignes seulement, contre {previous} dans l’édition précédente : le fichier est sans doute tronqué. \
             Ajoutez --partiel pour l’accepter tel quel"
        ));
    }
    (*rows < fewest).then(|| {
        format!(
            "{rows} lignes seulement, {fewest} au moins étant attendues : le fichier est sans doute tronqué ou un autre. \
             Ajoutez --partiel pour l’accepter tel quel"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plausible_or_not() {
        let loaded = |rows, wrong| Loaded { rows, wrong, reasons: vec![] };
        for (rows, wrong, previous, partial, refused) in [
            (35_000, 0, 0, false, false),
            (35_000, 300, 35_000, false, false),
            (35_000, 400, 35_000, false, true),
            (0, 0, 0, true, true),
            (200, 0, 0, false, true),
            (200, 0, 0, true, false),
            (31_000, 0, 500_000, false, true),
            (31_000, 0, 500_000, true, false),
        ] {
            let why = implausible(&loaded(rows, wrong), previous, FEWEST_ELECTED, partial);
            assert_eq!(why.is_some(), refused, "{rows} {wrong} {previous} {partial} {why:?}");
        }
    }
}
