//! Recherche d’entreprises, the State's open search over registers: a unit by its SIRET, or the collectivité of a commune,
//! with the élus known of it. Seven calls a second are allowed to an address: we make five.

mod payload;

use reqwest::StatusCode;
use serde_json::Value;

use super::answer::{Answer, Unavailable};
use super::register::Register;
use crate::clock::Clock;
use crate::config::SourceConfig;
use crate::domain::sources::Unit;

/// A client for one address.
pub struct Client {
    register: Register,
}

impl Client {
    /// # Errors
    /// When the TLS library can't be set up.
    pub fn new(config: &SourceConfig, clock: Clock) -> anyhow::Result<Self> {
        Ok(Self { register: Register::new(&config.url, config.patience, clock, 300, 5)? })
    }

    /// The unit of an establishment.
    pub async fn of_siret(&self, siret: &str) -> Answer<Unit> {
        let search = self.search(&[("q", siret)]).await;
        search.map(|json| payload::unit(&json, Some(siret))).into()
    }

    /// The collectivité of a commune, by its COG code.
    pub async fn of_commune(&self, cog: &str) -> Answer<Unit> {
        let search = self.search(&[("code_collectivite_territoriale", cog), ("nature_juridique", "7210,7229")]).await;
        search.map(|json| payload::unit(&json, None)).into()
    }

    async fn search(&self, query: &[(&str, &str)]) -> Result<Value, Unavailable> {
        let request = self.register.get("/search").query(query).query(&[("page", "1"), ("per_page", "1")]);
        let reply = self.register.send(request).await?;
        match reply.status {
            StatusCode::BAD_REQUEST => Err(Unavailable::because("question refusée (HTTP 400)")),
            _ => reply.success().and_then(|json| {
                let is_envelope = json.get("results").is_some_and(Value::is_array);
                is_envelope.then_some(json).ok_or_else(|| Unavailable::because("réponse d’une forme inconnue"))
            }),
        }
    }
}
