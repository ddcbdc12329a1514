//! Logging in and out as a browser does: over HTTP, against a fresh database, with a clock moved by hand.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use habilis::accounts::{self, Account, CreateError, LoginError, NewAccount, Role};
use habilis::clock::Clock;
use habilis::config::Config;
use habilis::http::router;
use habilis::store::Db;
use habilis::workflow::House;
use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use uuid::Uuid;

const EMAIL: &str = "camille.martin@exemple.fr";
const PASSWORD: &str = "cheval agrafe pile exact";

/// A fresh database: a file, or one of its own on the server named by `HABILIS_TEST_DATABASE`.
struct Database {
    url: String,
    _folder: tempfile::TempDir,
}

impl Database {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        #[expect(clippy::disallowed_methods, reason = "tests are told their server by the environment")]
        let url = match std::env::var("HABILIS_TEST_DATABASE") {
            Ok(server) => {
                let name = format!("accounts_{}", Uuid::now_v7().simple());
                let pool = sqlx::PgPool::connect(&server).await.unwrap();
                let statement = sqlx::AssertSqlSafe(format!("create database {name}"));
                sqlx::query(statement).execute(&pool).await.unwrap();
                pool.close().await;
                let mut url = url::Url::parse(&server).unwrap();
                url.set_path(&name);
                url.to_string()
            }
            Err(_) => format!("sqlite://{}/habilis.db", folder.path().display()),
        };
        Self { url, _folder: folder }
    }

    async fn open(&self) -> Db {
        let db = Db::open(&self.url).await.unwrap();
        db.migrate().await.unwrap();
        db
    }
}

/// A running service.
struct Service {
    address: SocketAddr,
    db: Db,
    clock: Clock,
    client: Client,
    _database: Arc<Database>,
}

impl Service {
    async fn new() -> Self {
        Self::with(&[]).await
    }

    async fn with(settings: &[(&str, &str)]) -> Self {
        let noon: DateTime<Utc> = "2026-11-16T12:00:00Z".parse().unwrap();
        Self::start(Arc::new(Database::new().await), Clock::fixed(noon), settings).await
    }

    async fn start(database: Arc<Database>, clock: Clock, settings: &[(&str, &str)]) -> Self {
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
    async fn restarted(&self) -> Self {
        Self::start(Arc::clone(&self._database), self.clock.clone(), &[]).await
    }

    async fn account(&self) -> Account {
        let new = NewAccount {
            email: EMAIL.into(),
            name: "Camille Martin".into(),
            role: Role::Instructeur,
            password: PASSWORD.into(),
        };
        accounts::create(&self.db, &self.clock, new).await.unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.client.post(self.url(path)).form(fields)
    }

    fn credentials(&self, email: &str, password: &str) -> RequestBuilder {
        self.post("/connexion", &[("email", email), ("mot-de-passe", password)])
    }

    async fn try_to_log_in(&self, email: &str, password: &str) -> Response {
        self.credentials(email, password).send().await.unwrap()
    }

    /// The cookie of a fresh login.
    async fn log_in(&self) -> String {
        let response = self.try_to_log_in(EMAIL, PASSWORD).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        cookie(&response)
    }

    async fn login_page(&self, cookie: &str) -> Response {
        self.client.get(self.url("/connexion")).header("cookie", cookie).send().await.unwrap()
    }

    /// The login page sends whoever is logged in to the queue.
    async fn is_logged_in(&self, cookie: &str) -> bool {
        self.login_page(cookie).await.status() == StatusCode::SEE_OTHER
    }

    /// Runs a statement behind the service's back.
    async fn sql(&self, statement: &'static str) {
        match &self.db {
            Db::Sqlite { writer, .. } => sqlx::query(statement).execute(writer).await.map(|_| ()),
            Db::Postgres(pool) => sqlx::query(statement).execute(pool).await.map(|_| ()),
        }
        .unwrap();
    }

    async fn count(&self, query: &'static str) -> i64 {
        match &self.db {
            Db::Sqlite { reader, .. } => sqlx::query_scalar(query).fetch_one(reader).await,
            Db::Postgres(pool) => sqlx::query_scalar(query).fetch_one(pool).await,
        }
        .unwrap()
    }
}

fn cookie(response: &Response) -> String {
    header(response.headers(), reqwest::header::SET_COOKIE).split(';').next().unwrap().to_owned()
}

fn header(headers: &HeaderMap, name: HeaderName) -> &str {
    headers[name].to_str().unwrap()
}

fn location(response: &Response) -> &str {
    header(response.headers(), reqwest::header::LOCATION)
}

#[tokio::test]
async fn the_form_is_there_and_kept_nowhere() {
    let service = Service::new().await;
    let response = service.login_page("").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(response.headers(), reqwest::header::CACHE_CONTROL), "no-store");
    assert!(!response.headers().contains_key("set-cookie"), "no session before a login");
    let page = scraper::Html::parse_document(&response.text().await.unwrap());
    for selector in [
        "form[method=post][action='/connexion']",
        "label[for=email]",
        "input#email[name=email][type=email][autocomplete=username][required]",
        "label[for=mot-de-passe]",
        "input#mot-de-passe[name=mot-de-passe][type=password][autocomplete=current-password][required]",
        "form button[type=submit]",
    ] {
        assert_eq!(page.select(&scraper::Selector::parse(selector).unwrap()).count(), 1, "{selector}");
    }
}

