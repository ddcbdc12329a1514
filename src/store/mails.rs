//! The `mail` table: the intent of each mail, written before it leaves, and what became of it. Bodies are not kept:
//! they can be rendered again from the facts.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Cx, Db, Result};
use crate::domain::HabilitationId;

/// A mail as intended.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MailRow {
    pub id: Uuid,
    pub kind: String,
    pub recipient: String,
    pub subject: String,
    /// Stable across tries, so that a mail sent twice is seen as one by mail software.
    pub message_id: String,
    pub created_at: DateTime<Utc>,
    pub attempts: i64,
    pub sent_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
}

/// A mail to intend.
pub struct NewMail<'a> {
    /// None for a mail about several requests.
    pub habilitation: Option<HabilitationId>,
    pub kind: &'a str,
    /// What it is about: a second intent for the same cause finds the first.
    pub cause: &'a str,
    pub recipient: &'a str,
    pub subject: &'a str,
    pub message_id: &'a str,
}

macro_rules! columns {
    () => {
        "id, kind, recipient, subject, message_id, created_at, attempts, sent_at, last_error"
    };
}

/// Writes the intent and counts the try; answers the row, which may say that it was sent already.
pub async fn intend(db: &Db, mail: &NewMail<'_>, now: DateTime<Utc>) -> Result<Option<MailRow>> {
    let mut tx = db.begin().await?;
    execute!(
        tx.cx(),
        "insert into mail (id, habilitation_id, kind, cause, recipient, subject, message_id, created_at, attempts) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0) on conflict (cause) do nothing",
        Uuid::now_v7(),
        mail.habilitation,
        mail.kind,
        mail.cause,
        mail.recipient,
        mail.subject,
        mail.message_id,
        now
    )?;
    let sql = concat!("update mail set attempts = attempts + 1 where cause = $1 returning ", columns!());
    let row = fetch_optional!(tx.cx(), MailRow, sql, mail.cause)?;
    tx.commit().await?;
    Ok(row)
}

/// Whether a mail was ever intended for this cause.
pub async fn is_intended(cx: Cx<'_>, cause: &str) -> Result<bool> {
    Ok(fetch_optional!(cx, (Uuid,), "select id from mail where cause = $1", cause)?.is_some())
}

/// Writes that it left.
pub async fn sent(db: &Db, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    db.write(move |cx| {
        Box::pin(async move {
            execute!(cx, "update mail set sent_at = $2, last_error = null where id = $1", id, now)?;
            Ok(())
        })
    })
    .await
}

/// Writes why it did not.
pub async fn failed(db: &Db, id: Uuid, error: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    execute!(tx.cx(), "update mail set last_error = $2 where id = $1", id, error)?;
    tx.commit().await
}

/// The mails of a request, newest first.
pub async fn of(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Vec<MailRow>> {
    let sql =
        concat!("select ", columns!(), " from mail where habilitation_id = $1 order by created_at desc limit 100");
    Ok(fetch_all!(cx, MailRow, sql, habilitation)?)
}
