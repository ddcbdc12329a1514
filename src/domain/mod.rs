//! What a habilitation is and may become. No SQL, no HTTP, no clock: facts in, facts out.

pub mod names;
pub mod working_days;
