//! INSEE's Sirene 3.11: one establishment by its SIRET, in our words. Its JSON is also what DataPass forwards as
//! `insee_payload`, so the translation serves both.

mod payload;

use reqwest::{RequestBuilder, StatusCode};
use siret::Siret;

use super::answer::{Answer, Unavailable};
use super::register::Register;
use crate::clock::Clock;
use crate::config::{Secret, SireneConfig};
use crate::domain::sources::{Establishment, Registered};

pub use payload::organisation;

/// A client for one Sirene address and key.
pub struct Client {
    register: Register,
    key: Secret,
}

impl Client {
    /// `patience`: how long an answer may take.
    ///
    /// # Errors
    /// When the TLS library can't be set up.
    pub fn new(config: &SireneConfig, patience: std::time::Duration, clock: Clock) -> anyhow::Result<Self> {
        let burst = i32::try_from(config.per_minute).unwrap_or(i32::MAX);
        let register = Register::new(&config.api_url, patience, clock, config.per_minute, burst)?;
        Ok(Self { register, key: config.api_key.clone() })
    }

    /// Asks for one establishment; for what took over when it is closed.
    pub async fn establishment(&self, siret: &Siret) -> Answer<Registered> {
        self.ask(siret).await.into()
    }

    async fn ask(&self, siret: &Siret) -> Result<Option<Registered>, Unavailable> {
        let reply = self.register.send(self.get(&format!("/api-sirene/3.11/siret/{siret}"))).await?;
        match reply.status {
            StatusCode::NOT_FOUND => return Ok(None),
            StatusCode::MOVED_PERMANENTLY => return Ok(Some(Registered::Duplicate)),
            StatusCode::FORBIDDEN => return Ok(Some(Registered::Withheld)),
            StatusCode::UNAUTHORIZED => return Err(Unavailable::because("clé refusée (HTTP 401)")),
            _ => {}
        }
        let mut found = payload::establishment(&reply.success()?)
            .ok_or_else(|| Unavailable::because("réponse sans établissement"))?;
        if found.open == Some(false) {
            found.successor = self.successor(siret).await;
        }
        Ok(Some(Registered::Known(Box::new(found))))
    }

    /// The establishment that took over. Its absence, or a failure, is no reason to lose the answer that led here.
    async fn successor(&self, siret: &Siret) -> Option<String> {
        let question = format!("siretEtablissementPredecesseur:{siret}");
        let request = self.get("/api-sirene/3.11/siret/liensSuccession").query(&[("q", question)]);
        let reply = self.register.send(request).await.ok()?;
        payload::successor(&reply.success().ok()?)
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.register.get(path).header("X-INSEE-Api-Key-Integration", self.key.expose())
    }
}

/// What Sirene describes, for who reads no more than that.
pub fn described(said: &Registered) -> Option<&Establishment> {
    match said {
        Registered::Known(establishment) => Some(establishment),
        Registered::Duplicate | Registered::Withheld => None,
    }
}
