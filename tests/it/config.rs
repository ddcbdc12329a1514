//! Settings: every problem told at once, what production refuses, file and environment, and secrets that stay hidden.

use std::collections::BTreeMap;

use habilis::config::{Activation, Config, Decisions, Environment, KEYS};
use habilis::{SANDBOX_DATAPASS_SECRET, SANDBOX_HUBEE_SECRET, SANDBOX_WEBHOOK_SECRET};

type Values = BTreeMap<String, String>;

/// The least that starts.
const LEAST: [(&str, &str); 6] = [
    ("DATAPASS_WEBHOOK_SECRETS", "ancien-secret-datapass-4f1d, nouveau-secret-datapass-9a7c"),
    ("HUBEE_API_URL", "https://api.hubee.example"),
    ("HUBEE_TOKEN_URL", "https://auth.hubee.example/oauth2/token"),
    ("HUBEE_CLIENT_ID", "habilis"),
    ("HUBEE_CLIENT_SECRET", "secret-hubee-0b3e8d7711"),
    ("SMTP_URL", "smtps://robot:mot-de-passe-smtp@smtp.example:465"),
];

/// What a production is.
const PRODUCTION: [(&str, &str); 4] = [
    ("HABILIS_ENV", "production"),
    ("HABILIS_BASE_URL", "https://habilis.example"),
    ("DATABASE_URL", "postgres://habilis:mot-de-passe-base@db.example/habilis"),
    ("MAIL_FROM", "API Particulier <habilis@api.gouv.fr>"),
];

fn values(pairs: &[&[(&str, &str)]]) -> Values {
    pairs.iter().flat_map(|pairs| pairs.iter()).map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

/// Each problem as told.
fn problems(values: Values) -> Vec<String> {
    Config::from_map(values).expect_err("refused").iter().map(ToString::to_string).collect()
}

/// A production with one setting changed: what is told of it.
fn production_with(name: &str, value: &str) -> Vec<String> {
    problems(values(&[&LEAST, &PRODUCTION, &[(name, value)]]))
}

#[test]
fn the_least_starts_with_the_documented_defaults() {
    let config = Config::from_map(values(&[&LEAST])).unwrap();
    assert_eq!(config.environment, Environment::Development);
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.base_url.as_str(), "http://127.0.0.1:8080/");
    assert_eq!(config.database_url.expose(), "sqlite://data/habilis.db");
    assert_eq!(config.decisions, Decisions::Here);
    assert_eq!((config.hubee.activation, config.hubee.scope.as_str()), (Activation::Manual, "ADMIN"));
    assert_eq!((config.workers, config.log.as_str()), (4, "info"));
    assert!(config.sirene.is_none() && config.trusted_proxies.is_empty());
    assert_eq!(
        config.form_of("21730132400018"),
        format!("{}/collectivites/21730132400018", documented("HABILIS_FORM_URL"))
    );
    let secrets: Vec<&str> = config.webhook_secrets.iter().map(|secret| secret.expose()).collect();
    assert_eq!(secrets, ["ancien-secret-datapass-4f1d", "nouveau-secret-datapass-9a7c"]);
    for (name, shown) in Config::describe(&BTreeMap::new()) {
        let key = KEYS.iter().find(|key| key.name == name).unwrap();
        let expected = if key.secret { key.default.map(|_| "(masqué)") } else { key.default };
        assert_eq!(shown, expected.unwrap_or("(absent)"), "{name}");
    }
}

fn documented(name: &str) -> &'static str {
    KEYS.iter().find(|key| key.name == name).and_then(|key| key.default).expect("a default")
}

/// A default is not an opinion: every one is a value that the reader takes.
#[test]
fn every_default_given_by_hand_is_taken() {
    let defaults: Vec<(&str, &str)> = KEYS.iter().filter_map(|key| Some((key.name, key.default?))).collect();
    assert!(defaults.len() > 10);
    Config::from_map(values(&[&LEAST, &defaults])).unwrap();
}

#[test]
fn an_empty_value_is_an_absent_one() {
    let empty: Vec<(&str, &str)> =
        KEYS.iter().map(|key| (key.name, " ")).filter(|(name, _)| *name != "HABILIS_CONFIG").collect();
    let all = problems(values(&[&empty]));
    let absent: Vec<&str> = all.iter().filter_map(|told| told.split(" : ").next()).collect();
    assert_eq!(absent, LEAST.map(|(name, _)| name));
}

