//! How DataPass's token is asked for. It is kept by [`super::super::token`].

use super::super::token::Granted;
use super::{Client, Fault, fault, http};

/// Lifetime when DataPass does not say: two hours, as it usually does.
const USUAL_SECONDS: i64 = 7200;
/// What we ask to do: read requests.
const SCOPE: &str = "read_authorizations";
/// Largest answer read, in bytes.
const CAP: usize = 64 * 1024;

impl Client {
    /// The token to use now.
    pub(super) async fn bearer(&self) -> Result<String, Fault> {
        self.token.bearer(&self.clock, USUAL_SECONDS, self.fetch()).await
    }

    /// Forgets a token that DataPass refused, unless another call replaced it already.
    pub(super) async fn forget(&self, refused: &str) {
        self.token.forget(refused).await;
    }

    async fn fetch(&self) -> Result<Granted, Fault> {
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
        serde_json::from_slice(&body).map_err(|_| Fault::Unreadable("jeton : ce n’en est pas un".into()))
    }
}
