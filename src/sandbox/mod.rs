//! Simulated outside systems: DataPass, HubEE, Sirene, a mailbox and the national form, as real stateful servers
//! on loopback, with fault switches. They share no type with `clients`: a simulator that borrowed the client's types
//! could not catch the client's mistakes. Must not know the rooms, the store or the workflow.

pub mod communes;
pub mod console;
pub mod datapass;
pub mod form;
pub mod hubee;
mod insee;
mod kept;
pub mod mailbox;
pub mod page;
pub mod registers;
pub mod s3;
pub mod sirene;
pub mod time;
pub mod town_halls;
mod wire;

use std::{net::SocketAddr, path::Path, time::Duration};

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::{
    datapass::{Datapass, Webhook},
    form::Form,
    hubee::Hubee,
    mailbox::Mailbox,
    page::{Frame, Link},
    registers::{Annuaire, Dns, Geo, Recherche, outage::Switch},
    s3::S3,
    sirene::Sirene,
    time::Time,
    town_halls::TownHalls,
};
use crate::{clock::Clock, paths};

/// Where each system is mounted below the sandbox's address.
const DATAPASS: &str = "/datapass";
const HUBEE: &str = "/hubee";
const SIRENE: &str = "/sirene";
const RECHERCHE: &str = "/recherche-entreprises";
const GEO: &str = "/geo";
const ANNUAIRE: &str = "/annuaire";
const MAILBOX: &str = "/courriels";
const FORM: &str = "/formulaire";
const STORE: &str = "/s3";

/// Who signs the mails of HubEE's portal.
pub const HUBEE_SENDER: &str = "ne-pas-repondre@hubee.example";

/// How long connections may last once asked to stop: an answer may be held by a fault.
const GRACE: Duration = Duration::from_secs(3);
/// How often HubEE looks at the time.
const BEAT: Duration = Duration::from_secs(10);

/// All the simulated systems, wired together; clones share the same state.
#[derive(Clone)]
pub struct Sandbox {
    pub datapass: Datapass,
    pub hubee: Hubee,
    pub sirene: Sirene,
    pub recherche: Recherche,
    pub geo: Geo,
    pub annuaire: Annuaire,
    pub dns: Dns,
    pub mailbox: Mailbox,
    pub form: Form,
    pub s3: S3,
    pub town_halls: TownHalls,
    pub time: Time,
    /// Public address of the Habilis they surround, without final slash.
    habilis: String,
}

impl Sandbox {
    /// Systems forgotten when the process ends. DataPass posts to the Habilis at `habilis_url`, such as
    /// `http://127.0.0.1:8080`.
    pub fn new(clock: Clock, habilis_url: &str) -> Self {
        let datapass = Datapass::new(clock.clone(), webhook(habilis_url));
        let time = Time::new(clock.clone());
        Self::around(habilis_url, time, datapass, Hubee::new(clock), Mailbox::new())
    }

    /// The same, with its state in files of `folder` (created if missing), read now if they exist.
    ///
    /// # Errors
    /// When the folder cannot be created, or a file cannot be read or understood.
    pub fn persisted(clock: Clock, habilis_url: &str, folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
        let time = Time::persisted(clock.clone(), folder.join("horloge.json"))?;
        let datapass = Datapass::persisted(clock.clone(), webhook(habilis_url), folder.join("datapass.json"))?;
        let hubee = Hubee::persisted(clock, folder.join("hubee.json"))?;
        let mailbox = Mailbox::persisted(folder.join("courriels.jsonl"))?;
        Ok(Self::around(habilis_url, time, datapass, hubee, mailbox))
    }

    fn around(habilis_url: &str, time: Time, datapass: Datapass, hubee: Hubee, mailbox: Mailbox) -> Self {
        let habilis = habilis_url.trim_end_matches('/').to_owned();
        let frame = |base: &str| frame(base, &habilis);
        // INSEE knows whoever filed.
        let (filed, searched) = (datapass.clone(), datapass.clone());
        let letters = mailbox.clone();
        Self {
            sirene: Sirene::new().backed_by(move |siret| filed.establishment(siret)),
            recherche: Recherche::new().backed_by(move |siret| searched.establishment(siret)),
            geo: Geo::new(),
            annuaire: Annuaire::new(),
            dns: Dns::new(),
            form: Form::new(&habilis).framed(frame(FORM)),
            datapass: datapass.framed(frame(DATAPASS)),
            mailbox: mailbox.framed(frame(MAILBOX)),
            // What HubEE's portal writes is received like any other mail.
            hubee: hubee
                .posting(move |mail| letters.deposit(HUBEE_SENDER, &mail.to, &mail.subject, &mail.text, mail.at)),
            s3: S3::default(),
            town_halls: TownHalls::default(),
            time,
            habilis,
        }
    }

    /// The console at the root, every system below its own prefix, and the static files. Pages are guarded; the APIs
    /// of HubEE, Sirene and DataPass, which no browser calls, are not.
    pub fn router(&self) -> Router {
        Router::new()
            .merge(console::router(self.clone()))
            .merge(page::static_files())
            .nest(DATAPASS, self.datapass.router())
            .nest(MAILBOX, self.mailbox.router())
            .nest(FORM, self.form.router())
            .nest(SIRENE, self.sirene.router())
            .nest(RECHERCHE, self.recherche.router())
            .nest(GEO, self.geo.router())
            .nest(ANNUAIRE, self.annuaire.router())
            .nest_service(HUBEE, self.hubee.router())
            .nest(STORE, self.s3.router())
            .layer(axum::middleware::from_fn_with_state(self.town_halls.clone(), town_halls::answer))
    }