#[test]
fn every_problem_is_told_at_once_one_sentence_each() {
    let wrong = [
        ("HABILIS_ENV", "prod"),
        ("HABILIS_LISTEN", "8080"),
        ("HABILIS_BASE_URL", "habilis.example"),
        ("HABILIS_FORM_URL", "ftp://form.example"),
        ("HABILIS_DECISIONS", "ailleurs"),
        ("HABILIS_WORKERS", "0"),
        ("HABILIS_TRUSTED_PROXIES", "10.0.0.1, passerelle"),
        ("DATABASE_URL", "mysql://habilis:mot-de-passe-base@db.example/habilis"),
        ("DATAPASS_WEBHOOK_SECRETS", " , "),
        ("DATAPASS_URL", "datapass"),
        ("DATAPASS_RECONCILE_MINUTES", "0"),
        ("HUBEE_TOKEN_URL", "mailto:x@hubee.example"),
        ("HUBEE_ACTIVATION", "auto"),
        ("SIRENE_API_URL", "//insee"),
        ("HABILIS_SANDBOX_LISTEN", "ici"),
        ("HABILIS_SANDBOX_SMTP", "là"),
        ("HABILIS_DOCUMENTS_MONTHS", "0"),
        ("HABILIS_FETCH_TEST_SITES", "partout"),
    ];
    let absent = ["HUBEE_API_URL", "HUBEE_CLIENT_ID", "HUBEE_CLIENT_SECRET", "SMTP_URL"];
    let told = problems(values(&[&wrong]));
    for name in wrong.iter().map(|(name, _)| *name).chain(absent) {
        let of_name: Vec<&String> = told.iter().filter(|told| told.starts_with(&format!("{name} : "))).collect();
        assert_eq!(of_name.len(), 1, "{name}: {told:?}");
    }
    assert_eq!(told.len(), wrong.len() + absent.len(), "{told:?}");
    assert!(told.iter().all(|sentence| !sentence.contains('\n')), "{told:?}");
    assert!(told.iter().all(|sentence| !sentence.contains("mot-de-passe-base")), "{told:?}");
}

#[test]
fn production_starts_when_all_is_right() {
    let config = Config::from_map(values(&[&LEAST, &PRODUCTION])).unwrap();
    assert!(config.is_https());
    let starttls = [("SMTP_URL", "smtp://robot:x@smtp.example:587?tls=required")];
    assert!(Config::from_map(values(&[&LEAST, &PRODUCTION, &starttls])).is_ok());
}

#[test]
fn production_refuses_what_is_only_for_trying() {
    let known = format!("un-secret-de-production-long,{SANDBOX_WEBHOOK_SECRET}");
    for (name, value) in [
        ("DATAPASS_WEBHOOK_SECRETS", SANDBOX_WEBHOOK_SECRET),
        ("DATAPASS_WEBHOOK_SECRETS", &known),
        ("DATAPASS_WEBHOOK_SECRETS", "court"),
        ("HUBEE_CLIENT_SECRET", SANDBOX_HUBEE_SECRET),
        ("HUBEE_CLIENT_SECRET", "changeme"),
        ("SMTP_URL", "blackhole:"),
        ("MAIL_FROM", documented("MAIL_FROM")),
        ("SMTP_URL", "smtp://smtp.example:25"),
        ("HABILIS_BASE_URL", "http://habilis.example"),
        ("HABILIS_BASE_URL", "HTTP://habilis.example"),
        ("HUBEE_API_URL", "http://127.0.0.1:8081/hubee"),
        ("HUBEE_API_URL", "http://127.0.0.2:8081/hubee"),
        ("HUBEE_API_URL", "https://[::1]/hubee"),
        ("HUBEE_TOKEN_URL", "http://localhost:8081/hubee/oauth2/token"),
        ("DATAPASS_URL", "http://127.0.0.1:8081/datapass"),
        ("HABILIS_FETCH_TEST_SITES", "127.0.0.1:8081"),
    ] {
        let told = production_with(name, value);
        assert_eq!(told.len(), 1, "{name}={value}: {told:?}");
        assert!(told[0].starts_with(&format!("{name} : ")), "{told:?}");
        assert!(Config::from_map(values(&[&LEAST, &[(name, value)]])).is_ok(), "{name}={value} is for development");
    }
}

