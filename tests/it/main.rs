//! The whole suite in one binary, over real HTTP, SMTP and databases. Run as it is on SQLite; with
//! `HABILIS_TEST_DATABASE` naming a PostgreSQL server, the same tests run there, each in a database of its own.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

mod accounts;
mod chaos;
mod checks;
mod clock;
mod command;
mod config;
mod console;
mod decisions;
mod deliberation;
mod drift;
mod history;
mod hubee_simulator;
mod intake;
mod jobs;
mod kills;
mod messages;
mod notifications;
mod path;
mod public;
mod purge;
mod queue;
mod reconcile;
mod sandbox;
mod service;
mod sources;
mod stopping;
mod support;
