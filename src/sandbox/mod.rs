//! Simulated outside systems: DataPass, HubEE, Sirene, a mailbox and the national form, as real stateful servers
//! on loopback, with fault switches. They share no type with `clients`: a simulator that borrowed the client's types
//! could not catch the client's mistakes. Must not know the rooms, the store or the workflow.

pub mod console;
pub mod datapass;
pub mod form;
pub mod hubee;
mod insee;
mod kept;
pub mod mailbox;
pub mod page;
pub mod sirene;
mod wire;
