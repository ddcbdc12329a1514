//! The délibération: the address typed for it, and what reading its text shows. Hints with their page, for an instructeur
//! who judges; pure, and never a decision.

mod body;
mod date;
mod folded;
mod link;
mod mentions;
mod numbers;
mod reading;
mod tariffs;

pub use link::link;
pub use reading::{RULES, read};
