//! All SQL of the house, one file per noun, one text for both engines. Knows the domain's types and nothing above:
//! no rule is decided here.

#[macro_use]
mod db;

pub mod accounts;
pub mod collectivites;
pub mod events;
pub mod habilitations;
pub mod inbox;
pub mod jobs;
pub mod mails;
pub mod provisioning;
pub mod queue;
pub mod reasons;
pub mod sessions;
pub mod sirene_facts;

pub use db::{Conn, Cx, Db, Tx};

/// What may go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("migrations: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("database address: {0}")]
    Address(String),
    #[error("data folder: {0}")]
    Folder(#[from] std::io::Error),
    #[error("stored value not understood: {0}")]
    Corrupt(String),
}

/// Result of every store call.
pub type Result<T> = std::result::Result<T, Error>;
