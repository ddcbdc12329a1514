//! What becomes of a délibération: fetched at its address, deposited by somebody, read, forgotten. A document is kept
//! before it is promised, and read by a job of its own.

use chrono::{DateTime, Months, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::follow::JobKind;
use super::house::House;
use super::recheck::count;
use crate::clients::files::{self, fingerprint};
use crate::domain::document::{Format, LARGEST, Origin};
use crate::domain::{Habilitation, HabilitationId, State};
use crate::instruction::deliberation;
use crate::jobs::Failure;
use crate::store::documents::{self, Document, Fetched, NewDocument};
use crate::store::jobs::NewJob;
use crate::store::{self, habilitations, jobs, messages};

/// Tries of an address that does not answer: about two hours. The page offers another any time.
const TRIES: i64 = 8;
/// Documents that a demandeur may deposit for one request: as many as DataPass takes.
pub const FROM_DEMANDEUR: i64 = 6;
/// Longest name kept of a file, in characters.
const LONGEST_NAME: usize = 120;

/// Who deposits.
#[derive(Clone, Debug)]
pub enum Depositor {
    Demandeur,
    /// Their name.
    Instructeur(String),
}

/// A file, as deposited.
#[derive(Debug)]
pub struct Deposit {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotDeposited {
    #[error("no file was given")]
    Empty,
    #[error("the file is too large")]
    TooLarge,
    #[error("the file is not a PDF")]
    NotPdf,
    #[error("as many files as allowed were deposited")]
    TooMany,
    #[error("the request takes no document any more")]
    Closed,
    #[error("no such request")]
    NotFound,
    #[error(transparent)]
    Files(#[from] files::Fault),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Fetching the address of a request: one waits at most.
pub(super) fn fetch_job(after: &Habilitation, now: DateTime<Utc>) -> Option<NewJob> {
    after.dossier.deliberation_url.as_deref().map(str::trim).filter(|address| !address.is_empty())?;
    Some(NewJob {
        kind: JobKind::Fetch.name(),
        payload: json!({ "habilitation": after.id }),
        unique_key: Some(format!("{}:{}", JobKind::Fetch.name(), after.id)),
        run_at: now,
    })
}

fn read_job(document: Uuid, now: DateTime<Utc>) -> NewJob {
    let unique_key = Some(format!("{}:{document}", JobKind::ReadDocument.name()));
    NewJob { kind: JobKind::ReadDocument.name(), payload: json!({ "document": document }), unique_key, run_at: now }
}

/// Fetches the délibération of a request at its address; what happened is noted, and the checks are counted again.
pub(super) async fn fetch(house: &House, habilitation: Habilitation, attempts: i64) -> Result<(), Failure> {
    let address = habilitation.dossier.deliberation_url.as_deref().map(str::trim).unwrap_or_default();
    if address.is_empty() {
        return Ok(());
    }
    let found = house.fetcher.fetch(address).await;
    let (outcome, note, again) = match &found {
        Ok(_) => ("kept", "le document a été récupéré".to_owned(), false),
        Err(fault) => ("failed", fault.to_string(), fault.is_passing() && attempts < TRIES),
    };
    if let Ok(found) = found {
        let kept = Kept {
            origin: Origin::Address,
            format: found.format,
            name: &name_of(found.address.path(), found.format),
            address: Some(found.address.as_str()),
            author: None,
        };
        keep(house, habilitation.id, &kept, found.bytes).await.map_err(Failure::retry)?;
    }
    let now = house.clock.now();
    let fetched = Fetched { address: address.to_owned(), at: now, outcome: outcome.into(), note: note.clone() };
    let mut tx = house.db.begin().await?;
    documents::note_fetch(tx.cx(), habilitation.id, &fetched).await?;
    count(&mut tx, &habilitation, house).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    if again { Err(Failure::retry(format!("fetching the délibération: {note}"))) } else { Ok(()) }
}

/// A document to keep.
struct Kept<'a> {
    origin: Origin,
    format: Format,
    name: &'a str,
    address: Option<&'a str>,
    author: Option<&'a str>,
}

/// Keeps the bytes, then the document with the job that reads it.
async fn keep(house: &House, id: HabilitationId, kept: &Kept<'_>, bytes: Vec<u8>) -> Result<(), NotDeposited> {
    let sha256 = fingerprint(&bytes);
    house.files.keep(&sha256, bytes.clone()).await?;
    let new = NewDocument {
        habilitation: id,
        sha256: &sha256,
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        origin: kept.origin,
        format: kept.format,
        file_name: kept.name,
        address: kept.address,
        author: kept.author,
    };
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    if kept.origin == Origin::Demandeur {
        // Two deposits at once are counted one after the other.
        if !messages::hold(tx.cx(), id).await? {
            return Err(NotDeposited::NotFound);
        }
        let again = documents::has(tx.cx(), id, kept.origin, &sha256).await?;
        if !again && documents::count(tx.cx(), id, kept.origin).await? >= FROM_DEMANDEUR {
            return Err(NotDeposited::TooMany);
        }
    }
    let document = documents::add(tx.cx(), &new, now).await?;
    jobs::enqueue(tx.cx(), &read_job(document, now), now).await?;
    tx.commit().await?;
    // The purge may have forgotten these bytes between both: from now on it can't.
    if !house.files.has(&sha256).await? {
        house.files.keep(&sha256, bytes).await?;
    }
    house.wake.notify_waiters();
    Ok(())
}

/// Takes a PDF from a person.
///
/// # Errors
/// [`NotDeposited`]: nothing is kept.
pub async fn deposit(house: &House, id: HabilitationId, by: &Depositor, file: Deposit) -> Result<(), NotDeposited> {
    match file.bytes.len() {
        0 => return Err(NotDeposited::Empty),
        length if length > LARGEST => return Err(NotDeposited::TooLarge),
        _ => {}
    }
    if Format::of(&file.bytes) != Some(Format::Pdf) {
        return Err(NotDeposited::NotPdf);
    }
    let found = habilitations::by_id(house.db.read().await?.cx(), id).await?.ok_or(NotDeposited::NotFound)?;
    if !takes_documents(by, &found.state) {
        return Err(NotDeposited::Closed);
    }
    // Before anything is kept: a refused file must not fill the disk.
    if matches!(by, Depositor::Demandeur) && !has_room(house, id, &fingerprint(&file.bytes)).await? {
        return Err(NotDeposited::TooMany);
    }
    let (origin, author) = match by {
        Depositor::Demandeur => (Origin::Demandeur, None),
        Depositor::Instructeur(name) => (Origin::Instructeur, Some(name.as_str())),
    };
    let name = name_of(&file.name, Format::Pdf);
    keep(house, id, &Kept { origin, format: Format::Pdf, name: &name, address: None, author }, file.bytes).await
}

/// Whether a demandeur may deposit one more file, or the same again.
async fn has_room(house: &House, id: HabilitationId, sha256: &str) -> store::Result<bool> {
    let mut conn = house.db.read().await?;
    let few = documents::count(conn.cx(), id, Origin::Demandeur).await? < FROM_DEMANDEUR;
    Ok(few || documents::has(conn.cx(), id, Origin::Demandeur, sha256).await?)
}

/// A demandeur deposits while an answer is awaited, an instructeur until the request is archived.
pub fn takes_documents(by: &Depositor, state: &State) -> bool {
    match by {
        Depositor::Demandeur => {
            matches!(state, State::Draft | State::Submitted { .. } | State::ChangesRequested { .. })
        }
        Depositor::Instructeur(_) => !matches!(state, State::Archived { .. }),
    }
}

/// The last part of a path or the name of a file, made harmless in a header and on any disk.
fn name_of(path: &str, format: Format) -> String {
    let last = path.trim_end_matches('/').rsplit(['/', '\\']).next().unwrap_or_default();
    let decoded: String =
        url::form_urlencoded::parse(format!("n={}", last.replace('+', "%2B").replace('&', "%26")).as_bytes())
            .map(|(_, value)| value.into_owned())
            .collect();
    let kept =
        |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '’' | '(' | ')') { c } else { '_' };
    let name: String = decoded.chars().map(kept).take(LONGEST_NAME).collect();
    let name = name.trim().trim_start_matches('.');
    let extension = format!(".{}", format.name());
    let cut = name.len().checked_sub(extension.len()).filter(|at| name.is_char_boundary(*at));
    let stem = match cut.map(|at| name.split_at(at)) {
        Some((stem, end)) if end.eq_ignore_ascii_case(&extension) => stem,
        _ => name,
    };
    let stem = if stem.is_empty() { "deliberation" } else { stem };
    format!("{stem}{extension}")
}

/// Asks for the address of a request to be fetched again, now. `false` when it has none.
///
/// # Errors
/// When the database can't be reached.
pub async fn fetch_again(house: &House, habilitation: &Habilitation) -> store::Result<bool> {
    let now = house.clock.now();
    let Some(job) = fetch_job(habilitation, now) else { return Ok(false) };
    let mut tx = house.db.begin().await?;
    jobs::enqueue(tx.cx(), &job, now).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(true)
}

/// Has a document read again, now.
///
/// # Errors
/// When the database can't be reached.
pub async fn read_again(house: &House, document: Uuid) -> store::Result<()> {
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    documents::forget_reading(tx.cx(), document).await?;
    jobs::enqueue(tx.cx(), &read_job(document, now), now).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(())
}

#[derive(Deserialize)]
pub(super) struct ToRead {
    document: Uuid,
}

/// Reads a document: its text if it was not extracted yet, then what it shows.
pub(super) async fn read(house: &House, asked: ToRead) -> Result<(), Failure> {
    let mut conn = house.db.read().await?;
    let Some(document) = documents::by_id(conn.cx(), asked.document).await? else { return Ok(()) };
    let known = documents::content(conn.cx(), document.id).await?;
    drop(conn);
    let text = match known {
        Some(text) => text,
        None => {
            let bytes = house.files.read(&document.sha256).await.map_err(Failure::retry)?;
            let bytes = bytes.ok_or_else(|| Failure::park("the document store has lost a document"))?;
            house.extractor.extract(document.format, bytes).await
        }
    };
    let reading = deliberation::read(&text);
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    documents::keep_reading(tx.cx(), document.id, &text, &reading, now).await?;
    if let Some(habilitation) = habilitations::by_id(tx.cx(), document.habilitation).await? {
        count(&mut tx, &habilitation, house).await?;
    }
    Ok(tx.commit().await?)
}

/// The bytes of a document.
///
/// # Errors
/// When the store of documents can't be used, or gives other bytes. `None` when it lost them.
pub async fn bytes_of(house: &House, document: &Document) -> Result<Option<Vec<u8>>, files::Fault> {
    house.files.read(&document.sha256).await
}

/// Forgets the documents of requests that are over for long, then the bytes that nobody uses since a day.
pub(super) async fn purge(house: &House) -> Result<(), Failure> {
    let now = house.clock.now();
    let over = now.checked_sub_months(Months::new(house.config.documents.months)).unwrap_or(now);
    let yesterday = now - chrono::Duration::days(1);
    let mut tx = house.db.begin().await?;
    let documents = documents::purge(tx.cx(), over, now).await?;
    tx.commit().await?;
    let unused = documents::unused(house.db.read().await?.cx(), yesterday).await?;
    for sha256 in &unused {
        let mut tx = house.db.begin().await?;
        if documents::forget_blob(tx.cx(), sha256, yesterday).await? {
            // Inside: whoever keeps the same bytes waits for us, then sees that they are gone.
            house.files.forget(sha256).await.map_err(Failure::retry)?;
        }
        tx.commit().await?;
    }
    tracing::info!(documents, blobs = unused.len(), "documents purged");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_harmless() {
        for (path, format, name) in [
            ("/deliberations/2026-031.pdf", Format::Pdf, "2026-031.pdf"),
            ("/d%C3%A9lib%C3%A9ration%20tarifs.PDF", Format::Pdf, "délibération tarifs.pdf"),
            ("C:\\Users\\a\\tarifs.pdf", Format::Pdf, "tarifs.pdf"),
            ("/page/", Format::Html, "page.html"),
            ("/", Format::Pdf, "deliberation.pdf"),
            ("", Format::Html, "deliberation.html"),
            ("..", Format::Pdf, "deliberation.pdf"),
            ("a\"b\r\nc;d<e>.pdf", Format::Pdf, "a_b__c_d_e_.pdf"),
            ("x&y=z+1.pdf", Format::Pdf, "x_y_z_1.pdf"),
        ] {
            assert_eq!(name_of(path, format), name, "{path}");
        }
        assert!(name_of(&"é".repeat(500), Format::Pdf).chars().count() <= LONGEST_NAME + 4);
    }
}
