//! The outside systems, one folder each: what goes on the wire, the calls, and what each answer means to us. Knows the
//! domain's types; must not know the store nor any rule of the rooms.

pub mod datapass;
pub mod extraction;
pub mod fetch;
pub mod files;
mod http;
pub mod hubee;
pub mod sirene;
mod token;
