//! The simulated HubEE, driven over HTTP.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail the test")]

mod desk;
mod failures;
mod provisioning;
mod reads;
mod refusals;
