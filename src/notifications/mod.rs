//! Who is told what, and the proof that it left: the catalogue of mails, how they read, and their delivery, written
//! down before and after so that one cause makes one mail. Must not know what triggers a mail, nor how often a
//! failed one is tried again: the corridor does.

mod catalogue;
mod letter;
mod reminder;
mod templates;
mod transport;

pub use catalogue::Kind;
pub use letter::{Addressee, Attachment, Facts, Letter, Said, compose};
pub use reminder::{
    ActivationFacts, AlertFacts, Content, DigestFacts, HubeeFacts, LineFacts, Reminder, SectionFacts, StuckFacts,
    remind,
};
pub use templates::BadTemplate;
pub use transport::{Post, Undelivered};

use crate::clock::Clock;
use crate::domain::{Habilitation, HabilitationId};
use crate::store::{
    Db,
    mails::{self, MailRow, NewMail},
};
use transport::Parcel;

/// Sends the mail of `kind` to its addressee, once for a `cause` however often it is asked. The one window where a
/// mail may leave twice is a stop between the server's answer and our note of it; both copies have one Message-ID.
///
/// # Errors
/// [`Undelivered::Later`] when trying again may help, [`Undelivered::Never`] when it can't, [`Undelivered::Busy`] when it
/// was not tried.
pub async fn deliver(
    post: &Post,
    db: &Db,
    clock: &Clock,
    habilitation: &Habilitation,
    kind: Kind,
    facts: &Facts,
    cause: &str,
) -> Result<(), Undelivered> {
    let letter = compose(kind, facts).map_err(later)?;
    let (name, email) = facts.addressee();
    let outgoing = Outgoing {
        habilitation: Some(habilitation.id),
        kind: kind.name(),
        cause,
        to_name: Some(name).filter(|name| *name != email),
        to: email,
        letter: &letter,
        unsubscribe: None,
    };
    let outcome = hand_over(post, db, clock, &outgoing).await;
    tracing::info!(number = %facts.number, kind = kind.name(), sent = outcome.is_ok(), "mail");
    outcome
}

/// A letter with its address and its cause.
struct Outgoing<'a> {
    /// The request it is about, when it is about one.
    habilitation: Option<HabilitationId>,
    kind: &'a str,
    cause: &'a str,
    to_name: Option<&'a str>,
    to: &'a str,
    letter: &'a Letter,
    /// Address that stops this sort of mail.
    unsubscribe: Option<&'a str>,
}

/// Writes the intent, sends unless it was sent already, writes what became of it.
async fn hand_over(post: &Post, db: &Db, clock: &Clock, mail: &Outgoing<'_>) -> Result<(), Undelivered> {
    let Some(_turn) = post.turn().await else { return Err(Undelivered::Busy) };
    let intent = NewMail {
        habilitation: mail.habilitation,
        kind: mail.kind,
        cause: mail.cause,
        recipient: mail.to,
        subject: &mail.letter.subject,
        message_id: &post.message_id(mail.cause),
    };
    let row = mails::intend(db, &intent, clock.now()).await.map_err(later)?;
    let row = row.ok_or_else(|| later("the intent is not there"))?;
    if row.sent_at.is_some() {
        return Ok(());
    }
    let parcel = Parcel {
        to_name: mail.to_name,
        to: mail.to,
        message_id: &row.message_id,
        date: clock.now(),
        letter: mail.letter,
        unsubscribe: mail.unsubscribe,
    };
    let outcome = post.send(parcel).await;
    note(db, clock, &row, &outcome).await?;
    outcome
}

async fn note(db: &Db, clock: &Clock, row: &MailRow, outcome: &Result<(), Undelivered>) -> Result<(), Undelivered> {
    match outcome {
        Ok(()) => mails::sent(db, row.id, clock.now()).await.map_err(later),
        Err(why) => {
            if let Err(error) = mails::failed(db, row.id, &why.to_string()).await {
                tracing::warn!(%error, "a failed mail could not be noted");
            }
            Ok(())
        }
    }
}

fn later(error: impl std::fmt::Display) -> Undelivered {
    Undelivered::Later(error.to_string())
}
