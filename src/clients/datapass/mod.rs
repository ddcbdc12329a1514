//! DataPass's REST API, version 1, as a reader: the list of requests with their history. Nothing is ever sent there but
//! the demand for a token: it has no verb to decide, and writing would change requests under instruction.

mod calls;
mod fault;
mod token;
mod wire;

use std::time::Duration;

use super::http;
use crate::clock::Clock;
use crate::config::DatapassApiConfig;

pub use fault::Fault;
pub use wire::{Demande, Occurrence, Page};

/// How long one answer may take: a page of requests is the slowest thing DataPass makes for us.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client for one DataPass and one pair of credentials. Keeps its token until it ages.
pub struct Client {
    http: reqwest::Client,
    config: DatapassApiConfig,
    clock: Clock,
    token: super::token::Kept,
    patience: Duration,
}

impl Client {
    /// # Errors
    /// When the TLS library can't be set up.
    pub fn new(config: &DatapassApiConfig, clock: Clock) -> anyhow::Result<Self> {
        let token = super::token::Kept::default();
        Ok(Self { http: http::client()?, config: config.clone(), clock, token, patience: PATIENCE })
    }

    fn address(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.config.url.as_str().trim_end_matches('/'))
    }
}
