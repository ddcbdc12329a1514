//! How HubEE's token is asked for. It is kept by [`super::super::token`].

use super::super::token::Granted;
use super::calls::patience;
use super::{Client, Failed, Fault, Trace, fault, http};

/// Lifetime when HubEE does not say: one hour, as its contract of 2024 has it.
const USUAL_SECONDS: i64 = 3600;

impl Client {
    /// The token to use now.
    pub(super) async fn bearer(&self) -> Result<String, Failed> {
        self.token.bearer(&self.clock, USUAL_SECONDS, self.fetch()).await
    }

    /// Forgets a token that HubEE refused, unless another call replaced it already.
    pub(super) async fn forget(&self, refused: &str) {
        self.token.forget(refused).await;
    }

    async fn fetch(&self) -> Result<Granted, Failed> {
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
        let (status, retry_after) = (response.status().as_u16(), patience(response.headers()));
        let body = http::body(response).await.map_err(failed)?;
        match status {
            200 | 201 => {}
            400 | 401 | 403 => {
                let why = Fault::Credentials(format!("serveur de jetons : HTTP {status}"));
                return Err(Failed { fault: why, trace: Trace { status: Some(status), ..Trace::default() } });
            }
            _ => {
                let fault = fault::of_answer(status, &body);
                return Err(Failed { fault, trace: Trace { status: Some(status), retry_after, ..Trace::default() } });
            }
        }
        serde_json::from_slice(&body).map_err(|_| failed("réponse incomprise".into()))
    }
}
