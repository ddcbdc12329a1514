//! Mails as a server receives them: real bytes over SMTP, on a real database.
mod listener;

use crate::support::database;
use chrono::{DateTime, NaiveDate, Utc};
use habilis::clock::Clock;
use habilis::domain::datapass::Moment;
use habilis::domain::{Contact, DatapassState, Dossier, Habilitation, Mirror, Organisation, State};
use habilis::notifications::{Facts, Kind, Post, Undelivered, deliver};
use habilis::store::mails::{self, MailRow};
use habilis::store::{Db, habilitations};
use listener::Listener;
use mail_parser::{MessageParser, MimeHeaders, PartType};

const PNG: &[u8] = &[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0xff, b'.', b'\r', b'\n', b'.'];
const EMAIL: &str = "camille.bouchet@hauteluce.example";

struct Scene {
    db: Db,
    clock: Clock,
    habilitation: Habilitation,
    facts: Facts,
    _guard: database::Guard,
}

impl Scene {
    async fn new() -> Self {
        let (db, guard) = database::fresh().await;
        let now: DateTime<Utc> = "2026-11-02T09:30:00Z".parse().unwrap();
        let habilitation = habilitation(now);
        let mut tx = db.begin().await.unwrap();
        assert!(habilitations::insert(tx.cx(), &habilitation, now).await.unwrap());
        tx.commit().await.unwrap();
        Self { db, clock: Clock::fixed(now), facts: facts(&habilitation), habilitation, _guard: guard }
    }

    async fn deliver(&self, post: &Post, kind: Kind, cause: &str) -> Result<(), Undelivered> {
        deliver(post, &self.db, &self.clock, &self.habilitation, kind, &self.facts, cause).await
    }

    async fn mails(&self) -> Vec<MailRow> {
        let mut conn = self.db.read().await.unwrap();
        mails::of(conn.cx(), self.habilitation.id).await.unwrap()
    }
}

fn habilitation(now: DateTime<Utc>) -> Habilitation {
    let demandeur = Contact {
        given_name: Some("Zoé".into()),
        family_name: Some("Bouchet".into()),
        email: EMAIL.into(),
        ..Contact::default()
    };
    let organisation = Organisation { name: "Commune de Hauteluce".into(), ..Organisation::default() };
    Habilitation {
        id: uuid::Uuid::now_v7(),
        datapass_id: 61234,
        version: 1,
        state: State::Submitted { at: now, due: NaiveDate::from_ymd_opt(2026, 11, 5).unwrap() },
        dossier: Dossier { organisation, demandeur, ..Dossier::default() },
        in_force: None,
        datapass: Mirror {
            state: DatapassState::Submitted,
            moment: Moment { fired_at: now, rank: 1 },
            public_id: None,
        },
        submitted_at: Some(now),
        unreported: None,
        tracking_token: "jeton".into(),
        created_at: now,
    }
}

fn facts(habilitation: &Habilitation) -> Facts {
    Facts {
        number: habilitation.number(),
        organisation: habilitation.dossier.organisation.name.clone(),
        demandeur_name: habilitation.dossier.demandeur.display_name(),
        demandeur_email: habilitation.dossier.demandeur.email.clone(),
        deadline: habilitation.state.due(),
        tracking_url: "https://habilis.example/suivi/jeton".into(),
        datapass_url: "https://datapass.example/demandes/61234".into(),
        form_url: Some("https://formulaire.example/collectivites/21730132400018".into()),
        qr_png: Some(PNG.to_vec()),
        ..Facts::default()
    }
}

fn post(url: &str) -> Post {
    Post::new(url, "API Particulier <ne-pas-repondre@habilis.example>").unwrap()
}

#[tokio::test]
async fn the_confirmation_as_received() {
    let (scene, server) = (Scene::new().await, Listener::start().await);
    scene.deliver(&post(&server.url), Kind::EnService, "evt-1/en_service").await.unwrap();

    let received = server.received();
    let [raw] = received.as_slice() else { panic!("{} mails", received.len()) };
    assert!(raw.is_ascii(), "encoded for any server");
    let mail = MessageParser::default().parse(raw.as_bytes()).unwrap();
    assert_eq!(mail.subject(), Some("D61234 – Votre formulaire de quotient familial est en service"));
    let to = mail.to().and_then(|to| to.first()).unwrap();
    assert_eq!((to.name(), to.address()), (Some("Zoé Bouchet"), Some(EMAIL)));
    let from = mail.from().and_then(|from| from.first()).unwrap();
    assert_eq!((from.name(), from.address()), (Some("API Particulier"), Some("ne-pas-repondre@habilis.example")));
    assert_eq!(mail.date().map(|date| date.to_rfc3339()).as_deref(), Some("2026-11-02T09:30:00Z"));
    assert_eq!(mail.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));

    assert_eq!(mail.content_type().map(|t| (t.ctype(), t.subtype())), Some(("multipart", Some("mixed"))));
    let PartType::Multipart(children) = &mail.parts[0].body else { panic!("not multipart") };
    let alternative = &mail.parts[children[0] as usize];
    assert_eq!(alternative.content_type().and_then(|t| t.subtype()), Some("alternative"));
    let text = mail.body_text(0).unwrap();
    assert!(text.contains("Bonjour Zoé Bouchet,") && text.contains("https://habilis.example/suivi/jeton"), "{text}");
    assert!(mail.body_html(0).unwrap().contains("<html lang=\"fr\">"));
    let attachment = mail.attachment(0).unwrap();
    assert_eq!(attachment.contents(), PNG);
    assert_eq!(attachment.attachment_name(), Some("qr-code-formulaire-D61234.png"));
    assert_eq!(attachment.content_type().and_then(|t| t.subtype()), Some("png"));

    let rows = scene.mails().await;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].kind.as_str(), rows[0].recipient.as_str(), rows[0].attempts), ("en_service", EMAIL, 1));
    assert_eq!((rows[0].sent_at, rows[0].last_error.as_deref()), (Some(scene.clock.now()), None));
    assert_eq!(rows[0].message_id, format!("<{}>", mail.message_id().unwrap()));
}

