//! A running service on a fresh database, and what a browser does with it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::support::database::Fresh;
use chrono::{DateTime, Utc};
use habilis::accounts::{self, Account, NewAccount, Role};
use habilis::clock::Clock;
use habilis::config::Config;
use habilis::http::router;
use habilis::store::Db;
use habilis::workflow::House;
use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{Client, RequestBuilder, Response, StatusCode};

pub const EMAIL: &str = "camille.martin@exemple.fr";
pub const PASSWORD: &str = "cheval agrafe pile exact";

/// A running service.
pub struct Service {
    address: SocketAddr,
    pub db: Db,
    pub clock: Clock,
    pub client: Client,
    _database: Arc<Fresh>,
}

impl Service {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let noon: DateTime<Utc> = "2026-11-16T12:00:00Z".parse().unwrap();
        Self::start(Arc::new(Fresh::new().await), Clock::fixed(noon), settings).await
    }

    async fn start(database: Arc<Fresh>, clock: Clock, settings: &[(&str, &str)]) -> Self {
        let mut values = BTreeMap::from([
            ("SMTP_URL", "blackhole:"),
            ("HUBEE_API_URL", "http://127.0.0.1:9/"),
            ("HUBEE_TOKEN_URL", "http://127.0.0.1:9/"),
            ("HUBEE_CLIENT_ID", "x"),
            ("HUBEE_CLIENT_SECRET", "y"),
            ("DATAPASS_WEBHOOK_SECRETS", "un-secret-de-test-assez-long"),
        ]);
        values.extend(settings.iter().copied());
        let config = Config::from_map(values.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()).unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let db = database.open().await;
        let house = Arc::new(House::new(config, clock.clone(), db.clone()).unwrap());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = router(house).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { address, db, clock, client, _database: database }
    }

    /// The same database and clock, another process.
    pub async fn restarted(&self) -> Self {
        Self::start(Arc::clone(&self._database), self.clock.clone(), &[]).await
    }

    pub async fn account(&self) -> Account {
        let new = NewAccount {
            email: EMAIL.into(),
            name: "Camille Martin".into(),
            role: Role::Instructeur,
            password: PASSWORD.into(),
        };
        accounts::create(&self.db, &self.clock, new).await.unwrap()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.client.post(self.url(path)).form(fields)
    }

    pub fn credentials(&self, email: &str, password: &str) -> RequestBuilder {
        self.post("/connexion", &[("email", email), ("mot-de-passe", password)])
    }

    pub async fn try_to_log_in(&self, email: &str, password: &str) -> Response {
        self.credentials(email, password).send().await.unwrap()
    }

    /// The cookie of a fresh login.
    pub async fn log_in(&self) -> String {
        let response = self.try_to_log_in(EMAIL, PASSWORD).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        cookie(&response)
    }

    pub async fn login_page(&self, cookie: &str) -> Response {
        self.client.get(self.url("/connexion")).header("cookie", cookie).send().await.unwrap()
    }

    /// The login page sends whoever is logged in to the queue.
    pub async fn is_logged_in(&self, cookie: &str) -> bool {
        self.login_page(cookie).await.status() == StatusCode::SEE_OTHER
    }

    /// Runs a statement behind the service's back.
    pub async fn sql(&self, statement: &'static str) {
        match &self.db {
            Db::Sqlite { writer, .. } => sqlx::query(statement).execute(writer).await.map(|_| ()),
            Db::Postgres(pool) => sqlx::query(statement).execute(pool).await.map(|_| ()),
        }
        .unwrap();
    }

    pub async fn count(&self, query: &'static str) -> i64 {
        match &self.db {
            Db::Sqlite { reader, .. } => sqlx::query_scalar(query).fetch_one(reader).await,
            Db::Postgres(pool) => sqlx::query_scalar(query).fetch_one(pool).await,
        }
        .unwrap()
    }
}

pub fn cookie(response: &Response) -> String {
    header(response.headers(), reqwest::header::SET_COOKIE).split(';').next().unwrap().to_owned()
}

pub fn header(headers: &HeaderMap, name: HeaderName) -> &str {
    headers[name].to_str().unwrap()
}

pub fn location(response: &Response) -> &str {
    header(response.headers(), reqwest::header::LOCATION)
}
