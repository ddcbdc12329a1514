//! Who may log in, what each role may do, and how a password is proved without letting anyone try thousands of them.
//! Knows the store and nothing of HTTP: cookies and pages are the façade's.

mod create;
mod log_in;
mod manage;
mod password;
mod role;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::clock::Clock;
use crate::store::{self, Cx, Db, accounts as table, sessions};

pub use create::{CreateError, NewAccount, create};
pub use log_in::{LoginError, WINDOW, log_in};
pub use manage::{Listed, ManageError, change_password, disable, enable, list};
pub use password::MIN_LENGTH;
pub use role::{Role, UnknownRole};

/// Somebody who may log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: Uuid,
    /// Lower case.
    pub email: String,
    pub name: String,
    pub role: Role,
}

impl TryFrom<table::AccountRow> for Account {
    type Error = store::Error;

    fn try_from(row: table::AccountRow) -> store::Result<Self> {
        let role = row.role.parse().map_err(|_| store::Error::Corrupt(format!("role of account {}", row.id)))?;
        Ok(Self { id: row.id, email: row.email, name: row.name, role })
    }
}

/// The account of an id as it is now; `None` when it does not exist or was disabled.
///
/// # Errors
/// When the database can't be read.
pub async fn active(db: &Db, id: Uuid) -> store::Result<Option<Account>> {
    let row = table::by_id(db.read().await?.cx(), id).await?;
    row.filter(|row| row.disabled_at.is_none()).map(Account::try_from).transpose()
}

/// Everyone who may answer a request now, oldest account first.
///
/// # Errors
/// When the database can't be read.
pub async fn deciders(cx: Cx<'_>) -> store::Result<Vec<Account>> {
    let accounts = table::active(cx).await?.into_iter().map(Account::try_from).collect::<store::Result<Vec<_>>>()?;
    Ok(accounts.into_iter().filter(|account| account.role.can_decide()).collect())
}

/// Forgets expired sessions and counts of failed logins that no longer matter; answers how many rows went.
///
/// # Errors
/// When the database can't be written.
pub async fn purge(db: &Db, clock: &Clock) -> store::Result<u64> {
    let now = clock.now();
    let mut tx = db.begin().await?;
    let sessions = sessions::purge(tx.cx(), now).await?;
    let attempts = table::purge_attempts(tx.cx(), now - WINDOW).await?;
    tx.commit().await?;
    Ok(sessions + attempts)
}

/// SHA-256 in hexadecimal: what the database keeps of a value that it must recognise without knowing.
pub fn fingerprint(text: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// E-mails are compared in this form.
fn normalise_email(email: &str) -> String {
    email.trim().to_lowercase()
}