#[test]
fn an_s3_store_is_whole_and_reached_through_tls() {
    let s3 = [
        ("HABILIS_S3_URL", "https://s3.example"),
        ("HABILIS_S3_BUCKET", "deliberations"),
        ("HABILIS_S3_REGION", "fr-par"),
        ("HABILIS_S3_KEY_ID", "CLE"),
        ("HABILIS_S3_SECRET", "un-secret-assez-long"),
    ];
    let config = Config::from_map(values(&[&LEAST, &PRODUCTION, &s3])).unwrap();
    assert!(matches!(config.documents.files, habilis::config::FilesConfig::S3(_)));
    for (name, _) in s3 {
        let told = problems(values(&[&LEAST, &s3, &[(name, "")]]));
        assert!(told.len() == 1 && told[0].starts_with(name), "{name}: {told:?}");
    }
    for (name, value) in [
        ("HABILIS_S3_URL", "http://s3.example"),
        ("HABILIS_S3_SECRET", "court"),
        ("HABILIS_S3_SECRET", habilis::SANDBOX_S3_SECRET),
    ] {
        let told = problems(values(&[&LEAST, &PRODUCTION, &s3, &[(name, value)]]));
        assert!(told.len() == 1 && told[0].starts_with(name), "{name}: {told:?}");
    }
}

#[test]
fn an_application_of_datapass_is_whole_secret_and_optional() {
    let with = |own: &[(&str, &str)]| Config::from_map(values(&[&LEAST, &PRODUCTION, own]));
    assert!(with(&[]).unwrap().datapass_api.is_none(), "off");
    let both = [("DATAPASS_CLIENT_ID", "habilis"), ("DATAPASS_CLIENT_SECRET", "secret-application-6e20d1")];
    let api = with(&both).unwrap().datapass_api.unwrap();
    assert_eq!((api.url.as_str(), api.every.as_secs()), ("https://datapass.api.gouv.fr/", 600));
    for (kept, missing) in [(0, "DATAPASS_CLIENT_SECRET"), (1, "DATAPASS_CLIENT_ID")] {
        let told = with(&[both[kept]]).unwrap_err();
        assert!(told.len() == 1 && told[0].to_string().starts_with(&format!("{missing} : ")), "{told:?}");
    }
    for (name, value) in [
        ("DATAPASS_CLIENT_SECRET", SANDBOX_DATAPASS_SECRET),
        ("DATAPASS_URL", "http://datapass.example"),
        ("DATAPASS_RECONCILE_MINUTES", "1441"),
    ] {
        let told = with(&[both[0], both[1], (name, value)]).unwrap_err();
        assert!(told.len() == 1 && told[0].to_string().starts_with(&format!("{name} : ")), "{told:?}");
    }
}

#[test]
fn production_tells_all_it_refuses_with_whatever_else_is_wrong() {
    let sandbox = [
        ("HABILIS_BASE_URL", "http://127.0.0.1:8080"),
        ("SMTP_URL", "blackhole:"),
        ("DATAPASS_WEBHOOK_SECRETS", SANDBOX_WEBHOOK_SECRET),
        ("HUBEE_CLIENT_SECRET", SANDBOX_HUBEE_SECRET),
        ("HUBEE_API_URL", "http://127.0.0.1:8081/hubee"),
        ("HUBEE_TOKEN_URL", "http://127.0.0.1:8081/hubee/oauth2/token"),
        ("DATAPASS_URL", "http://127.0.0.1:8081/datapass"),
    ];
    let told = problems(values(&[&LEAST, &PRODUCTION, &sandbox, &[("HABILIS_WORKERS", "1000")]]));
    assert_eq!(told.len(), sandbox.len() + 1, "{told:?}");
    for (name, _) in sandbox {
        assert!(told.iter().any(|told| told.starts_with(&format!("{name} : "))), "{name}: {told:?}");
    }
}

#[test]
fn a_secret_with_a_comma_is_one_secret() {
    let told = Config::from_map(values(&[&LEAST, &PRODUCTION, &[("HUBEE_CLIENT_SECRET", "abc,defghijklmnopqrstuv")]]));
    assert_eq!(told.unwrap().hubee.client_secret.expose(), "abc,defghijklmnopqrstuv");
}

