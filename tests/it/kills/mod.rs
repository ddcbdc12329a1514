//! The real program, killed without notice at each call to HubEE, told to stop, or run in two processes: the story
//! always ends as if nothing had happened. Listens on ports that the system chooses; leaves no process behind.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

pub mod process;
mod sharing;
mod sigkill;
mod sigterm;