#[tokio::test]
async fn the_right_password_opens_the_queue() {
    let service = Service::new().await;
    let account = service.account().await;
    let response = service.try_to_log_in("  Camille.MARTIN@exemple.fr ", PASSWORD).await;
    assert_eq!((response.status(), location(&response)), (StatusCode::SEE_OTHER, "/instruction"));
    let set_cookie = header(response.headers(), reqwest::header::SET_COOKIE);
    assert!(set_cookie.starts_with("habilis=") && set_cookie.contains("HttpOnly"), "{set_cookie}");
    assert!(set_cookie.contains("SameSite=Lax") && !set_cookie.contains("Secure"), "{set_cookie}");

    let again = service.login_page(&cookie(&response)).await;
    assert_eq!((again.status(), location(&again)), (StatusCode::SEE_OTHER, "/instruction"));
    assert_eq!(account.email, EMAIL);
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host() {
    let service = Service::with(&[("HABILIS_BASE_URL", "https://habilis.example")]).await;
    service.account().await;
    let response = service.try_to_log_in(EMAIL, PASSWORD).await;
    let set_cookie = header(response.headers(), reqwest::header::SET_COOKIE);
    assert!(set_cookie.starts_with("__Host-habilis="), "{set_cookie}");
    for flag in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set_cookie.contains(flag), "{set_cookie}");
    }
    assert!(!set_cookie.contains("Domain"), "{set_cookie}");

    let left = service.post("/deconnexion", &[]).header("cookie", cookie(&response)).send().await.unwrap();
    let removals: Vec<&str> = left.headers().get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect();
    let accepted = |line: &&str| line.starts_with("__Host-habilis=;") && line.contains("Secure");
    assert!(removals.iter().any(|line| accepted(line) && line.contains("Max-Age=0")), "{removals:?}");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same() {
    let service = Service::new().await;
    service.account().await;
    let wrong = service.try_to_log_in(EMAIL, "pas le bon mot").await;
    let unknown = service.try_to_log_in("personne@exemple.fr", "pas le bon mot").await;
    assert_eq!(
        (wrong.status(), unknown.status()),
        (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY)
    );
    assert!(!wrong.headers().contains_key("set-cookie"));
    let (wrong, unknown) = (wrong.text().await.unwrap(), unknown.text().await.unwrap());
    assert!(wrong.contains("Adresse électronique ou mot de passe incorrect."), "{wrong}");
    assert!(wrong.contains(&format!("value=\"{EMAIL}\"")), "the address is given back: {wrong}");
    assert!(!wrong.contains("pas le bon mot"), "the password is not: {wrong}");
    assert_eq!(wrong.replace(EMAIL, "?"), unknown.replace("personne@exemple.fr", "?"));
}

#[tokio::test]
async fn empty_fields_are_named_and_not_counted() {
    let service = Service::new().await;
    service.account().await;
    for _ in 0..6 {
        let response = service.post("/connexion", &[]).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = response.text().await.unwrap();
        assert!(page.contains("Indiquez votre adresse électronique.") && page.contains("Indiquez votre mot de passe."));
    }
    service.log_in().await;
}

