//! The conversation about one request. Reading a page marks nothing: browsers and mail filters open links by
//! themselves. A side has read what it says it has, or what it answers to.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::limit;
use super::text::{TextFault, kept};
use crate::clock::Clock;
use crate::domain::{Habilitation, HabilitationId, State};
use crate::store::messages::{self as table, Message, NewMessage, Side};
use crate::store::{self, Cx, Db, Tx, habilitations};

/// How many messages a page shows, the last ones.
pub const SHOWN: i64 = 200;

/// Who writes.
#[derive(Clone, Debug)]
pub enum Author {
    /// Whoever holds the tracking link: the demandeur, as far as we know.
    Demandeur,
    Instructeur {
        id: Uuid,
        name: String,
    },
}

impl Author {
    /// On which side of the conversation they are.
    pub fn side(&self) -> Side {
        match self {
            Self::Demandeur => Side::Demandeur,
            Self::Instructeur { .. } => Side::Instructeur,
        }
    }
}

/// What came with a form.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    pub text: &'a str,
    /// Last message that the page of the form showed: writing below it is having read it.
    pub seen: Option<Uuid>,
    /// Drawn with the form, so that sending it twice is sending it once.
    pub key: Uuid,
}

/// A message that was taken.
#[derive(Clone, Debug)]
pub struct Sent {
    pub id: Uuid,
    pub habilitation: Habilitation,
}

/// Why a message was not taken. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Unsent {
    #[error(transparent)]
    Text(#[from] TextFault),
    #[error("no such request")]
    NotFound,
    /// The request is no longer talked about.
    #[error("the conversation is closed")]
    Closed,
    /// The demandeur wrote too much; one more will be taken then.
    #[error("too many messages until {until}")]
    TooMany { until: DateTime<Utc> },
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Whether this side may write while the request is so.
pub fn may_write(side: Side, state: &State) -> bool {
    match (side, state) {
        (_, State::Archived { .. }) => false,
        (Side::Instructeur, _) => true,
        (Side::Demandeur, State::Refused { .. } | State::Revoked { .. }) => false,
        (Side::Demandeur, _) => true,
    }
}

/// Adds a message in the caller's transaction. `None` when the same form already brought it.
///
/// # Errors
/// See [`Unsent`]; the caller drops the transaction.
pub async fn send(
    tx: &mut Tx,
    clock: &Clock,
    habilitation: HabilitationId,
    author: &Author,
    written: Written<'_>,
) -> Result<Option<Sent>, Unsent> {
    let body = kept(written.text)?;
    table::hold(tx.cx(), habilitation).await?;
    let habilitation = habilitations::by_id(tx.cx(), habilitation).await?.ok_or(Unsent::NotFound)?;
    if table::is_known(tx.cx(), habilitation.id, written.key, &body).await? {
        return Ok(None);
    }
    let (side, now) = (author.side(), clock.now());
    if !may_write(side, &habilitation.state) {
        return Err(Unsent::Closed);
    }
    if side == Side::Demandeur {
        let wrote = table::demandeur_wrote(tx.cx(), habilitation.id, now - limit::WINDOW, limit::MOST).await?;
        if let Some(until) = limit::until(&wrote, now) {
            return Err(Unsent::TooMany { until });
        }
    }
    let name = habilitation.dossier.demandeur.display_name();
    let (author_id, author) = match author {
        Author::Demandeur => (None, name.as_str()),
        Author::Instructeur { id, name } => (Some(*id), name.as_str()),
    };
    let id = Uuid::now_v7();
    let message = NewMessage {
        id,
        habilitation: habilitation.id,
        side,
        author_id,
        author,
        body: &body,
        form_key: written.key,
        at: now,
    };
    table::insert(tx.cx(), &message).await?;
    if let Some(last) = written.seen {
        table::mark_read(tx.cx(), habilitation.id, other(side), last, now).await?;
    }
    table::recount(tx.cx(), habilitation.id, now).await?;
    Ok(Some(Sent { id, habilitation }))
}

/// `reader` has read what the other side wrote, up to the message `last`.
///
/// # Errors
/// When the database can't be written.
pub async fn mark_read(
    db: &Db,
    clock: &Clock,
    habilitation: HabilitationId,
    reader: Side,
    last: Uuid,
) -> store::Result<()> {
    let mut tx = db.begin().await?;
    table::mark_read(tx.cx(), habilitation, other(reader), last, clock.now()).await?;
    table::recount(tx.cx(), habilitation, clock.now()).await?;
    tx.commit().await
}

fn other(side: Side) -> Side {
    match side {
        Side::Demandeur => Side::Instructeur,
        Side::Instructeur => Side::Demandeur,
    }
}

/// The conversation, as one side reads it.
#[derive(Clone, Debug, Default)]
pub struct Thread {
    /// In the order they were written; the last [`SHOWN`].
    pub messages: Vec<Message>,
}

impl Thread {
    /// What `reader` has not read yet.
    pub fn unread(&self, reader: Side) -> usize {
        self.messages.iter().filter(|message| message.side != reader && message.read_at.is_none()).count()
    }

    /// The last message shown.
    pub fn last(&self) -> Option<Uuid> {
        self.messages.last().map(|message| message.id)
    }

    /// Older messages exist, or may.
    pub fn is_cut(&self) -> bool {
        i64::try_from(self.messages.len()).is_ok_and(|count| count >= SHOWN)
    }
}

/// The conversation about a request.
///
/// # Errors
/// When the database can't be read.
pub async fn thread(cx: Cx<'_>, habilitation: HabilitationId) -> store::Result<Thread> {
    Ok(Thread { messages: table::of(cx, habilitation, SHOWN).await? })
}

/// Whom a message of the demandeur is for: whoever has the request in hand, else everyone who may answer.
/// `able`: the accounts that may.
pub fn told(able: Vec<Uuid>, assignee: Option<Uuid>) -> Vec<Uuid> {
    match assignee.filter(|assignee| able.contains(assignee)) {
        Some(assignee) => vec![assignee],
        None => able,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assignee_alone_is_told_while_they_may_answer() {
        let (ada, bruno, gone) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        assert_eq!(told(vec![ada, bruno], None), [ada, bruno]);
        assert_eq!(told(vec![ada, bruno], Some(bruno)), [bruno]);
        assert_eq!(told(vec![ada, bruno], Some(gone)), [ada, bruno]);
    }
}
