//! The simulated HubEE, driven over HTTP.
mod desk;
mod failures;
mod portal;
mod provisioning;
mod reads;
mod refusals;
