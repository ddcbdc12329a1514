//! What anyone sees, over real HTTP on a real database: the list for programs, the pages, the pictures, the tracking.
mod api;
mod pages;
mod scene;
mod tracking;
