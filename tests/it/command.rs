//! The `habilis` command itself, as an operator types it: what it prints, what it leaves, how it ends.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use habilis::clock::Clock;
use habilis::config::Secret;
use habilis::domain::Habilitation;
use habilis::intake::sign;
use habilis::sandbox::Sandbox;
use habilis::store::{Db, habilitations};
use reqwest::StatusCode;
use tokio_util::sync::CancellationToken;

use crate::support::browser::Browser;
use crate::support::database::Fresh;

const EMAIL: &str = "denise.fournier@exemple.fr";
const PASSWORD: &str = "cheval agrafe pile exact";
const WEBHOOK_SECRET: &str = "secret-datapass-5c1e77a0b2";
const HUBEE_SECRET: &str = "secret-hubee-0b3e8d7711";
const SMTP_PASSWORD: &str = "mot-de-passe-smtp-31";
/// A submission as DataPass sends it.
fn submission() -> String {
    // HubEE takes no address in `.example`.
    include_str!("sandbox/submit.json").replace(".example", ".fr")
}

/// Settings of a command; nothing comes from the environment of the tests.
struct Settings(BTreeMap<String, String>);

impl Settings {
    /// The least that a service needs. Its neighbours refuse connections.
    fn least(database: &str) -> Self {
        let smtp = format!("smtp://robot:{SMTP_PASSWORD}@127.0.0.1:9");
        Self(BTreeMap::from([
            ("DATABASE_URL".into(), database.into()),
            ("DATAPASS_WEBHOOK_SECRETS".into(), WEBHOOK_SECRET.into()),
            ("HUBEE_API_URL".into(), "http://127.0.0.1:9/".into()),
            ("HUBEE_TOKEN_URL".into(), "http://127.0.0.1:9/token".into()),
            ("HUBEE_CLIENT_ID".into(), "habilis".into()),
            ("HUBEE_CLIENT_SECRET".into(), HUBEE_SECRET.into()),
            ("SMTP_URL".into(), smtp),
        ]))
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_habilis"));
        command.env_clear().envs(&self.0).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs with something typed.
    fn typed(&self, arguments: &[&str], text: &str) -> Output {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    fn create_account(&self, email: &str, role: &str, password: &str) -> Output {
        let arguments = ["account", "create", "--email", email, "--role", role, "--name", "Denise Fournier"];
        self.typed(&[&arguments[..], &["--password-stdin"]].concat(), password)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// No secret, password or person in what was written.
fn assert_says_nothing(written: &str) {
    for word in [WEBHOOK_SECRET, HUBEE_SECRET, SMTP_PASSWORD, PASSWORD] {
        assert!(!written.contains(word), "{word} in:\n{written}");
    }
}

/// A running service.
struct Service {
    child: Child,
    url: String,
    log: Arc<Mutex<String>>,
}

impl Service {
    /// Starts on a free port and waits until it answers.
    async fn start(settings: Settings) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("http://127.0.0.1:{port}");
        let settings = settings.with("HABILIS_LISTEN", &format!("127.0.0.1:{port}")).with("HABILIS_BASE_URL", &url);
        let mut child = settings.command(&["serve"]).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        for pipe in [
            Box::new(child.stderr.take().unwrap()) as Box<dyn Read + Send>,
            Box::new(child.stdout.take().unwrap()) as Box<dyn Read + Send>,
        ] {
            let log = Arc::clone(&log);
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    log.lock().unwrap().push_str(&format!("{line}\n"));
                }
            });
        }
        let mut service = Self { child, url, log };
        service.wait_until("the service answers", async |service| service.status("/healthz").await.is_some()).await;
        service
    }

    async fn status(&self, path: &str) -> Option<StatusCode> {
        reqwest::get(format!("{}{path}", self.url)).await.ok().map(|response| response.status())
    }

