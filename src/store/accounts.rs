//! The `account` and `login_attempt` tables.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Cx, Db, Result};

/// Somebody who may log in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AccountRow {
    pub id: Uuid,
    /// Lower case.
    pub email: String,
    pub name: String,
    pub role: String,
    pub password_hash: String,
    pub disabled_at: Option<DateTime<Utc>>,
}

/// Adds an account. `false` when its e-mail is taken.
pub async fn insert(db: &Db, account: &AccountRow, now: DateTime<Utc>) -> Result<bool> {
    let mut tx = db.begin().await?;
    let added = execute!(
        tx.cx(),
        "insert into account (id, email, name, role, password_hash, created_at) values ($1, $2, $3, $4, $5, $6) \
         on conflict (email) do nothing",
        account.id,
        &account.email,
        &account.name,
        &account.role,
        &account.password_hash,
        now
    )?;
    tx.commit().await?;
    Ok(added == 1)
}

/// The account of an e-mail, disabled ones included.
pub async fn by_email(cx: Cx<'_>, email: &str) -> Result<Option<AccountRow>> {
    Ok(fetch_optional!(
        cx,
        AccountRow,
        "select id, email, name, role, password_hash, disabled_at from account where email = $1",
        email
    )?)
}

/// The account of an id, disabled ones included.
pub async fn by_id(cx: Cx<'_>, id: Uuid) -> Result<Option<AccountRow>> {
    Ok(fetch_optional!(
        cx,
        AccountRow,
        "select id, email, name, role, password_hash, disabled_at from account where id = $1",
        id
    )?)
}

/// Every account, disabled ones included, by e-mail.
pub async fn all(cx: Cx<'_>) -> Result<Vec<AccountRow>> {
    Ok(fetch_all!(
        cx,
        AccountRow,
        "select id, email, name, role, password_hash, disabled_at from account order by email"
    )?)
}

/// Closes an account since an instant, or opens it again. `false` when there is no such account.
pub async fn set_disabled(cx: Cx<'_>, id: Uuid, since: Option<DateTime<Utc>>) -> Result<bool> {
    Ok(execute!(cx, "update account set disabled_at = $2 where id = $1", id, since)? == 1)
}

/// Replaces the hash of a password. `false` when there is no such account.
pub async fn set_password(cx: Cx<'_>, id: Uuid, password_hash: &str) -> Result<bool> {
    Ok(execute!(cx, "update account set password_hash = $2 where id = $1", id, password_hash)? == 1)
}

/// Counts one failed login under `key` (an e-mail, an address) and answers the failures of the running window, which
/// starts anew when the last one began before `window_start`.
pub async fn count_failure(db: &Db, key: &str, window_start: DateTime<Utc>, now: DateTime<Utc>) -> Result<i64> {
    let mut tx = db.begin().await?;
    let row = fetch_optional!(
        tx.cx(),
        (i64,),
        "insert into login_attempt (key, failures, window_started_at) values ($1, 1, $3) \
         on conflict (key) do update set \
         failures = case when login_attempt.window_started_at < $2 then 1 else login_attempt.failures + 1 end, \
         window_started_at = case when login_attempt.window_started_at < $2 then $3 \
         else login_attempt.window_started_at end \
         returning failures",
        key,
        window_start,
        now
    )?;
    tx.commit().await?;
    Ok(row.map_or(0, |(failures,)| failures))
}

/// Failed logins under one key since the running window began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Attempts {
    pub failures: i64,
    pub window_started_at: DateTime<Utc>,
}

/// Failures under `key` in the running window; `None` without any.
pub async fn attempts(cx: Cx<'_>, key: &str, window_start: DateTime<Utc>) -> Result<Option<Attempts>> {
    Ok(fetch_optional!(
        cx,
        Attempts,
        "select failures, window_started_at from login_attempt where key = $1 and window_started_at >= $2",
        key,
        window_start
    )?)
}

/// Takes one failure back under `key`: the login that was counted in advance succeeded.
pub async fn take_back_failure(db: &Db, key: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    execute!(tx.cx(), "update login_attempt set failures = failures - 1 where key = $1 and failures > 0", key)?;
    tx.commit().await
}

/// Forgets the failures under `key`, after a success.
pub async fn clear_failures(db: &Db, key: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    execute!(tx.cx(), "delete from login_attempt where key = $1", key)?;
    tx.commit().await
}

/// Forgets windows begun before `before`.
pub async fn purge_attempts(cx: Cx<'_>, before: DateTime<Utc>) -> Result<u64> {
    Ok(execute!(cx, "delete from login_attempt where window_started_at < $1", before)?)
}

/// The accounts that may log in, oldest first.
pub async fn active(cx: Cx<'_>) -> Result<Vec<AccountRow>> {
    Ok(fetch_all!(
        cx,
        AccountRow,
        "select id, email, name, role, password_hash, disabled_at from account \
         where disabled_at is null order by created_at, id"
    )?)
}
