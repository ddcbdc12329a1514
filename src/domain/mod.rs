//! What a habilitation is and may become. No SQL, no HTTP, no clock: facts in, facts out.

pub mod action;
pub mod chain;
pub mod changes;
pub mod datapass;
pub mod document;
pub mod dossier;
pub mod email_domains;
pub mod event;
pub mod habilitation;
pub mod hubee_rules;
pub mod names;
pub mod paris;
pub mod sources;
pub mod state;
pub mod territory;
pub mod transition;
pub mod upkeep;
pub mod working_days;

pub use action::{Action, Actor, What};
pub use changes::Change;
pub use datapass::{DatapassState, Mirror, Snapshot};
pub use dossier::{Contact, Dossier, Editeur, Organisation, is_name};
pub use event::Event;
pub use habilitation::{Assignee, Habilitation, HabilitationId, InForce, Unreported};
pub use state::State;
pub use transition::{Refusal, transition};
pub use upkeep::Upkeep;
