//! What every measure shares: a house that listens, a client that costs little, samples, and a table of limits. Knows
//! nothing of what is measured.

pub mod client;
pub mod engine;
pub mod house;
pub mod memory;
pub mod samples;
pub mod table;