#[tokio::test]
async fn without_attachment_the_two_versions_stand_alone() {
    let (scene, server) = (Scene::new().await, Listener::start().await);
    scene.deliver(&post(&server.url), Kind::DemandeRecue, "evt-1/demande_recue").await.unwrap();
    let received = server.received();
    let mail = MessageParser::default().parse(received[0].as_bytes()).unwrap();
    assert_eq!(mail.content_type().and_then(|t| t.subtype()), Some("alternative"));
    assert_eq!(mail.attachment_count(), 0);
    assert!(mail.body_text(0).unwrap().contains("au plus tard le 5 novembre 2026"));
}

#[tokio::test]
async fn a_cause_makes_one_mail() {
    let (scene, server) = (Scene::new().await, Listener::start().await);
    let post = post(&server.url);
    for cause in ["evt-1/refus", "evt-1/refus", "evt-2/refus", "evt-1/refus"] {
        scene.deliver(&post, Kind::Refus, cause).await.unwrap();
    }
    assert_eq!(server.received().len(), 2);
    assert_eq!(scene.mails().await.len(), 2);
}

#[tokio::test]
async fn a_later_try_carries_the_same_message_id() {
    let (scene, server) = (Scene::new().await, Listener::start().await);
    let post = post(&server.url);
    server.answer_content_with("451 4.3.0 plus tard");
    assert!(matches!(scene.deliver(&post, Kind::Refus, "evt-1").await, Err(Undelivered::Later(_))));
    server.answer_content_with("250 2.0.0 pris");
    scene.deliver(&post, Kind::Refus, "evt-1").await.unwrap();

    let ids: Vec<_> = server
        .received()
        .iter()
        .map(|raw| MessageParser::default().parse(raw.as_bytes()).unwrap().message_id().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    let rows = scene.mails().await;
    assert_eq!((rows.len(), rows[0].attempts, rows[0].last_error.as_deref()), (1, 2, None));
    assert!(rows[0].sent_at.is_some());
}

#[tokio::test]
async fn what_servers_answer_decides_what_follows() {
    let (scene, server) = (Scene::new().await, Listener::start().await);
    let post = post(&server.url);
    let table = [
        ("451 4.7.1 liste grise", false),
        ("421 au revoir", false),
        ("550 5.1.1 <camille.bouchet@hauteluce.example> inconnue", true),
        ("553 nom impossible", true),
        ("554 5.7.1 Relay access denied", false),
    ];
    for (index, (answer, hopeless)) in table.into_iter().enumerate() {
        server.answer_recipients_with(answer);
        let error = scene.deliver(&post, Kind::Refus, &format!("evt-{index}")).await.unwrap_err();
        assert_eq!(matches!(error, Undelivered::Never(_)), hopeless, "{answer}: {error:?}");
        assert!(!error.to_string().contains("camille"), "{error}");
    }
    assert!(server.received().is_empty());
    let rows = scene.mails().await;
    assert!(rows.iter().all(|row| row.sent_at.is_none() && row.last_error.is_some()));
    assert!(rows.iter().any(|row| row.last_error.as_deref().unwrap().contains("c***@hauteluce.example")));

    server.answer_recipients_with("250 ok");
    scene.deliver(&post, Kind::Refus, "evt-0").await.unwrap();
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn nobody_listens() {
    let scene = Scene::new().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outcome = scene.deliver(&post(&format!("smtp://{closed}")), Kind::Refus, "evt-1").await;
    assert!(matches!(outcome, Err(Undelivered::Later(_))), "{outcome:?}");
    // The same server, asked to encrypt: it must not fall back to clear text.
    let server = Listener::start().await;
    let outcome = scene.deliver(&post(&format!("{}?tls=required", server.url)), Kind::Refus, "evt-1").await;
    assert!(matches!(outcome, Err(Undelivered::Later(_))), "{outcome:?}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn addresses_that_cannot_be_used() {
    let (mut scene, server) = (Scene::new().await, Listener::start().await);
    // The listener does not know SMTPUTF8, which the second one would need.
    for address in ["camille sans arobase", "zoé.bouchet@hauteluce.example"] {
        scene.facts.demandeur_email = address.into();
        let outcome = scene.deliver(&post(&server.url), Kind::Refus, address).await;
        let Err(Undelivered::Never(why)) = outcome else { panic!("{address}: {outcome:?}") };
        assert!(!why.contains("camille") && !why.contains("bouchet"), "{why}");
    }
}

#[tokio::test]
async fn the_blackhole_swallows() {
    let scene = Scene::new().await;
    scene.deliver(&post("blackhole:"), Kind::EnService, "evt-1").await.unwrap();
    assert!(scene.mails().await[0].sent_at.is_some());
}
