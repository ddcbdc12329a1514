//! Who is told what, and the proof that it left: the catalogue of mails, how they read, and their delivery, written
//! down before and after so that one cause makes one mail. Must not know what triggers a mail, nor how often a
//! failed one is tried again: the corridor does.

mod catalogue;
mod letter;
mod templates;
mod transport;

pub use catalogue::Kind;
pub use letter::{Addressee, Attachment, Facts, Letter, Said, compose};
pub use templates::BadTemplate;
pub use transport::{Post, Undelivered};

use crate::clock::Clock;
use crate::domain::Habilitation;
use crate::store::{
    Db,
    mails::{self, MailRow, NewMail},
};
use transport::Parcel;

/// Sends the mail of `kind` to its addressee, once for a `cause` however often it is asked. The one window where a
/// mail may leave twice is a stop between the server's answer and our note of it; both copies have one Message-ID.
///
/// # Errors
/// [`Undelivered::Later`] when trying again may help, [`Undelivered::Never`] when it can't.
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
    let intent = NewMail {
        habilitation: habilitation.id,
        kind: kind.name(),
        cause,
        recipient: email,
        subject: &letter.subject,
        message_id: &post.message_id(cause),
    };
    let row = mails::intend(db, &intent, clock.now()).await.map_err(later)?;
    let row = row.ok_or_else(|| later("the intent is not there"))?;
    if row.sent_at.is_some() {
        return Ok(());
    }
    let parcel = Parcel {
        to_name: Some(name).filter(|name| *name != email),
        to: email,
        message_id: &row.message_id,
        date: clock.now(),
        letter: &letter,
    };
    let outcome = post.send(parcel).await;
    note(db, clock, &row, &outcome).await?;
    tracing::info!(number = %facts.number, kind = kind.name(), sent = outcome.is_ok(), "mail");
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
