//! A whole running house: the service and its simulated neighbours on loopback, a clock moved by hand, no worker: jobs
//! run when a test says so.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use habilis::accounts::{self, NewAccount, Role};
use habilis::clock::Clock;
use habilis::config::Config;
use habilis::domain::{Actor, Habilitation};
use habilis::sandbox::Sandbox;
use habilis::sandbox::datapass::Filing;
use habilis::sandbox::hubee;
use habilis::sandbox::mailbox::Mail;
use habilis::store::provisioning::ProvisioningRow;
use habilis::store::{Db, habilitations, provisioning};
use habilis::workflow::{self, House as Service, Judgement};
use habilis::{http, sandbox};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::browser::Browser;
use super::database::Fresh;

/// A Tuesday morning.
pub const NOON: &str = "2026-09-08T09:00:00Z";
pub const PASSWORD: &str = "cheval agrafe pile exact";

/// The house, and handles on everything around it.
pub struct House {
    pub clock: Clock,
    pub service: Arc<Service>,
    pub db: Db,
    /// `http://127.0.0.1:port`.
    pub url: String,
    /// Environment of a process of the same house: see `tests/it/kills`.
    pub settings: BTreeMap<String, String>,
    pub sandbox: Sandbox,
    stop: CancellationToken,
    _database: Fresh,
    _documents: tempfile::TempDir,
}

impl House {
    /// A house with its usual settings: decisions here, activation by the API.
    pub async fn open() -> Self {
        Self::with(&[]).await
    }

    /// A house with some settings of its own.
    pub async fn with(own: &[(&str, &str)]) -> Self {
        let clock = Clock::fixed(NOON.parse::<DateTime<Utc>>().unwrap());
        Self::build(clock, own).await
    }

    /// A house that keeps its documents in the sandbox's S3 store.
    pub async fn on_s3() -> Self {
        let clock = Clock::fixed(NOON.parse::<DateTime<Utc>>().unwrap());
        Self::built(clock, &[], true).await
    }

    /// A house that asks every register, each of them simulated.
    pub async fn with_sources() -> Self {
        Self::with_sources_and(&[]).await
    }

    /// The same, with some settings of its own.
    pub async fn with_sources_and(own: &[(&str, &str)]) -> Self {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let on = Sandbox::source_settings(socket.local_addr().unwrap());
        let mut settings: Vec<(&str, &str)> = on.iter().map(|(name, value)| (*name, value.as_str())).collect();
        settings.push(("HABILIS_SOURCES_SECONDS", "1"));
        settings.extend(own);
        let house = Self::with(&settings).await;
        tokio::spawn(house.sandbox.dns.clone().serve(socket));
        house
    }

    /// A house on the machine's clock, to share with processes that have no other.
    pub async fn on_real_time() -> Self {
        Self::on_real_time_with(&[]).await
    }

    /// The same, with some settings of its own.
    pub async fn on_real_time_with(own: &[(&str, &str)]) -> Self {
        Self::build(Clock::System, own).await
    }

    async fn build(clock: Clock, own: &[(&str, &str)]) -> Self {
        Self::built(clock, own, false).await
    }

