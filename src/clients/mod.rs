//! The outside systems, one folder each: what goes on the wire, the calls, and what each answer means to us. Knows the
//! domain's types; must not know the store nor any rule of the rooms.

pub mod annuaire;
mod answer;
pub mod datapass;
pub mod dns;
pub mod extraction;
pub mod fetch;
pub mod files;
pub mod geo;
mod http;
pub mod hubee;
mod pace;
pub mod recherche;
mod register;
pub mod sirene;
mod token;

pub use answer::{Answer, Unavailable};
