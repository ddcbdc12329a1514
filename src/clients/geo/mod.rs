//! geo.api.gouv.fr: what a commune code is today, be it an arrondissement or a commune that was merged into another.
//! Fifty calls a second are allowed to an address: we make twenty.

mod payload;

use reqwest::StatusCode;
use serde_json::Value;

use super::answer::{Answer, Unavailable};
use super::register::Register;
use crate::clock::Clock;
use crate::config::SourceConfig;
use crate::domain::sources::{Place, Standing};

const FIELDS: &str = "nom,code,codeParent,siren,codeEpci,epci,codeDepartement,departement,anciensCodes";

/// A client for one address.
pub struct Client {
    register: Register,
}

impl Client {
    /// # Errors
    /// When the TLS library can't be set up.
    pub fn new(config: &SourceConfig, clock: Clock) -> anyhow::Result<Self> {
        Ok(Self { register: Register::new(&config.url, config.patience, clock, 1200, 20)? })
    }

    /// What a code is today.
    pub async fn place(&self, cog: &str) -> Answer<Place> {
        self.look(cog).await.into()
    }

    async fn look(&self, cog: &str) -> Result<Option<Place>, Unavailable> {
        let types = ("type", "commune-actuelle,arrondissement-municipal");
        if let Some(found) = self.first("/communes", &[("code", cog), types]).await? {
            let Some(parent) = payload::parent(&found) else {
                return Ok(payload::commune(&found).map(|commune| Place { standing: Standing::Commune, commune }));
            };
            let city = self.first("/communes", &[("code", &parent)]).await?;
            let commune = city.as_ref().and_then(payload::commune);
            return Ok(commune.map(|commune| Place { standing: Standing::Arrondissement, commune }));
        }
        if let Some(found) = self.first("/communes", &[("ancienCode", cog)]).await? {
            return Ok(payload::commune(&found).map(|commune| Place { standing: Standing::Former, commune }));
        }
        Ok(None)
    }

    async fn first(&self, path: &str, query: &[(&str, &str)]) -> Result<Option<Value>, Unavailable> {
        let request = self.register.get(path).query(query).query(&[("fields", FIELDS), ("limit", "1")]);
        let reply = self.register.send(request).await?;
        if reply.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        match reply.success()? {
            Value::Array(list) => Ok(list.into_iter().next()),
            _ => Err(Unavailable::because("réponse d’une forme inconnue")),
        }
    }
}