    /// Answers on `http` and receives mails on `smtp`, until `stop`: what is being answered
    /// then has a few seconds to end.
    ///
    /// # Errors
    /// When the HTTP server stops by itself.
    pub async fn serve(self, http: TcpListener, smtp: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        let answering = axum::serve(http, self.router()).with_graceful_shutdown(stop.clone().cancelled_owned());
        let too_late = async {
            stop.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            ended = answering => ended.context("the sandbox's HTTP server stopped"),
            () = too_late => Ok(()),
            () = goes_on(self.hubee.clone()) => Ok(()),
            () = self.mailbox.serve_smtp(smtp) => anyhow::bail!("the sandbox's mail server stopped"),
        }
    }

    /// The switch of a register beside Sirene, by the name it has in settings.
    pub fn switch(&self, register: &str) -> Option<&Switch> {
        match register {
            "recherche" => Some(&self.recherche.switch),
            "geo" => Some(&self.geo.switch),
            "annuaire" => Some(&self.annuaire.switch),
            "dns" => Some(&self.dns.switch),
            _ => None,
        }
    }

    /// The settings by which a Habilis speaks to this sandbox, served at `sandbox_url` and, for mails, at `smtp`.
    pub fn client_settings(&self, sandbox_url: &str, smtp: SocketAddr) -> Vec<(&'static str, String)> {
        let root = sandbox_url.trim_end_matches('/');
        let (client, secret) = Hubee::credentials();
        vec![
            ("DATAPASS_WEBHOOK_SECRETS", crate::SANDBOX_WEBHOOK_SECRET.to_owned()),
            ("DATAPASS_URL", format!("{root}{DATAPASS}")),
            ("DATAPASS_CLIENT_ID", datapass::CLIENT_ID.to_owned()),
            ("DATAPASS_CLIENT_SECRET", datapass::CLIENT_SECRET.to_owned()),
            ("HUBEE_API_URL", format!("{root}{HUBEE}")),
            ("HUBEE_TOKEN_URL", format!("{root}{HUBEE}/oauth2/token")),
            ("HUBEE_CLIENT_ID", client.to_owned()),
            ("HUBEE_CLIENT_SECRET", secret.to_owned()),
            ("HUBEE_SCOPE", "ADMIN".to_owned()),
            ("SIRENE_API_URL", format!("{root}{SIRENE}")),
            ("SIRENE_API_KEY", "cle-du-bac-a-sable".to_owned()),
            ("SIRENE_PER_MINUTE", "100000".to_owned()),
            ("RECHERCHE_ENTREPRISES_URL", format!("{root}{RECHERCHE}")),
            ("GEO_API_URL", format!("{root}{GEO}")),
            ("ANNUAIRE_URL", format!("{root}{ANNUAIRE}")),
            ("SMTP_URL", format!("smtp://{smtp}")),
            ("HABILIS_FORM_URL", format!("{root}{FORM}")),
            ("HABILIS_FETCH_TEST_SITES", root.trim_start_matches("http://").to_owned()),
        ]
    }

    /// The settings by which a Habilis keeps its documents in this sandbox's store.
    pub fn s3_settings(&self, sandbox_url: &str) -> Vec<(&'static str, String)> {
        vec![
            ("HABILIS_S3_URL", format!("{}{STORE}", sandbox_url.trim_end_matches('/'))),
            ("HABILIS_S3_BUCKET", s3::BUCKET.to_owned()),
            ("HABILIS_S3_REGION", s3::REGION.to_owned()),
            ("HABILIS_S3_KEY_ID", s3::KEY_ID.to_owned()),
            ("HABILIS_S3_SECRET", crate::SANDBOX_S3_SECRET.to_owned()),
        ]
    }

    /// The settings that turn every simulated register on, the DNS answering at `dns`.
    pub fn source_settings(dns: SocketAddr) -> [(&'static str, String); 2] {
        [("HABILIS_SOURCES", "recherche,geo,annuaire,dns,hubee".to_owned()), ("DNS_RESOLVER", dns.to_string())]
    }
}

/// HubEE's batches, even while nobody calls it: their mails are awaited elsewhere. Never ends.
async fn goes_on(hubee: Hubee) {
    let mut beat = tokio::time::interval(BEAT);
    loop {
        beat.tick().await;
        hubee.catch_up();
    }
}

fn webhook(habilis_url: &str) -> Webhook {
    let url = format!("{}{}", habilis_url.trim_end_matches('/'), paths::WEBHOOK);
    Webhook { url, secret: crate::SANDBOX_WEBHOOK_SECRET.to_owned() }
}

/// The frame of the pages below `base`: the same navigation everywhere.
fn frame(base: &str, habilis: &str) -> Frame {
    let nav = vec![
        Link::new("Accueil", "/"),
        Link::new("DataPass", DATAPASS),
        Link::new("HubEE", console::HUBEE),
        Link::new("Courriels", MAILBOX),
        Link::new("Formulaire", FORM),
        Link::new("Pannes", console::FAULTS),
        Link::new("Habilis", format!("{habilis}/")),
    ];
    Frame::new(base, nav)
}
