//! The access token: asked with client credentials, kept until 80 % of its life, dropped when DataPass no longer knows it.

use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;

use super::{Client, Fault, fault, http};

/// Lifetime when DataPass does not say: two hours, as it usually does.
const USUAL_SECONDS: i64 = 7200;
/// What we ask to do: read requests.
const SCOPE: &str = "read_authorizations";
/// Largest answer read, in bytes.
const CAP: usize = 64 * 1024;

/// A token and when to stop using it.
pub struct Token {
    value: String,
    until: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: Option<i64>,
}

impl Client {
    /// The token to use now.
    pub(super) async fn bearer(&self) -> Result<String, Fault> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| token.until > self.clock.now()) {
            return Ok(token.value.clone());
        }
        let token = self.fetch().await?;
        let value = token.value.clone();
        *kept = Some(token);
        Ok(value)
    }

    /// Forgets a token that DataPass refused, unless another call replaced it already.
    pub(super) async fn forget(&self, refused: &str) {
        let mut kept = self.token.lock().await;
        if kept.as_ref().is_some_and(|token| token.value == refused) {
            *kept = None;
        }
    }

    async fn fetch(&self) -> Result<Token, Fault> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.config.client_id.as_str()),
            ("client_secret", self.config.client_secret.expose()),
            ("scope", SCOPE),
        ];
        let lost = |why: String| Fault::Unavailable(format!("jeton : {why}"));
        let request = self.http.post(self.address("/oauth/token")).timeout(self.patience).form(&form);
        let response = request.send().await.map_err(|error| lost(http::plain(&error)))?;
        let status = response.status().as_u16();
        let body = http::body_within(response, CAP).await.map_err(lost)?;
        if status != 200 {
            return Err(fault::of_token(status));
        }
        let answer: Answer =
            serde_json::from_slice(&body).map_err(|_| Fault::Unreadable("jeton : ce n’en est pas un".into()))?;
        let life = answer.expires_in.filter(|seconds| *seconds > 0).unwrap_or(USUAL_SECONDS);
        Ok(Token { value: answer.access_token, until: self.clock.now() + Duration::seconds(life.min(86_400) * 4 / 5) })
    }
}
