//! The Annuaire de l’administration (service-public): the mairie of a commune, its addresses and sites.

mod payload;

use serde_json::Value;

use super::answer::{Answer, Unavailable};
use super::register::Register;
use crate::clock::Clock;
use crate::config::SourceConfig;
use crate::domain::sources::Mairie;

const RECORDS: &str = "/api/explore/v2.1/catalog/datasets/api-lannuaire-administration/records";

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

    /// The mairie of a commune, by its COG code. The code is ours: letters and digits.
    pub async fn mairie(&self, cog: &str) -> Answer<Mairie> {
        let plain: String = cog.chars().filter(char::is_ascii_alphanumeric).collect();
        self.records(&plain).await.map(|json| payload::mairie(&json)).into()
    }

    async fn records(&self, cog: &str) -> Result<Value, Unavailable> {
        let filter = format!("code_insee_commune = \"{cog}\" and pivot like \"mairie\"");
        let wanted = "nom,adresse_courriel,telephone,site_internet,pivot,code_insee_commune";
        let query = [("where", filter.as_str()), ("select", wanted), ("limit", "20")];
        let json = self.register.send(self.register.get(RECORDS).query(&query)).await?.success()?;
        let is_envelope = json.get("results").is_some_and(Value::is_array);
        is_envelope.then_some(json).ok_or_else(|| Unavailable::because("réponse d’une forme inconnue"))
    }
}
