//! The service as it runs, on loopback and on the machine's clock, without workers: its own router, its own sessions.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use habilis::accounts::{self, NewAccount, Role};
use habilis::clock::Clock;
use habilis::config::Config;
use habilis::workflow::House as Service;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::engine::Engine;
use super::samples::{Samples, milliseconds};

const EMAIL: &str = "mesure@habilis.example";
const PASSWORD: &str = "mesure mesure mesure";

/// How many at once, when they are a crowd.
const PEOPLE: usize = 8;

/// A service that listens.
pub struct House {
    pub service: Arc<Service>,
    pub address: SocketAddr,
    stop: CancellationToken,
}

impl House {
    /// Opens the service over a database.
    ///
    /// # Errors
    /// When a setting is refused, or no port is free.
    pub async fn open(engine: &Engine) -> Result<Self> {
        // Only fails when it is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let config = settings(&engine.url, address);
        let config = Config::from_map(config.map(|(name, value)| (name.to_owned(), value)).into())
            .map_err(|problems| anyhow!("{problems:?}"))?;
        let service = Arc::new(Service::new(config, Clock::System, engine.db.clone())?);
        let stop = CancellationToken::new();
        tokio::spawn(habilis::http::serve(Arc::clone(&service), listener, stop.clone()));
        Ok(Self { service, address, stop })
    }

    /// Makes the account that [`House::logged_in`] uses.
    ///
    /// # Errors
    /// When it can't be made.
    pub async fn instructeur(&self) -> Result<()> {
        let (email, password) = (EMAIL.to_owned(), PASSWORD.to_owned());
        let new = NewAccount { email, name: "Mesure".into(), role: Role::Instructeur, password };
        accounts::create(&self.service.db, &self.service.clock, new).await?;
        Ok(())
    }

    /// A client logged in as this instructeur, by the login page.
    ///
    /// # Errors
    /// When the login is refused.
    pub fn logged_in(&self) -> Result<Client> {
        let mut client = Client::connect(self.address)?;
        client.log_in(EMAIL, PASSWORD).context("login")?;
        Ok(client)
    }

    /// Eight people at once, each on a connection of their own, ask for these pages in turn.
    ///
    /// # Errors
    /// When one is refused a page.
    pub fn crowd(&self, rounds: usize, times: usize, paths: &[impl AsRef<str> + Sync]) -> Result<Samples> {
        let first = self.logged_in()?;
        let mut clients = (0..PEOPLE).map(|_| first.again()).collect::<Result<Vec<_>>>()?;
        let mut samples = Samples::default();
        for _ in 0..rounds {
            samples.round(round(&mut clients, times, paths)?);
        }
        Ok(samples)
    }
}

fn round(clients: &mut [Client], times: usize, paths: &[impl AsRef<str> + Sync]) -> Result<Vec<f64>> {
    std::thread::scope(|scope| {
        let people: Vec<_> =
            clients.iter_mut().map(|client| scope.spawn(move || visit(client, times, paths))).collect();
        let mut all = Vec::new();
        for person in people {
            all.extend(person.join().map_err(|_| anyhow!("somebody fell"))??);
        }
        Ok(all)
    })
}

fn visit(client: &mut Client, times: usize, paths: &[impl AsRef<str>]) -> Result<Vec<f64>> {
    let mut each = paths.iter().cycle();
    let mut took = Vec::with_capacity(times);
    while let (true, Some(path)) = (took.len() < times, each.next()) {
        let start = Instant::now();
        client.page(path.as_ref())?;
        took.push(milliseconds(start));
    }
    Ok(took)
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn settings(database: &str, address: SocketAddr) -> [(&'static str, String); 8] {
    [
        ("DATABASE_URL", database.to_owned()),
        ("HABILIS_BASE_URL", format!("http://{address}")),
        ("SMTP_URL", "blackhole:".to_owned()),
        ("HUBEE_API_URL", "http://127.0.0.1:9/".to_owned()),
        ("HUBEE_TOKEN_URL", "http://127.0.0.1:9/".to_owned()),
        ("HUBEE_CLIENT_ID", "mesure".to_owned()),
        ("HUBEE_CLIENT_SECRET", "mesure".to_owned()),
        ("DATAPASS_WEBHOOK_SECRETS", "un-secret-de-mesure-assez-long".to_owned()),
    ]
}
