//! The access token: asked with client credentials, kept until 80 % of its life, dropped when HubEE no longer knows it.

use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;

use super::{Client, Failed, Fault, Trace, fault, http};

/// Lifetime when HubEE does not say: one hour, as its contract of 2024 has it.
const USUAL_SECONDS: i64 = 3600;

/// A token and when to stop using it.
#[derive(Clone)]
pub struct Token {
    pub value: String,
    until: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: Option<i64>,
}

impl Client {
    /// The token to use now.
    pub(super) async fn bearer(&self) -> Result<String, Failed> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| token.until > self.clock.now()) {
            return Ok(token.value.clone());
        }
        let token = self.fetch().await?;
        let value = token.value.clone();
        *kept = Some(token);
        Ok(value)
    }

    /// Forgets a token that HubEE refused, unless another call replaced it already.
    pub(super) async fn forget(&self, refused: &str) {
        let mut kept = self.token.lock().await;
        if kept.as_ref().is_some_and(|token| token.value == refused) {
            *kept = None;
        }
    }

    async fn fetch(&self) -> Result<Token, Failed> {
        // Nothing is changed by asking for a token: every failure but a refusal is worth another try.
        let failed = |why: String| Failed { fault: Fault::Unknown(format!("jeton : {why}")), trace: Trace::default() };
        let form = [("grant_type", "client_credentials"), ("scope", self.config.scope.as_str())];
        let response = self
            .http
            .post(self.config.token_url.clone())
            .basic_auth(&self.config.client_id, Some(self.config.client_secret.expose()))
            .form(&form)
            .send()
            .await
            .map_err(|e| failed(http::plain(&e)))?;
        let status = response.status().as_u16();
        let body = http::body(response).await.map_err(failed)?;
        match status {
            200 | 201 => {}
            400 | 401 | 403 => {
                let why = Fault::Credentials(format!("serveur de jetons : HTTP {status}"));
                return Err(Failed { fault: why, trace: Trace { status: Some(status), ..Trace::default() } });
            }
            _ => {
                let fault = fault::of_answer(status, &body);
                return Err(Failed { fault, trace: Trace { status: Some(status), ..Trace::default() } });
            }
        }
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| failed("réponse incomprise".into()))?;
        let life = answer.expires_in.filter(|s| *s > 0).unwrap_or(USUAL_SECONDS);
        Ok(Token { value: answer.access_token, until: self.clock.now() + Duration::seconds(life * 4 / 5) })
    }
}
