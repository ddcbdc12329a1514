//! What every test may use: a fresh database, and a whole running house with its simulated neighbours.

pub mod browser;
pub mod database;
pub mod house;
pub mod plan;
