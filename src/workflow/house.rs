//! Everything a running service holds, wired once by `cli` or by a test. Cheap to share behind an `Arc`.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::clients::extraction::Extractor;
use crate::clients::fetch::{Fetcher, System};
use crate::clients::files::Files;
use crate::clients::{annuaire, datapass, dns, geo, hubee, recherche, sirene};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::sources::Source;
use crate::instruction::queue;
use crate::intake::Writer;
use crate::notifications::Post;
use crate::publication::Publication;
use crate::store::Db;

/// The service's parts.
pub struct House {
    pub config: Config,
    pub clock: Clock,
    pub db: Db,
    pub intake: Writer,
    pub hubee: hubee::Client,
    pub sirene: Option<sirene::Client>,
    /// The registers that are turned on.
    pub recherche: Option<recherche::Client>,
    pub geo: Option<geo::Client>,
    pub annuaire: Option<annuaire::Client>,
    pub dns: Option<dns::Client>,
    /// Reads what the webhooks missed, when DataPass gave us an application.
    pub datapass: Option<datapass::Client>,
    /// Bytes of the documents.
    pub files: Files,
    pub fetcher: Fetcher,
    pub extractor: Extractor,
    pub post: Post,
    pub publication: Publication,
    /// Words and facets of every request, for the queue.
    pub queue: queue::Index,
    /// Rung when a job was added in this process.
    pub wake: Arc<Notify>,
}

impl House {
    /// Wires the parts; the database is open and migrated, nothing runs yet.
    ///
    /// # Errors
    /// When a setting that only its user understands (SMTP address, sender) is wrong.
    pub fn new(config: Config, clock: Clock, db: Db) -> anyhow::Result<Self> {
        let wake = Arc::new(Notify::new());
        let sources = &config.sources;
        Ok(Self {
            intake: Writer::start(db.clone(), clock.clone(), Arc::clone(&wake)),
            hubee: hubee::Client::new(&config.hubee, clock.clone())?,
            sirene: on(config.sirene.as_ref(), |own| sirene::Client::new(own, sources.patience, clock.clone()))?,
            recherche: on(sources.recherche.as_ref(), |own| recherche::Client::new(own, clock.clone()))?,
            geo: on(sources.geo.as_ref(), |own| geo::Client::new(own, clock.clone()))?,
            annuaire: on(sources.annuaire.as_ref(), |own| annuaire::Client::new(own, clock.clone()))?,
            dns: on(sources.dns.as_ref(), |own| dns::Client::new(own, clock.clone()))?,
            datapass: config.datapass_api.as_ref().map(|api| datapass::Client::new(api, clock.clone())).transpose()?,
            files: Files::new(&config.documents.files)?,
            fetcher: Fetcher::new(Arc::new(System), config.documents.test_sites),
            extractor: Extractor::default(),
            post: Post::new(config.smtp_url.expose(), &config.mail_from)?,
            publication: Publication::new(),
            queue: queue::Index::default(),
            config,
            clock,
            db,
            wake,
        })
    }

    /// Whether a register is turned on.
    pub fn asks(&self, source: Source) -> bool {
        match source {
            Source::Sirene => self.sirene.is_some(),
            Source::Recherche => self.recherche.is_some(),
            Source::Geo => self.geo.is_some(),
            Source::Annuaire => self.annuaire.is_some(),
            Source::Dns => self.dns.is_some(),
            Source::Hubee => self.config.sources.hubee,
        }
    }
}

#[cfg(test)]
impl House {
    /// A house for tests, in a folder of theirs: its neighbours don't answer, its mails go nowhere.
    pub async fn alone(
        folder: &tempfile::TempDir,
        now: chrono::DateTime<chrono::Utc>,
        more: &[(&str, &str)],
    ) -> Arc<Self> {
        // Another test may have come first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let values = [
            ("SMTP_URL", "blackhole:"),
            ("HUBEE_API_URL", "http://127.0.0.1:9/"),
            ("HUBEE_TOKEN_URL", "http://127.0.0.1:9/"),
            ("HUBEE_CLIENT_ID", "x"),
            ("HUBEE_CLIENT_SECRET", "y"),
            ("DATAPASS_WEBHOOK_SECRETS", "un-secret-de-test-assez-long"),
        ];
        let values = values.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = Config::from_map(values.collect()).unwrap();
        let db = Db::open(&format!("sqlite://{}/habilis.db", folder.path().display())).await.unwrap();
        db.migrate().await.unwrap();
        Arc::new(Self::new(config, Clock::fixed(now), db).unwrap())
    }
}

/// The client of what is set up.
fn on<C, T>(config: Option<&C>, client: impl FnOnce(&C) -> anyhow::Result<T>) -> anyhow::Result<Option<T>> {
    config.map(client).transpose()
}
