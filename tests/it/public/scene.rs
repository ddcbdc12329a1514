//! A whole service on port 0, and ways to put rows under it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use habilis::clock::Clock;
use habilis::config::Config;
use habilis::domain::datapass::Moment;
use habilis::domain::{Actor, Contact, DatapassState, Dossier, Habilitation, InForce, Mirror, State};
use habilis::http;
use habilis::publication::collectivite_of;
use habilis::store::{collectivites, habilitations};
use habilis::workflow::House;
use reqwest::{Method, Response, header::HeaderMap};

use crate::support::database::{Guard, fresh};

pub const FORM: &str = "https://formulaire.example";

pub struct Scene {
    pub house: Arc<House>,
    address: SocketAddr,
    client: reqwest::Client,
    _guard: Guard,
}

/// Monday 23 November 2026, 10 h in Paris.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap()
}

fn config() -> Config {
    let values = [
        ("HABILIS_FORM_URL", FORM),
        ("DATAPASS_URL", "https://datapass.example"),
        ("DATAPASS_WEBHOOK_SECRETS", "un-secret-de-test-un-secret-de-test"),
        ("HUBEE_API_URL", "http://127.0.0.1:9/"),
        ("HUBEE_TOKEN_URL", "http://127.0.0.1:9/token"),
        ("HUBEE_CLIENT_ID", "test"),
        ("HUBEE_CLIENT_SECRET", "test"),
        ("SMTP_URL", "blackhole:"),
    ];
    let map: BTreeMap<String, String> = values.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    Config::from_map(map).unwrap()
}

impl Scene {
    pub async fn start() -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let (db, guard) = fresh().await;
        let house = Arc::new(House::new(config(), Clock::fixed(now()), db).unwrap());
        house.publication.refresh(&house.db).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = http::router(Arc::clone(&house));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = reqwest::Client::builder()
            .no_gzip()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { house, address, client, _guard: guard }
    }

    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let request = self.client.request(method, format!("http://{}{path}", self.address));
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.ask(Method::GET, path, headers).await
    }

    /// Status and text of a page.
    pub async fn page(&self, path: &str) -> (u16, String) {
        let response = self.get(path, &[]).await;
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Adds a request, and opens its form when it is in force and `open`.
    pub async fn add(&self, habilitation: &Habilitation, open: bool) {
        let mut tx = self.house.db.begin().await.unwrap();
        assert!(habilitations::insert(tx.cx(), habilitation, now()).await.unwrap());
        if open {
            let row = collectivite_of(habilitation, now()).unwrap();
            collectivites::open(tx.cx(), &row).await.unwrap();
        }
        tx.commit().await.unwrap();
        self.house.publication.refresh(&self.house.db).await.unwrap();
    }

    pub async fn close(&self, habilitation: &Habilitation) {
        let mut tx = self.house.db.begin().await.unwrap();
        assert!(collectivites::close(tx.cx(), habilitation.id, now()).await.unwrap());
        tx.commit().await.unwrap();
        assert!(self.house.publication.refresh(&self.house.db).await.unwrap());
    }

    /// Two communes and a CCAS that shares the first one's code.
    pub async fn with_three() -> (Self, Habilitation) {
        let scene = Self::start().await;
        let hauteluce = accepted(1, "COMMUNE D'HAUTELUCE", "21730132400018", "73132", "73620", "HAUTELUCE");
        scene.add(&hauteluce, true).await;
        let ccas = accepted(2, "CCAS D'HAUTELUCE", "26730132400010", "73132", "73620", "HAUTELUCE");
        scene.add(&with_siret(ccas, 267_301_324), true).await;
        let corse = accepted(3, "COMMUNE DE SAINTE-LUCIE-DE-TALLANO", "", "2A308", "20112", "SAINTE-LUCIE-DE-TALLANO");
        scene.add(&with_siret(corse, 212_003_086), true).await;
        (scene, hauteluce)
    }
}

/// The first well-formed SIRET of a unit made from `base`: both check digits are searched.
fn with_siret(mut habilitation: Habilitation, base: u64) -> Habilitation {
    let siret = (0..100_000)
        .map(|nic| format!("{base:09}{nic:05}"))
        .chain((0..10).flat_map(|last| (0..10).map(move |nic| format!("{:08}{last}0001{nic}", base / 10))))
        .find(|siret| siret.parse::<siret::Siret>().is_ok());
    habilitation.dossier.organisation.raw_siret = siret;
    in_force(habilitation)
}

fn in_force(mut habilitation: Habilitation) -> Habilitation {
    let dossier = habilitation.dossier.clone();
    habilitation.in_force = Some(InForce { since: now(), by: Actor::DataPass, dossier });
    habilitation
}

/// A request with nothing decided.
pub fn request(datapass_id: i64, state: State) -> Habilitation {
    let mut dossier = Dossier::default();
    dossier.organisation.name = "COMMUNE D'HAUTELUCE".into();
    dossier.organisation.raw_siret = Some("21730132400018".into());
    dossier.organisation.code_cog = Some("73132".into());
    dossier.demandeur = Contact {
        given_name: Some("Camille".into()),
        family_name: Some("Bouchet".into()),
        email: "camille.bouchet@hauteluce.example".into(),
        phone: Some("0479000000".into()),
        job_title: None,
    };
    Habilitation {
        id: uuid::Uuid::now_v7(),
        datapass_id,
        version: 1,
        state,
        dossier,
        in_force: None,
        datapass: Mirror {
            state: DatapassState::Submitted,
            moment: Moment { fired_at: now(), rank: 0 },
            public_id: None,
        },
        submitted_at: Some(now()),
        unreported: None,
        tracking_token: format!("jeton-{datapass_id}-{}", uuid::Uuid::now_v7().simple()),
        created_at: now(),
    }
}

/// An accepted request, in force.
pub fn accepted(id: i64, name: &str, siret: &str, cog: &str, postal: &str, town: &str) -> Habilitation {
    let mut habilitation = request(id, State::Accepted { at: now(), by: Actor::DataPass });
    let organisation = &mut habilitation.dossier.organisation;
    organisation.name = name.into();
    organisation.raw_siret = Some(siret.into());
    organisation.code_cog = Some(cog.into());
    organisation.postal_code = Some(postal.into());
    organisation.town = Some(town.into());
    in_force(habilitation)
}

pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}
