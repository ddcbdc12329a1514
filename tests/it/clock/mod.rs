//! What the clock does by itself: digests, alerts, and the ways out of both, told day by day.

mod alerts;
mod calendar;
mod digest;
mod processes;
pub mod scene;
mod settings;
mod unsubscribe;
