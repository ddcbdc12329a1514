//! Logging in and out as a browser does: over HTTP, against a fresh database, with a clock moved by hand.

mod forms;
mod limits;
mod service;
mod sessions;
