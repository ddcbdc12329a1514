//! The mise en service when its neighbour stumbles: whatever HubEE does, one organisation, one subscription, one
//! account, one page and one confirmation, or a person told why not.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod account;
mod activation;
mod credentials;
pub mod editeur;
pub mod existing;
mod failures;
mod handbook;
mod journal;
mod lane;
mod outages;
mod preflight;
mod repeats;
pub mod scene;
mod screens;
mod together;
mod told;
pub mod turns;
mod waiting;
mod weaknesses;
