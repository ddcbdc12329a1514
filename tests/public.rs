//! What anyone sees, over real HTTP on a real database: the list for programs, the pages, the pictures, the tracking.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "public/api.rs"]
mod api;
#[path = "support/database.rs"]
mod database;
#[path = "public/pages.rs"]
mod pages;
#[path = "public/scene.rs"]
mod scene;
#[path = "public/tracking.rs"]
mod tracking;
