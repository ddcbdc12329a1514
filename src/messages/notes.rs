//! Notes between colleagues about a request. A note is never changed nor removed: its author may strike it, and it stays
//! readable, struck. Nothing of it goes to a page or a mail of the demandeur.

use uuid::Uuid;

use super::text::{TextFault, kept};
use crate::clock::Clock;
use crate::domain::HabilitationId;
use crate::store::messages::hold;
use crate::store::notes::{self as table, NewNote};
use crate::store::{self, Cx, Db};

pub use crate::store::notes::Note;

/// How many notes a page shows, the last ones.
const SHOWN: i64 = 200;

/// Why a note was not taken. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    #[error(transparent)]
    Text(#[from] TextFault),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Adds a note of this account; the same text of the same form only once.
///
/// # Errors
/// See [`Unwritten`].
pub async fn add(
    db: &Db,
    clock: &Clock,
    habilitation: HabilitationId,
    (author_id, author): (Uuid, &str),
    text: &str,
    form_key: Uuid,
) -> Result<(), Unwritten> {
    let body = kept(text)?;
    let mut tx = db.begin().await?;
    hold(tx.cx(), habilitation).await?;
    let note = NewNote { habilitation, author_id, author, body: &body, form_key, at: clock.now() };
    table::insert(tx.cx(), &note).await?;
    Ok(tx.commit().await?)
}

/// Strikes a note, if it is `author`'s. `false` when it is not, or no longer there to strike.
///
/// # Errors
/// When the database can't be written.
pub async fn strike(
    db: &Db,
    clock: &Clock,
    habilitation: HabilitationId,
    note: Uuid,
    author: Uuid,
) -> store::Result<bool> {
    let mut tx = db.begin().await?;
    let struck = table::strike(tx.cx(), habilitation, note, author, clock.now()).await?;
    tx.commit().await?;
    Ok(struck)
}

/// The notes of a request, in the order they were written; the last 200.
///
/// # Errors
/// When the database can't be read.
pub async fn of(cx: Cx<'_>, habilitation: HabilitationId) -> store::Result<Vec<Note>> {
    table::of(cx, habilitation, SHOWN).await
}
