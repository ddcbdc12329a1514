//! The simulated HubEE, driven over HTTP.
mod cases;
mod desk;
mod failures;
mod observed;
mod portal;
mod provisioning;
mod reads;
mod refusals;
mod scopes;
mod teledossiers;