    async fn built(clock: Clock, own: &[(&str, &str)], s3: bool) -> Self {
        // Only fails when another test did it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (ours, theirs, smtp) = (listener().await, listener().await, listener().await);
        let url = format!("http://{}", ours.local_addr().unwrap());
        let sandbox_url = format!("http://{}", theirs.local_addr().unwrap());
        let sandbox = Sandbox::new(clock.clone(), &url);
        let database = Fresh::new().await;
        let documents = tempfile::tempdir().unwrap();
        let mut settings: BTreeMap<String, String> = BTreeMap::from([
            ("HABILIS_BASE_URL".into(), url.clone()),
            ("DATABASE_URL".into(), database.url.clone()),
            ("HUBEE_ACTIVATION".into(), "automatic".into()),
            ("HABILIS_DOCUMENTS_FOLDER".into(), documents.path().display().to_string()),
            ("MAIL_FROM".into(), "API Particulier <ne-pas-repondre@habilis.test>".into()),
        ]);
        let neighbours = sandbox.client_settings(&sandbox_url, smtp.local_addr().unwrap());
        if s3 {
            let store = sandbox.s3_settings(&sandbox_url).into_iter();
            settings.extend(store.map(|(name, value)| (name.to_owned(), value)));
        }
        settings.extend(neighbours.into_iter().map(|(name, value)| (name.to_owned(), value)));
        settings.extend(own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let config = Config::from_map(settings.clone()).unwrap();
        let db = database.open().await;
        let service = Arc::new(Service::new(config, clock.clone(), db.clone()).unwrap());
        service.publication.refresh(&db).await.unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(sandbox.clone().serve(theirs, smtp, stop.clone()));
        let router = http::router(Arc::clone(&service)).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(axum::serve(ours, router).with_graceful_shutdown(stop.clone().cancelled_owned()).into_future());
        Self { clock, service, db, url, settings, sandbox, stop, _database: database, _documents: documents }
    }

    pub fn hubee(&self) -> &hubee::Hubee {
        &self.sandbox.hubee
    }

    pub fn datapass(&self) -> &sandbox::datapass::Datapass {
        &self.sandbox.datapass
    }

    /// A request is filed and submitted, delivered, and what it leads to is run. Answers its DataPass number.
    pub async fn submitted(&self, filing: Filing) -> i64 {
        let number = self.datapass().create(filing);
        self.datapass().submit(number).unwrap();
        self.deliver().await;
        number
    }

    /// DataPass sends what it holds; the jobs run.
    pub async fn deliver(&self) {
        self.datapass().deliver_pending().await;
        self.run_jobs().await;
    }

    /// Runs every due job until none is due.
    pub async fn run_jobs(&self) -> usize {
        workflow::drain(&self.service).await.unwrap()
    }

    /// Time passes, then the jobs that became due run.
    pub async fn later(&self, by: Duration) {
        self.clock.advance(by);
        self.run_jobs().await;
    }

    /// Somebody with an account, logged in.
    pub async fn logged_in(&self, name: &str, role: Role) -> Browser {
        let email = format!("{}@habilis.test", name.to_lowercase());
        let new = NewAccount { email: email.clone(), name: name.into(), role, password: PASSWORD.into() };
        accounts::create(&self.db, &self.clock, new).await.unwrap();
        let mut browser = Browser::new(&self.url);
        browser.log_in(&email, PASSWORD).await;
        browser
    }

    pub async fn instructeur(&self, name: &str) -> Browser {
        self.logged_in(name, Role::Instructeur).await
    }

    /// Somebody without an account.
    pub fn anyone(&self) -> Browser {
        Browser::new(&self.url)
    }

    pub async fn habilitation(&self, number: i64) -> Habilitation {
        let mut conn = self.db.read().await.unwrap();
        habilitations::by_datapass_id(conn.cx(), number).await.unwrap().expect("the request arrived")
    }

    pub async fn provisioning(&self, number: i64) -> Option<ProvisioningRow> {
        let id = self.habilitation(number).await.id;
        let mut conn = self.db.read().await.unwrap();
        provisioning::of(conn.cx(), id).await.unwrap()
    }

    /// An instructeur sets aside whatever is not fine and may be, having verified it otherwise.
    pub async fn verified_by_hand(&self, number: i64) {
        let by = Actor::Instructeur { id: Uuid::from_u128(77), name: "Bruno".into() };
        let checks = workflow::checks_of(&self.service, &self.habilitation(number).await).await.unwrap();
        for check in checks.iter().filter(|check| check.may_be_overridden() && !check.is_lifted()) {
            let known = self.habilitation(number).await;
            let fingerprint = check.fingerprint();
            let judged = Judgement { code: check.code, fingerprint: &fingerprint, reason: "Vérifié au téléphone." };
            workflow::set_aside(&self.service, known.id, known.version, by.clone(), judged).await.unwrap();
        }
    }

    /// The mails we sent: what HubEE's portal writes is left out.
    pub fn mails(&self) -> Vec<Mail> {
        let all = self.sandbox.mailbox.mails();
        all.into_iter().filter(|mail| mail.envelope_from != sandbox::HUBEE_SENDER).collect()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

/// A request that HubEE will take: everything fine in it.
pub fn hauteluce() -> Filing {
    let mut filing = Filing::example();
    filing.applicant.email = "c.bouchet@mairie-hauteluce.fr".into();
    filing
}

/// The same for another commune, told by its COG.
pub fn commune(name: &str, siret: &str, cog: &str, postal_code: &str) -> Filing {
    let mut filing = hauteluce();
    filing.siret = siret.into();
    filing.organisation = format!("COMMUNE DE {}", name.to_uppercase());
    filing.cog = cog.into();
    filing.postal_code = postal_code.into();
    filing.town = name.to_uppercase();
    filing
}
