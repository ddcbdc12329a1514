//! All SQL of the house, one file per noun, one text for both engines. Knows the domain's types and nothing above:
//! no rule is decided here.

#[macro_use]
mod db;
mod group;

pub mod accounts;
pub mod audit;
pub mod checks;
pub mod collectivites;
pub mod documents;
pub mod drift;
pub mod events;
pub mod figures;
pub mod habilitations;
pub mod hubee;
pub mod inbox;
pub mod jobs;
pub mod lasting;
pub mod mails;
pub mod messages;
pub mod notes;
pub mod preferences;
pub mod provisioning;
pub mod queue;
pub mod reasons;
pub mod registers;
pub mod reminders;
pub mod services;
pub mod sessions;
pub mod sirene_facts;
pub mod sources;
pub mod submissions;
pub mod suspensions;

pub use db::{Conn, Cx, Db, Schema, Tx};

/// What may go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("migrations: {0}")]
    Migration(sqlx::migrate::MigrateError),
    /// Told to whoever starts an old program on a new database.
    #[error("le schéma de la base (migration {0}) est plus récent que ce programme : installez une version à jour")]
    Newer(i64),
    #[error("database address: {0}")]
    Address(String),
    #[error("data folder: {0}")]
    Folder(#[from] std::io::Error),
    #[error("stored value not understood: {0}")]
    Corrupt(String),
    /// The commit that it was in did not reach the disk.
    #[error("not written: the commit it was in failed")]
    NotCommitted,
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => Self::Newer(version),
            other => Self::Migration(other),
        }
    }
}

/// Result of every store call.
pub type Result<T> = std::result::Result<T, Error>;
