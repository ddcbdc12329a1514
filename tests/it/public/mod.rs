//! What anyone sees, over real HTTP on a real database: the list for programs, the pages, the pictures, the tracking.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod api;
mod pages;
mod scene;
mod tracking;
