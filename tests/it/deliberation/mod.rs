//! The délibération: fetched from strangers' sites, deposited by people, kept, read, looked at, forgotten.

mod deposits;
mod fetching;
mod hostile;
mod keeping;
mod pages;
mod reread;

use habilis::sandbox::datapass::Filing;

use crate::support::house::hauteluce;

/// A request whose délibération is at an address.
fn with_address(address: &str) -> Filing {
    Filing { url: Some(address.into()), document: false, ..hauteluce() }
}

/// A délibération that comes with the sandbox.
fn shipped(name: &str) -> &'static [u8] {
    habilis::sandbox::town_halls::shipped(name).expect("a shipped délibération")
}