    /// Looks again until it is so; the outside has no clock of ours.
    async fn wait_until(&mut self, what: &str, is_so: impl AsyncFn(&Self) -> bool) {
        let start = Instant::now();
        while !is_so(self).await {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "waiting until {what}, the service ended: {ended:?}\n{}", self.log());
            assert!(start.elapsed() < Duration::from_secs(60), "not: {what}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Asks it to stop as a supervisor does; its exit code and all it wrote.
    async fn stop(mut self) -> (Option<i32>, String) {
        let kill = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        let start = Instant::now();
        let ended = loop {
            if let Some(ended) = self.child.try_wait().unwrap() {
                break ended;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "it does not stop\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        // The pipes end with the process; their readers need a moment.
        tokio::time::sleep(Duration::from_millis(100)).await;
        (ended.code(), self.log())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn wrong_settings_are_told_one_a_line_without_any_secret() {
    let settings = Settings::least("sqlite://nulle-part.db")
        .with("HABILIS_ENV", "production")
        .with("HABILIS_LISTEN", "mon-adresse")
        .with("HUBEE_TOKEN_URL", "")
        .with("DATAPASS_WEBHOOK_SECRETS", "court");
    for command in [&["serve"][..], &["work"], &["migrate"], &["config"]] {
        let output = settings.run(command);
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let told = text(&output.stderr);
        let lines: Vec<&str> = told.lines().filter(|line| line.starts_with("  - ")).collect();
        for key in [
            "HABILIS_LISTEN",
            "HUBEE_TOKEN_URL",
            "HABILIS_BASE_URL",
            "SMTP_URL",
            "MAIL_FROM",
            "DATAPASS_WEBHOOK_SECRETS",
            "HUBEE_API_URL",
        ] {
            let of_key = lines.iter().filter(|line| line.starts_with(&format!("  - {key} : "))).count();
            assert_eq!(of_key, 1, "{key}: {told}");
        }
        assert_eq!((lines.len(), told.lines().count()), (7, 8), "a title, then one line each: {told}");
        assert_says_nothing(&told);
        assert!(!told.contains("court\n") && output.stdout.is_empty());
    }
    assert!(!Path::new("nulle-part.db").exists(), "nothing is opened");
}

#[test]
fn what_only_the_start_reveals_is_told_without_any_secret() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("habilis.db").display());
    for (name, value, told_as) in [
        ("SMTP_URL", format!("imap://robot:{SMTP_PASSWORD}@smtp.example"), "SMTP_URL"),
        ("MAIL_FROM", "pas une adresse".into(), "MAIL_FROM"),
        ("DATABASE_URL", format!("mysql://habilis:{SMTP_PASSWORD}@127.0.0.1/habilis"), "DATABASE_URL"),
        ("DATABASE_URL", format!("postgres://habilis:{SMTP_PASSWORD}@127.0.0.1:9/habilis"), "database"),
        ("HABILIS_LISTEN", "192.0.2.1:80".into(), "HABILIS_LISTEN"),
    ] {
        let output = Settings::least(&database).with(name, &value).run(&["serve"]);
        let told = text(&output.stderr);
        assert!(!output.status.success(), "{name}={value}");
        assert!(told.contains(told_as), "{name}={value}: {told}");
        assert_says_nothing(&told);
    }
}

#[test]
fn migrate_makes_the_file_where_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let absolute = folder.path().join("absolu/habilis.db");
    for (url, expected) in [
        (format!("sqlite://{}", absolute.display()), absolute.clone()),
        ("sqlite://relatif/sous/habilis.db".to_owned(), folder.path().join("relatif/sous/habilis.db")),
        ("sqlite:court.db".to_owned(), folder.path().join("court.db")),
    ] {
        for time in ["first", "second"] {
            let output = Settings::least(&url).command(&["migrate"]).current_dir(folder.path()).output().unwrap();
            assert!(output.status.success(), "{url}, {time} time: {}", text(&output.stderr));
            assert_eq!(text(&output.stdout), "Schéma à jour.\n");
            assert!(expected.is_file(), "{url}");
        }
    }
}

#[test]
fn config_shows_every_setting_and_no_secret() {
    let output = Settings::least("sqlite://x.db").with("HABILIS_LOG", "warn").run(&["config"]);
    let shown = text(&output.stdout);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output.stderr));
    for line in [
        "HABILIS_LOG = warn",
        "HUBEE_CLIENT_ID = habilis",
        "HUBEE_CLIENT_SECRET = (masqué)",
        "SIRENE_API_KEY = (absent)",
        "HABILIS_LISTEN = 127.0.0.1:8080",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
    assert_says_nothing(&shown);
    assert!(!shown.contains("x.db"), "an address may hold a password");
}

#[tokio::test]
async fn an_account_made_by_command_logs_in() {
    let database = Fresh::new().await;
    let settings = || Settings::least(&database.url);
    let created = settings().create_account(EMAIL, "instructeur", &format!("{PASSWORD}\n"));
    assert!(created.status.success(), "{}", text(&created.stderr));
    assert_eq!(text(&created.stdout), format!("Compte créé : {EMAIL} (Instructeur)\n"));

    let again = settings().create_account(&EMAIL.to_uppercase(), "lecteur", PASSWORD);
    assert!(!again.status.success());
    assert_eq!(text(&again.stderr), "habilis : Un compte existe déjà pour cette adresse électronique.\n");
    assert!(again.stdout.is_empty());

    for (email, role, password, told) in [
        ("pas-une-adresse", "instructeur", PASSWORD, "L’adresse électronique n’est pas valide"),
        ("autre@exemple.fr", "instructeur", "court", "Le mot de passe est trop court"),
        ("autre@exemple.fr", "chef", PASSWORD, "il faut lecteur, instructeur, responsable ou operateur"),
    ] {
        let refused = settings().create_account(email, role, password);
        assert!(!refused.status.success() && text(&refused.stderr).contains(told), "{}", text(&refused.stderr));
    }

    let drawn = ["account", "create", "--email", "autre@exemple.fr", "--role", "lecteur", "--name", "Autre"];
    let drawn = text(&settings().run(&drawn).stdout);
    let password = drawn.lines().last().unwrap().rsplit(" : ").next().unwrap().to_owned();

    let service = Service::start(settings()).await;
    for (email, password) in [(EMAIL, PASSWORD), ("autre@exemple.fr", password.as_str())] {
        let mut browser = Browser::new(&service.url);
        browser.log_in(email, password).await;
        assert_eq!(browser.get("/instruction").await.status, StatusCode::OK);
    }
    let (code, log) = service.stop().await;
    assert_eq!(code, Some(0), "{log}");
    assert_says_nothing(&log);
    assert!(!log.contains(&password));
}

#[tokio::test]
async fn an_account_closed_by_command_is_out_at_once() {
    let database = Fresh::new().await;
    let settings = || Settings::least(&database.url);
    let account = |gesture: &str| settings().run(&["account", gesture, "--email", EMAIL]);
    assert!(settings().create_account(EMAIL, "instructeur", PASSWORD).status.success());
    let service = Service::start(settings()).await;
    let mut browser = Browser::new(&service.url);
    browser.log_in(EMAIL, PASSWORD).await;
    assert_eq!(browser.get("/instruction").await.status, StatusCode::OK);

    let closed = account("disable");
    assert_eq!(text(&closed.stdout), format!("Compte fermé, sessions comprises : {EMAIL}\n"));
    assert_eq!(browser.get("/instruction").await.status, StatusCode::SEE_OTHER);
    let listed = text(&settings().run(&["account", "list"]).stdout);
    assert_eq!(listed, format!("{EMAIL} : Denise Fournier (Instructeur, fermé)\n"));
    assert!(account("enable").status.success());
    assert_eq!(browser.get("/instruction").await.status, StatusCode::SEE_OTHER, "its sessions don't come back");
    browser.log_in(EMAIL, PASSWORD).await;
    assert_eq!(browser.get("/instruction").await.status, StatusCode::OK);

    let password = ["account", "password", "--email", EMAIL, "--password-stdin"];
    let short = settings().typed(&password, "court");
    assert!(!short.status.success() && text(&short.stderr).contains("trop court"), "{}", text(&short.stderr));
    assert_eq!(browser.get("/instruction").await.status, StatusCode::OK, "nothing changed");
    let other = "cheval agrafe pile inexact";
    assert!(settings().typed(&password, other).status.success());
    assert_eq!(browser.get("/instruction").await.status, StatusCode::SEE_OTHER);
    browser.log_in(EMAIL, other).await;
    assert_eq!(browser.get("/instruction").await.status, StatusCode::OK);

    for gesture in ["disable", "enable", "password"] {
        let nobody = settings().run(&["account", gesture, "--email", "personne@exemple.fr"]);
        assert!(!nobody.status.success() && text(&nobody.stderr).contains("Aucun compte"), "{gesture}");
    }
    let (code, log) = service.stop().await;
    assert_eq!(code, Some(0), "{log}");
}

#[tokio::test]
async fn it_starts_on_the_least_answers_and_stops_when_told() {
    let database = Fresh::new().await;
    let service = Service::start(Settings::least(&database.url)).await;
    assert_eq!(service.status("/healthz").await, Some(StatusCode::OK));
    assert_eq!(service.status("/readyz").await, Some(StatusCode::OK));
    assert_eq!(service.status("/").await, Some(StatusCode::OK));
    let (code, log) = service.stop().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("listening") && log.contains("stopping"), "{log}");
    assert!(!log.contains("ERROR"), "{log}");
}

/// The first request of a database.
async fn only_request(db: &Db) -> Option<Habilitation> {
    let number = serde_json::from_str::<serde_json::Value>(&submission()).unwrap()["model_id"].as_i64()?;
    habilitations::by_datapass_id(db.read().await.unwrap().cx(), number).await.unwrap()
}

/// Sends a request, visits the pages that show people, accepts it, and answers all that was written until `end`.
async fn log_of_a_visit(own: &[(&str, String)], end: impl AsyncFn(&Service) -> bool) -> (Habilitation, String) {
    let database = Fresh::new().await;
    let settings = || own.iter().fold(Settings::least(&database.url), |all, (name, value)| all.with(name, value));
    assert!(settings().create_account(EMAIL, "responsable", PASSWORD).status.success());
    let mut service = Service::start(settings()).await;
    let signature = sign(submission().as_bytes(), &Secret::new(WEBHOOK_SECRET.into()));
    let webhook = reqwest::Client::new().post(format!("{}/api/datapass/webhook", service.url)).body(submission());
    let answer = webhook.header("x-hub-signature-256", signature).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let db = database.open().await;
    service.wait_until("the request is there", async |_| only_request(&db).await.is_some()).await;
    let request = only_request(&db).await.unwrap();
    db.close().await;

    let mut browser = Browser::new(&service.url);
    let wrong = browser.post("/connexion", &[("email", EMAIL), ("mot-de-passe", "mauvais-mot-de-passe")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.log_in(EMAIL, PASSWORD).await;
    let token = &request.tracking_token;
    for path in [
        format!("/suivi/{token}"),
        format!("/suivi/{token}/inconnu"),
        format!("/instruction/D{}", request.datapass_id),
        format!("/instruction?recherche={}", request.dossier.demandeur.email),
    ] {
        browser.get(&path).await;
    }
    assert_eq!(browser.get(&format!("/suivi/{token}")).await.status, StatusCode::OK);
    let accepted = browser.accepts(request.datapass_id).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.main());
    service.wait_until("what follows an acceptance", end).await;
    let (code, log) = service.stop().await;
    assert_eq!(code, Some(0), "{log}");
    (request, log)
}

fn assert_names_nobody(request: &Habilitation, log: &str) {
    assert_says_nothing(log);
    assert!(!log.contains("mauvais-mot-de-passe"), "{log}");
    let dossier = &request.dossier;
    let people = [Some(&dossier.demandeur), dossier.contact_metier.as_ref(), dossier.dpd.as_ref()];
    let mut personal = vec![EMAIL.to_owned(), request.tracking_token.clone()];
    for person in people.into_iter().flatten() {
        personal.push(person.email.clone());
        personal.extend(person.family_name.clone());
        personal.extend(person.phone.clone());
    }
    for word in personal.iter().filter(|word| !word.is_empty()) {
        assert!(!log.to_lowercase().contains(&word.to_lowercase()), "« {word} » in:\n{log}");
    }
}

#[tokio::test]
async fn logs_name_nobody_when_neighbours_are_away() {
    let failed = async |service: &Service| {
        let log = service.log();
        let told = |kind: &str| log.lines().any(|line| line.contains("tried again") && line.contains(kind));
        told("provision") && told("mail")
    };
    let (request, log) = log_of_a_visit(&[], failed).await;
    assert_names_nobody(&request, &log);
}

/// Even an operator who asks for details, with neighbours that answer.
#[tokio::test]
async fn detailed_logs_name_nobody_either() {
    let listener = async || tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (web, smtp) = (listener().await, listener().await);
    let sandbox = Sandbox::new(Clock::System, "http://127.0.0.1:9");
    let url = format!("http://{}", web.local_addr().unwrap());
    let mut own = sandbox.client_settings(&url, smtp.local_addr().unwrap());
    own.push(("DATAPASS_WEBHOOK_SECRETS", WEBHOOK_SECRET.to_owned()));
    own.push(("HABILIS_LOG", "debug".to_owned()));
    tokio::spawn(sandbox.clone().serve(web, smtp, CancellationToken::new()));
    let written = async |_: &Service| sandbox.mailbox.mails().len() >= 2;
    let (request, log) = log_of_a_visit(&own, written).await;
    assert!(log.contains("DEBUG"), "{log}");
    assert_names_nobody(&request, &log);
}
