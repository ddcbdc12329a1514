//! Habilis, in reading order. Rooms decide; the corridor (`workflow`) acts; `docs/architecture.md` says why.

// ── foundations
pub mod assets;
pub mod clock;
pub mod config;
pub mod domain;
pub mod jobs;
pub mod paths;
pub mod store;
pub mod turns;

pub mod clients;
// ── rooms
pub mod accounts;
pub mod instruction;
pub mod intake;
pub mod messages;
pub mod notifications;
pub mod provisioning;
pub mod publication;
pub mod registers;
pub mod reminders;
pub mod tracking;
pub mod workflow;
// ── façade
pub mod cli;
pub mod http;
pub mod sandbox;

/// Secrets of the sandbox: known to all, refused in production.
pub const SANDBOX_WEBHOOK_SECRET: &str = "bac-a-sable-datapass-bac-a-sable";
/// See [`SANDBOX_WEBHOOK_SECRET`].
pub const SANDBOX_HUBEE_SECRET: &str = "bac-a-sable-hubee-bac-a-sable";
/// See [`SANDBOX_WEBHOOK_SECRET`].
pub const SANDBOX_DATAPASS_SECRET: &str = "secret-fictif-du-bac-a-sable";
/// See [`SANDBOX_WEBHOOK_SECRET`].
pub const SANDBOX_S3_SECRET: &str = "secret-s3-fictif-du-bac-a-sable";
