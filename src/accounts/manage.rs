//! Closing an account, opening it again, changing its password. What ends an account's right also ends its sessions, in the
//! same transaction: opening it again brings none of them back.

use super::{Account, normalise_email, password};
use crate::clock::Clock;
use crate::store::{self, Db, Tx, accounts as table, sessions};

/// Why an account was not changed. A French sentence for whoever typed the command; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    #[error("Aucun compte n’a cette adresse électronique : « habilis account list » les montre tous.")]
    Unknown,
    #[error("Le mot de passe est trop court : il doit compter au moins {} caractères.", password::MIN_LENGTH)]
    ShortPassword,
    #[error("Le mot de passe n’a pas pu être changé.")]
    Password(#[source] password::Error),
    #[error("Le compte n’a pas pu être modifié.")]
    Store(#[from] store::Error),
}

/// An account, and whether it may log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub account: Account,
    pub disabled: bool,
}

/// Every account, by e-mail.
///
/// # Errors
/// When the database can't be read.
pub async fn list(db: &Db) -> store::Result<Vec<Listed>> {
    let rows = table::all(db.read().await?.cx()).await?;
    rows.into_iter().map(|row| Ok(Listed { disabled: row.disabled_at.is_some(), account: row.try_into()? })).collect()
}

/// Closes an account: it can't log in any more, and whoever is logged in with it no longer is.
///
/// # Errors
/// See [`ManageError`].
pub async fn disable(db: &Db, clock: &Clock, email: &str) -> Result<Account, ManageError> {
    let mut tx = db.begin().await?;
    let account = of(&mut tx, email).await?;
    table::set_disabled(tx.cx(), account.id, Some(clock.now())).await?;
    sessions::delete_of(tx.cx(), account.id).await?;
    tx.commit().await?;
    tracing::info!(account = %account.id, "account disabled");
    Ok(account)
}

/// Opens a closed account again, with the password it had.
///
/// # Errors
/// See [`ManageError`].
pub async fn enable(db: &Db, email: &str) -> Result<Account, ManageError> {
    let mut tx = db.begin().await?;
    let account = of(&mut tx, email).await?;
    table::set_disabled(tx.cx(), account.id, None).await?;
    tx.commit().await?;
    tracing::info!(account = %account.id, "account enabled");
    Ok(account)
}

/// Changes a password: whoever was logged in with the former one no longer is.
///
/// # Errors
/// See [`ManageError`].
pub async fn change_password(db: &Db, email: &str, password: String) -> Result<Account, ManageError> {
    if password.chars().count() < password::MIN_LENGTH {
        return Err(ManageError::ShortPassword);
    }
    let hash = password::hash(password).await.map_err(ManageError::Password)?;
    let mut tx = db.begin().await?;
    let account = of(&mut tx, email).await?;
    table::set_password(tx.cx(), account.id, &hash).await?;
    sessions::delete_of(tx.cx(), account.id).await?;
    tx.commit().await?;
    tracing::info!(account = %account.id, "password changed");
    Ok(account)
}

async fn of(tx: &mut Tx, email: &str) -> Result<Account, ManageError> {
    let row = table::by_email(tx.cx(), &normalise_email(email)).await?.ok_or(ManageError::Unknown)?;
    Ok(row.try_into()?)
}
