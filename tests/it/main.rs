//! The whole suite in one binary, over real HTTP, SMTP and databases. Run as it is on SQLite; with
//! `HABILIS_TEST_DATABASE` naming a PostgreSQL server, the same tests run there, each in a database of its own.

mod accounts;
mod hubee_simulator;
mod jobs;
mod kills;
mod notifications;
mod path;
mod public;
mod sandbox;
mod service;
mod support;
