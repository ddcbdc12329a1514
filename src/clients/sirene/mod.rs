//! INSEE's Sirene 3.11: one establishment by its SIRET, in our words. Its JSON is also what DataPass forwards as
//! `insee_payload`, so the translation serves both.

mod payload;

use reqwest::StatusCode;
use siret::Siret;

use super::http;
use crate::config::{Secret, SireneConfig};
use crate::domain::Organisation;

pub use payload::organisation;

/// What Sirene answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Found(Box<Organisation>),
    /// 404: no such establishment. 301 (unit closed as a duplicate) counts too.
    Unknown,
    /// Anything else: ask again later. The text holds no personal data.
    Unavailable(String),
}

/// A client for one Sirene address and key.
pub struct Client {
    http: reqwest::Client,
    api: url::Url,
    key: Secret,
}

impl Client {
    /// # Errors
    /// When the TLS library can't be set up.
    pub fn new(config: &SireneConfig) -> anyhow::Result<Self> {
        Ok(Self { http: http::client()?, api: config.api_url.clone(), key: config.api_key.clone() })
    }

    /// Asks for one establishment.
    pub async fn establishment(&self, siret: &Siret) -> Answer {
        let url = format!("{}/api-sirene/3.11/siret/{siret}", self.api.as_str().trim_end_matches('/'));
        let request = self.http.get(url).header("X-INSEE-Api-Key-Integration", self.key.expose());
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Answer::Unavailable(http::plain(&error)),
        };
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::MOVED_PERMANENTLY => return Answer::Unknown,
            other => return Answer::Unavailable(format!("HTTP {}", other.as_u16())),
        }
        let parsed = http::body(response).await.and_then(|b| serde_json::from_slice(&b).map_err(|_| "not JSON".into()));
        match parsed.map(|json| payload::organisation(&json)) {
            Ok(Some(organisation)) => Answer::Found(Box::new(organisation)),
            Ok(None) => Answer::Unavailable("answer without an establishment".into()),
            Err(why) => Answer::Unavailable(why),
        }
    }
}
