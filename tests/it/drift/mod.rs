//! The nightly comparisons with HubEE and Sirene: each kind of difference found, shown, and settled by a person.

mod gestures;
mod hubee;
mod many;
mod outages;
pub mod scene;
mod settings;
mod sirene;
