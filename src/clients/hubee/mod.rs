//! HubEE's referential API, version 1, as production uses it: organisations and subscriptions. Says what each answer
//! means to us; decides nothing. HubEE has no DELETE: whatever is done here stays.

mod calls;
mod fault;
mod fields;
mod token;
mod trace;
mod wire;

use crate::clock::Clock;
use crate::config::HubeeConfig;

use super::http;

pub use fault::{Failed, Fault};
pub use trace::{Trace, redact};
pub use wire::{Administrator, Delegation, NewSubscription, Organisation, Settings, Subscriber, Subscription};

/// The démarche of the form: case-sensitive.
pub const PROCESS: &str = "FormulaireQF";

/// What a call brought: the value, and what to keep of the exchange.
#[derive(Debug)]
pub struct Reply<T> {
    pub value: T,
    pub trace: Trace,
}

/// Result of each call.
pub type Outcome<T> = Result<Reply<T>, Failed>;

/// A client for one HubEE environment and one pair of credentials. Keeps its token until it ages.
pub struct Client {
    http: reqwest::Client,
    config: HubeeConfig,
    clock: Clock,
    token: super::token::Kept,
}

impl Client {
    /// # Errors
    /// When the TLS library can't be set up.
    pub fn new(config: &HubeeConfig, clock: Clock) -> anyhow::Result<Self> {
        let http = http::builder().timeout(config.patience).build()?;
        Ok(Self { http, config: config.clone(), clock, token: super::token::Kept::default() })
    }
}
