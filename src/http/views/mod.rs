//! Pages, from data to markup. The only place, with the sandbox, that writes HTML; decides nothing, reads nothing.

pub mod components;
pub mod layout;
pub mod login;
pub mod problem;
