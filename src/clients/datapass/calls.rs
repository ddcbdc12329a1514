//! The one call: a page of requests, newest first, asked again once when the token is no longer known.

use serde_json::Value;

use super::{Client, Fault, Page, fault, http};

/// Largest page read, in bytes: a request weighs some 15 kB, more with many habilitations.
const CAP: usize = 16 * 1024 * 1024;

impl Client {
    /// The requests from `offset`, newest first, `limit` at most (DataPass's own limit is 1000).
    ///
    /// # Errors
    /// [`Fault`] says whether it may pass by itself.
    pub async fn demandes(&self, offset: usize, limit: usize) -> Result<Page, Fault> {
        let bearer = self.bearer().await?;
        let (status, body) = match self.page(&bearer, offset, limit).await? {
            (401, _) => {
                self.forget(&bearer).await;
                self.page(&self.bearer().await?, offset, limit).await?
            }
            answered => answered,
        };
        if status != 200 {
            return Err(fault::of_answer(status, &body));
        }
        match serde_json::from_slice(&body) {
            Ok(Value::Array(items)) => Ok(Page::read(items)),
            Ok(_) => Err(Fault::Unreadable("ce n’est pas une liste".into())),
            Err(_) => Err(Fault::Unreadable("ce n’est pas du JSON".into())),
        }
    }

    async fn page(&self, bearer: &str, offset: usize, limit: usize) -> Result<(u16, Vec<u8>), Fault> {
        let query = [("limit", limit.to_string()), ("offset", offset.to_string())];
        let request = self.http.get(self.address("/demandes")).bearer_auth(bearer).query(&query);
        let sent = request.header("accept", "application/json").timeout(self.patience).send().await;
        let response = sent.map_err(|error| Fault::Unavailable(http::plain(&error)))?;
        let status = response.status().as_u16();
        match http::body_within(response, CAP).await {
            Ok(body) => Ok((status, body)),
            Err(why) if status == 200 => Err(Fault::Unreadable(why)),
            // The status says enough.
            Err(_) => Ok((status, Vec::new())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    use super::*;
    use crate::clock::Clock;
    use crate::config::{DatapassApiConfig, Secret};

    /// A server that answers a token, then whatever `answer` writes.
    fn client(answer: impl Fn(&mut dyn Write) + Send + 'static) -> Client {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = vec![0; 8192];
                let read = stream.read(&mut request).unwrap_or_default();
                if request[..read].starts_with(b"POST") {
                    let token = r#"{"access_token":"x","expires_in":7200}"#;
                    let _ = write!(
                        stream,
                        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{token}",
                        token.len()
                    );
                } else {
                    answer(&mut stream);
                }
            }
        });
        let every = Duration::from_secs(600);
        let config = DatapassApiConfig { url, client_id: "a".into(), client_secret: Secret::new("b".into()), every };
        let mut client = Client::new(&config, Clock::System).unwrap();
        client.patience = Duration::from_millis(400);
        client
    }

    #[tokio::test]
    async fn silence_ends_with_our_patience() {
        let silent = client(|_| std::thread::sleep(Duration::from_secs(3)));
        let Err(Fault::Unavailable(why)) = silent.demandes(0, 10).await else { panic!("an answer") };
        assert_eq!(why, "pas de réponse à temps");
    }

    #[tokio::test]
    async fn fifty_megabytes_are_not_read() {
        let mut endless = client(|stream| {
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 52428800\r\n\r\n[");
            let spaces = vec![b' '; 1 << 16];
            while stream.write_all(&spaces).is_ok() {}
        });
        endless.patience = Duration::from_secs(20);
        let Err(Fault::Unreadable(why)) = endless.demandes(0, 10).await else { panic!("read whole") };
        assert!(why.contains("plus de"), "{why}");
    }

    #[tokio::test]
    async fn a_connection_cut_is_worth_another_try() {
        let cut = client(|stream| {
            let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[");
        });
        assert!(cut.demandes(0, 10).await.unwrap_err().is_passing());
    }
}