#[tokio::test]
async fn five_failures_close_the_address_for_a_quarter_of_an_hour() {
    let service = Service::new().await;
    service.account().await;
    for _ in 0..5 {
        assert_eq!(service.try_to_log_in(EMAIL, "devinette").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    service.clock.advance(Duration::minutes(5));
    let refused = service.restarted().await.try_to_log_in(EMAIL, PASSWORD).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let seconds: i64 = header(refused.headers(), reqwest::header::RETRY_AFTER).parse().unwrap();
    assert_eq!(seconds, 601);
    assert!(refused.text().await.unwrap().contains("Vous pourrez réessayer dans 11 minutes."));

    service.clock.advance(Duration::seconds(seconds));
    service.log_in().await;
}

#[tokio::test]
async fn a_success_forgets_the_failures_before_it() {
    let service = Service::new().await;
    service.account().await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(service.try_to_log_in(EMAIL, "devinette").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
        service.log_in().await;
    }
}

#[tokio::test]
async fn guesses_sent_all_at_once_are_counted_too() {
    let service = Service::new().await;
    service.account().await;
    let guesses = (0..12).map(|n| {
        let guess = service.credentials(EMAIL, &format!("devinette {n}"));
        tokio::spawn(async move { guess.send().await.unwrap().status() })
    });
    let mut looked_at = 0;
    for guess in guesses.collect::<Vec<_>>() {
        looked_at += i32::from(guess.await.unwrap() == StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn twenty_failures_close_the_door_to_a_client() {
    let service = Service::new().await;
    service.account().await;
    for n in 0..20 {
        // Naming another address costs nothing: nobody told us to believe it.
        let guess = service.credentials(&format!("personne{n}@exemple.fr"), "devinette");
        let response = guess.header("x-forwarded-for", format!("192.0.2.{n}")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(service.try_to_log_in(EMAIL, PASSWORD).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(service.count("select count(*) from login_attempt where key like '%127.0.0.1%'").await, 0);
}

#[tokio::test]
async fn an_office_that_logs_in_well_is_never_limited() {
    let service = Service::new().await;
    service.account().await;
    for _ in 0..22 {
        service.log_in().await;
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_clients_are_told_apart() {
    let service = Service::with(&[("HABILIS_TRUSTED_PROXIES", "127.0.0.1")]).await;
    service.account().await;
    let from = async |client: &str, n: i32| {
        let guess = service.credentials(&format!("personne{n}@exemple.fr"), "devinette");
        guess.header("x-forwarded-for", client).send().await.unwrap().status()
    };
    for n in 0..20 {
        assert_eq!(from("203.0.113.7, 198.51.100.1", n).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(from("192.0.2.1, 198.51.100.1", 21).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("203.0.113.7, 198.51.100.2", 21).await, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let service = Service::new().await;
    service.account().await;
    let forged = service.credentials(EMAIL, PASSWORD).header("sec-fetch-site", "cross-site").send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    let forged = service.credentials(EMAIL, PASSWORD).header("origin", "https://evil.example").send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    let ours = service.credentials(EMAIL, PASSWORD).header("sec-fetch-site", "same-origin").send().await.unwrap();
    assert_eq!(ours.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn logging_out_ends_the_session_for_good() {
    let service = Service::new().await;
    service.account().await;
    let cookie = service.log_in().await;
    assert!(service.is_logged_in(&cookie).await);

    let reading = service.client.get(service.url("/deconnexion")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(reading.status(), StatusCode::METHOD_NOT_ALLOWED);
    let left = service.post("/deconnexion", &[]).header("cookie", &cookie).send().await.unwrap();
    assert_eq!((left.status(), location(&left)), (StatusCode::SEE_OTHER, "/connexion"));
    assert!(!service.is_logged_in(&cookie).await);
    assert_eq!(service.count("select count(*) from session").await, 0);

    let twice = service.post("/deconnexion", &[]).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(twice.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn each_login_has_a_new_session() {
    let service = Service::new().await;
    service.account().await;
    let first = service.log_in().await;
    let response = service.credentials(EMAIL, PASSWORD).header("cookie", &first).send().await.unwrap();
    let second = cookie(&response);
    assert_ne!(first, second);
    assert!(!service.is_logged_in(&first).await && service.is_logged_in(&second).await);

    let planted = "habilis=AAAAAAAAAAAAAAAAAAAAAA";
    let response = service.credentials(EMAIL, PASSWORD).header("cookie", planted).send().await.unwrap();
    assert_ne!(cookie(&response), planted);
    assert!(!service.is_logged_in(planted).await);
}

#[tokio::test]
async fn a_session_outlives_the_process() {
    let service = Service::new().await;
    service.account().await;
    let cookie = service.log_in().await;
    assert!(service.restarted().await.is_logged_in(&cookie).await);
    assert_eq!(service.count("select count(*) from session where length(key) = 64").await, 1);
}

#[tokio::test]
async fn a_session_ends_after_eight_idle_hours() {
    let service = Service::new().await;
    service.account().await;
    let cookie = service.log_in().await;
    service.clock.advance(Duration::hours(8) - Duration::minutes(1));
    assert!(service.is_logged_in(&cookie).await);
    let idle = service.log_in().await;
    service.clock.advance(Duration::hours(8));
    assert!(!service.is_logged_in(&idle).await);
}

#[tokio::test]
async fn a_session_ends_after_twelve_busy_hours() {
    let service = Service::new().await;
    service.account().await;
    let cookie = service.log_in().await;
    for _ in 0..11 {
        service.clock.advance(Duration::hours(1));
        assert!(service.is_logged_in(&cookie).await);
    }
    service.clock.advance(Duration::hours(1));
    assert!(!service.is_logged_in(&cookie).await);
    assert_eq!(service.count("select count(*) from session").await, 0);
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let service = Service::new().await;
    service.account().await;
    let cookie = service.log_in().await;
    service.sql("update account set disabled_at = created_at").await;
    assert!(!service.is_logged_in(&cookie).await);
    let response = service.try_to_log_in(EMAIL, PASSWORD).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_page_asked_for_comes_after_the_login_when_it_is_ours() {
    let service = Service::new().await;
    service.account().await;
    let page = service.client.get(service.url("/connexion?suite=/instruction/D61234%3Fa%3Db")).send().await.unwrap();
    assert!(page.text().await.unwrap().contains(r#"name="suite" value="/instruction/D61234?a=b""#));
    let after = async |suite: &str| {
        let fields = [("email", EMAIL), ("mot-de-passe", PASSWORD), ("suite", suite)];
        location(&service.post("/connexion", &fields).send().await.unwrap()).to_owned()
    };
    assert_eq!(after("/instruction/D61234?a=b").await, "/instruction/D61234?a=b");
    for elsewhere in
        ["//evil.example", "/\\evil.example", "https://evil.example/", "/\t/evil.example", "evil", "/\r\nX: y"]
    {
        assert_eq!(after(elsewhere).await, "/instruction", "{elsewhere:?}");
    }
    let page = service.client.get(service.url("/connexion?suite=//evil.example")).send().await.unwrap();
    assert!(!page.text().await.unwrap().contains("evil"));
}

#[tokio::test]
async fn accounts_are_checked_before_they_exist() {
    let service = Service::new().await;
    service.account().await;
    let create = async |email: &str, name: &str, password: &str| {
        let new = NewAccount { email: email.into(), name: name.into(), role: Role::Lecteur, password: password.into() };
        accounts::create(&service.db, &service.clock, new).await
    };
    assert!(matches!(create("CAMILLE.martin@exemple.fr", "C", PASSWORD).await, Err(CreateError::Taken)));
    assert!(matches!(create("pas une adresse", "C", PASSWORD).await, Err(CreateError::Email)));
    assert!(matches!(create("a@exemple.fr", "  ", PASSWORD).await, Err(CreateError::Name)));
    let short = create("a@exemple.fr", "A", "onze lettre").await.unwrap_err();
    assert_eq!(short.to_string(), "Le mot de passe est trop court : il doit compter au moins 12 caractères.");
    assert_eq!(create("A@exemple.fr", " Ada ", "éèàùçéèàùçéè").await.unwrap().name, "Ada");
}

#[tokio::test]
async fn what_expired_is_purged() {
    let service = Service::new().await;
    service.account().await;
    let client: IpAddr = "192.0.2.1".parse().unwrap();
    let refused = accounts::log_in(&service.db, &service.clock, EMAIL, "devinette", client).await;
    assert!(matches!(refused, Err(LoginError::Wrong)));
    service.log_in().await;
    assert_eq!(accounts::purge(&service.db, &service.clock).await.unwrap(), 0);
    service.clock.advance(Duration::hours(8));
    // The session; the failures of 192.0.2.1 and the emptied count of this machine.
    assert_eq!(accounts::purge(&service.db, &service.clock).await.unwrap(), 3);
}
