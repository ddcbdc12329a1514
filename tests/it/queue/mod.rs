//! The queue: what each list holds, how it is found, who takes it, and what leaves as a file.

mod assign;
mod checks;
mod export;
mod fresh;
mod lists;
mod plans;
mod scene;
mod search;

pub use scene::{numbers, put, submitted};
