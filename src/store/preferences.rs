//! The `opt_out` and `unsubscribe_link` tables: which mails somebody does not want, and the links that say so. Topics
//! are stable names given by the rooms; a topic without a row is wanted.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Cx, Db, Result};

/// Somebody who may be written to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Reader {
    pub id: Uuid,
    pub email: String,
    pub role: String,
}

/// The topics that an account does not want.
pub async fn unwanted(cx: Cx<'_>, account: Uuid) -> Result<Vec<String>> {
    let rows = fetch_all!(cx, (String,), "select topic from opt_out where account_id = $1 order by topic", account)?;
    Ok(rows.into_iter().map(|(topic,)| topic).collect())
}

/// The accounts that are open and want a topic, whatever their role.
pub async fn readers(cx: Cx<'_>, topic: &str) -> Result<Vec<Reader>> {
    Ok(fetch_all!(
        cx,
        Reader,
        "select a.id, a.email, a.role from account a where a.disabled_at is null and not exists \
         (select 1 from opt_out o where o.account_id = a.id and o.topic = $1) order by a.email",
        topic
    )?)
}

/// The account, if it is open and wants the topic.
pub async fn reader(cx: Cx<'_>, account: Uuid, topic: &str) -> Result<Option<Reader>> {
    Ok(fetch_optional!(
        cx,
        Reader,
        "select a.id, a.email, a.role from account a where a.id = $1 and a.disabled_at is null and not exists \
         (select 1 from opt_out o where o.account_id = a.id and o.topic = $2)",
        account,
        topic
    )?)
}

/// Writes whether an account wants a topic; harmless when it was so already.
pub async fn set(cx: Cx<'_>, account: Uuid, topic: &str, wanted: bool, now: DateTime<Utc>) -> Result<()> {
    if wanted {
        execute!(cx, "delete from opt_out where account_id = $1 and topic = $2", account, topic)?;
    } else {
        execute!(
            cx,
            "insert into opt_out (account_id, topic, since) values ($1, $2, $3) \
             on conflict (account_id, topic) do nothing",
            account,
            topic,
            now
        )?;
    }
    Ok(())
}

/// Keeps a link, by the SHA-256 of its token.
pub async fn add_link(db: &Db, key: &str, account: Uuid, topic: &str, now: DateTime<Utc>) -> Result<()> {
    let mut tx = db.begin().await?;
    execute!(
        tx.cx(),
        "insert into unsubscribe_link (key, account_id, topic, created_at) values ($1, $2, $3, $4)",
        key,
        account,
        topic,
        now
    )?;
    tx.commit().await
}

/// The account and topic of a link; `None` when it never was, or was forgotten.
pub async fn link(cx: Cx<'_>, key: &str) -> Result<Option<(Uuid, String)>> {
    Ok(fetch_optional!(cx, (Uuid, String), "select account_id, topic from unsubscribe_link where key = $1", key)?)
}

/// Forgets the links made before `before`: their mails are long gone.
pub async fn purge_links(cx: Cx<'_>, before: DateTime<Utc>) -> Result<u64> {
    Ok(execute!(cx, "delete from unsubscribe_link where created_at < $1", before)?)
}