/// A file of settings, and what is read with it.
fn with_file(text: &str, environment: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("habilis.toml");
    std::fs::write(&path, text).unwrap();
    let file = [("HABILIS_CONFIG", path.to_str().unwrap())];
    let read = Config::from_map(values(&[environment, &file]));
    read.map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

#[test]
fn a_file_is_read_and_the_environment_wins() {
    let file = "HABILIS_WORKERS = 9\nHABILIS_LOG = \"debug\"\nHUBEE_SCOPE = \"DATAPASS\"\n\
                HABILIS_TRUSTED_PROXIES = [\"10.0.0.1\", \"10.0.0.2\"]\n";
    let config = with_file(file, &[&LEAST[..], &[("HABILIS_LOG", "warn")]].concat()).unwrap();
    assert_eq!((config.workers, config.hubee.scope.as_str()), (9, "DATAPASS"));
    assert_eq!(config.log, "warn", "the environment wins");
    assert_eq!(config.trusted_proxies.len(), 2);
}

#[test]
fn an_unknown_key_an_unreadable_or_a_missing_file_is_refused() {
    let told = with_file("HABILIS_WORKER = 9\nHUBEE_SCOP = \"x\"\n", &LEAST).unwrap_err();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("HABILIS_WORKER : clé inconnue"), "{told:?}");
    let told = with_file("HUBEE_CLIENT_SECRET = mon-secret-sans-guillemets\n", &LEAST).unwrap_err();
    assert!(told.len() == 1 && told[0].starts_with("HABILIS_CONFIG : "), "{told:?}");
    assert!(!told[0].contains("mon-secret") && !told[0].contains('\n'), "{told:?}");
    let told = problems(values(&[&LEAST, &[("HABILIS_CONFIG", "/nulle/part.toml")]]));
    assert!(told.len() == 1 && told[0].contains("/nulle/part.toml"), "{told:?}");
}

#[test]
fn secrets_are_never_shown() {
    let own = [
        ("SIRENE_API_KEY", "cle-sirene-77aa"),
        ("DATABASE_URL", "sqlite://chemin-de-la-base.db"),
        ("DATAPASS_CLIENT_ID", "habilis"),
        ("DATAPASS_CLIENT_SECRET", "secret-application-6e20d1"),
        ("HABILIS_S3_URL", "https://s3.example"),
        ("HABILIS_S3_BUCKET", "deliberations"),
        ("HABILIS_S3_REGION", "fr-par"),
        ("HABILIS_S3_KEY_ID", "cle"),
        ("HABILIS_S3_SECRET", "secret-du-stockage-51f0c2"),
    ];
    let given = values(&[&LEAST, &own]);
    let config = Config::from_map(given.clone()).unwrap();
    let shown = format!("{config:?} {config:#?} {:?}", Config::describe(&given));
    for key in KEYS.iter().filter(|key| key.secret) {
        for secret in given[key.name].split(',').map(str::trim) {
            assert!(!shown.contains(secret), "{} is shown", key.name);
        }
    }
    assert!(!shown.contains("mot-de-passe-smtp"));
    assert!(shown.contains("https://api.hubee.example"), "the rest is shown");
    for key in KEYS {
        let sounds_secret =
            ["SECRET", "API_KEY", "DATABASE_URL", "SMTP_URL"].iter().any(|word| key.name.contains(word));
        assert_eq!(key.secret, sounds_secret, "{}", key.name);
    }
}

#[test]
fn the_readme_documents_every_key_and_stays_short() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("a README");
    // What is read from one end to the other; tables are looked into.
    let text = readme.lines().filter(|line| !line.starts_with('|')).count();
    assert!(text <= 90, "{text} lines");
    for key in KEYS {
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{}`", key.name)));
        let row = row.unwrap_or_else(|| panic!("{} has no row in the README's table", key.name));
        let default = key.default.map_or("| — |".to_owned(), |default| format!("| `{default}` |"));
        assert!(row.contains(&default), "{row} should say {default}");
        assert!(row.contains(key.doc), "{row} should say {}", key.doc);
        assert_eq!(row.contains('🔒'), key.secret, "{row}");
    }
}
