//! Logging in and out as a browser does: over HTTP, against a fresh database, with a clock moved by hand.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod forms;
mod limits;
mod service;
mod sessions;
