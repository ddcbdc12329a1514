//! Pages, from data to markup. The only place, with the sandbox, that writes HTML; decides nothing, reads nothing.

pub mod accessibility;
pub mod assign;
pub mod checks;
pub mod collectivite;
pub mod collectivites;
pub mod components;
pub mod decision;
pub mod dossier;
pub mod history;
pub mod home;
pub mod kit;
pub mod layout;
pub mod login;
pub mod poster;
pub mod problem;
pub mod provisioning;
pub mod public;
pub mod queue;
pub mod request;
pub mod tracking;
