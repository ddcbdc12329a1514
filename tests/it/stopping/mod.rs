//! How a service ends, starts again, or goes elsewhere: the page first, then the abonnement, told to everybody.

mod failures;
mod granted_again;
mod kills;
mod moves;
mod paused;
mod revoked;
pub mod scene;
