//! The whole sandbox as the demonstration serves it: its console, the settings by which a service speaks to it, what
//! survives a restart.

mod faults;

mod hubee;

mod pages;

mod settings;

use std::net::SocketAddr;

use habilis::{clock::Clock, config::Config, sandbox::Sandbox};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// Where Habilis would be: nobody answers there.
const HABILIS: &str = "http://127.0.0.1:1";

/// A sandbox being served, until the end of the test.
struct Served {
    sandbox: Sandbox,
    /// Without final slash.
    root: String,
    smtp: SocketAddr,
    web: reqwest::Client,
    stop: CancellationToken,
    serving: JoinHandle<anyhow::Result<()>>,
}

impl Served {
    async fn new() -> Self {
        Self::of(Sandbox::new(Clock::System, HABILIS)).await
    }

    async fn of(sandbox: Sandbox) -> Self {
        // Already installed by another test of this process: the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mails = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (root, smtp) = (format!("http://{}", http.local_addr().unwrap()), mails.local_addr().unwrap());
        let stop = CancellationToken::new();
        let serving = tokio::spawn(sandbox.clone().serve(http, mails, stop.clone()));
        let web = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { sandbox, root, smtp, web, stop, serving }
    }

    /// Status and body of a page.
    async fn get(&self, path: &str) -> (u16, String) {
        let response = self.web.get(format!("{}{path}", self.root)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Status of a form sent as a browser of this page would.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> u16 {
        let request = self.web.post(format!("{}{path}", self.root)).header("Sec-Fetch-Site", "same-origin");
        request.form(fields).send().await.unwrap().status().as_u16()
    }

    /// The configuration of a service that uses this sandbox.
    fn config(&self) -> Config {
        let settings = self.sandbox.client_settings(&format!("{}/", self.root), self.smtp);
        Config::from_map(settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()).unwrap()
    }

    /// Stops and waits.
    async fn end(self) {
        self.stop.cancel();
        self.serving.await.unwrap().unwrap();
    }
}
