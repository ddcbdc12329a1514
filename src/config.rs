//! The only reader of the environment. One table of keys, one typed struct; a start with a wrong setting says one clear
//! sentence per problem. Values come from environment variables, then from an optional TOML file that uses the same names.

mod keys;
mod problem;
mod reminders;
mod secret;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use url::Url;

pub use keys::{KEYS, Key};
pub use problem::Problem;
pub use reminders::RemindersConfig;
pub use secret::Secret;

/// Where the service runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    Production,
    Development,
}

/// Who takes the decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decisions {
    /// Our instructeurs; DataPass is told by hand.
    Here,
    /// DataPass alone; our pages link to it.
    Datapass,
}

/// Who activates a HubEE subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    Automatic,
    /// The collectivité, in HubEE's portal.
    Manual,
}

/// HubEE's addresses and keys.
#[derive(Clone, Debug)]
pub struct HubeeConfig {
    /// The root: the client adds `/referential/v1/…`.
    pub api_url: Url,
    pub token_url: Url,
    pub client_id: String,
    pub client_secret: Secret,
    pub scope: String,
    pub activation: Activation,
}

/// Sirene's address and key, when it is used.
#[derive(Clone, Debug)]
pub struct SireneConfig {
    pub api_url: Url,
    pub api_key: Secret,
}

/// The application that reads DataPass's API, when there is one.
#[derive(Clone, Debug)]
pub struct DatapassApiConfig {
    /// DataPass's own address: the client adds `/api/v1/…`.
    pub url: Url,
    pub client_id: String,
    pub client_secret: Secret,
    /// Between two reconciliations.
    pub every: std::time::Duration,
}

/// Every setting, checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub environment: Environment,
    pub listen: SocketAddr,
    pub base_url: Url,
    /// Where the national form lives: a collectivité's form is `{form_url}/collectivites/{siret}`.
    pub form_url: Url,
    pub database_url: Secret,
    pub webhook_secrets: Vec<Secret>,
    pub datapass_url: Url,
    pub datapass_api: Option<DatapassApiConfig>,
    pub decisions: Decisions,
    pub hubee: HubeeConfig,
    pub sirene: Option<SireneConfig>,
    pub smtp_url: Secret,
    pub mail_from: String,
    /// Address and network of the proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    pub workers: usize,
    /// How long a background job is a process's without news of it.
    pub lease: chrono::Duration,
    /// Filter of the logs.
    pub log: String,
    pub demo: DemoConfig,
    /// The jours ouvrés in which an answer is promised.
    pub days: crate::domain::working_days::WorkingDays,
    pub reminders: RemindersConfig,
}

/// Where the demonstration lives.
#[derive(Clone, Debug)]
pub struct DemoConfig {
    pub listen: SocketAddr,
    pub smtp: SocketAddr,
    pub folder: std::path::PathBuf,
}

impl Config {
    /// Reads the process environment, and the TOML file at `HABILIS_CONFIG` when it is set.
    ///
    /// # Errors
    /// Every problem found, not only the first.
    pub fn from_environment() -> Result<Self, Vec<Problem>> {
        Self::from_map(environment())
    }

    /// Every value given, by the environment or the file: what [`Config::describe`] shows.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn effective_values() -> Result<BTreeMap<String, String>, Vec<Problem>> {
        merged(environment())
    }

    /// Same as [`Config::from_environment`], from given variables.
    ///
    /// # Errors
    /// Every problem found, not only the first.
    pub fn from_map(environment: BTreeMap<String, String>) -> Result<Self, Vec<Problem>> {
        Reader { values: merged(environment)?, problems: Vec::new() }.config()
    }

    /// Cookies are marked Secure and `__Host-` when people reach us through TLS.
    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// `path` (absolute) at the public address of the service.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.as_str().trim_end_matches('/'))
    }

    /// The form of a collectivité.
    pub fn form_of(&self, siret: &str) -> String {
        format!("{}/collectivites/{siret}", self.form_url.as_str().trim_end_matches('/'))
    }

    /// Each key with its effective value, secrets hidden: safe to print.
    pub fn describe(environment: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
        KEYS.iter()
            .map(|key| {
                let value = environment.get(key.name).map(String::as_str).or(key.default);
                let shown = match (value, key.secret) {
                    (None, _) => "(absent)".to_owned(),
                    (Some(_), true) => "(masqué)".to_owned(),
                    (Some(value), false) => value.to_owned(),
                };
                (key.name, shown)
            })
            .collect()
    }
}

/// The process environment.
pub fn environment() -> BTreeMap<String, String> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    std::env::vars().collect()
}

fn merged(environment: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Vec<Problem>> {
    let mut values = match environment.get("HABILIS_CONFIG") {
        Some(path) => read_file(Path::new(path))?,
        None => BTreeMap::new(),
    };
    values.extend(environment);
    Ok(values)
}

fn read_file(path: &Path) -> Result<BTreeMap<String, String>, Vec<Problem>> {
    let fail = |why: String| vec![Problem::new("HABILIS_CONFIG", format!("{} : {why}", path.display()))];
    let text = std::fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| fail(e.message().to_owned()))?;
    let mut values = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, value) in table {
        if !KEYS.iter().any(|key| key.name == name) {
            problems.push(Problem::new(&name, "clé inconnue dans le fichier de configuration"));
        }
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Array(items) => items
                .iter()
                .map(|i| i.as_str().map_or_else(|| i.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join(","),
            other => other.to_string(),
        };
        values.insert(name, value);
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

/// Reads values one by one and keeps every problem.
struct Reader {
    values: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

impl Reader {
    fn config(mut self) -> Result<Config, Vec<Problem>> {
        let config = self.read();
        // On the texts and not on the result: a missing key must not hide what production refuses of the others.
        let refused = problem::production_problems(|name| self.value(name).unwrap_or_default());
        self.problems.extend(refused);
        match config {
            Some(config) if self.problems.is_empty() => Ok(config),
            _ => Err(self.problems),
        }
    }

    fn read(&mut self) -> Option<Config> {
        let environment = self.one_of(
            "HABILIS_ENV",
            &[("production", Environment::Production), ("development", Environment::Development)],
        );
        let listen = self.parsed("HABILIS_LISTEN", "une adresse et un port, par exemple 127.0.0.1:8080");
        let base_url = self.url("HABILIS_BASE_URL");
        let form_url = self.url("HABILIS_FORM_URL");
        let database_url = self.database_url();
        let webhook_secrets = self.secrets("DATAPASS_WEBHOOK_SECRETS");
        let datapass_url = self.url("DATAPASS_URL");
        let datapass_api = self.datapass_api(datapass_url.as_ref());
        let decisions =
            self.one_of("HABILIS_DECISIONS", &[("here", Decisions::Here), ("datapass", Decisions::Datapass)]);
        let hubee = self.hubee();
        let sirene = self.sirene();
        let smtp_url = self.text("SMTP_URL");
        let mail_from = self.text("MAIL_FROM");
        let trusted_proxies = self.list("HABILIS_TRUSTED_PROXIES");
        let workers: Option<usize> = self.parsed("HABILIS_WORKERS", "un nombre entre 1 et 64");
        if workers.is_some_and(|n| !(1..=64).contains(&n)) {
            self.problems.push(Problem::new("HABILIS_WORKERS", "il faut un nombre entre 1 et 64"));
        }
        let lease = self.lease();
        let log = self.text("HABILIS_LOG");
        let demo = self.demo();
        let days = self.days();
        let reminders = self.reminders();
        Some(Config {
            environment: environment?,
            listen: listen?,
            base_url: base_url?,
            form_url: form_url?,
            database_url: Secret::new(database_url?),
            webhook_secrets,
            datapass_url: datapass_url?,
            datapass_api,
            decisions: decisions?,
            hubee: hubee?,
            sirene,
            smtp_url: Secret::new(smtp_url?),
            mail_from: mail_from?,
            trusted_proxies,
            workers: workers?,
            lease: lease?,
            log: log?,
            demo: demo?,
            days: days?,
            reminders: reminders?,
        })
    }

    fn database_url(&mut self) -> Option<String> {
        let url = self.text("DATABASE_URL")?;
        if ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Some(url);
        }
        let sentence = "valeur incomprise : il faut sqlite://chemin ou postgres://…";
        self.problems.push(Problem::new("DATABASE_URL", sentence));
        None
    }

    fn hubee(&mut self) -> Option<HubeeConfig> {
        let api_url = self.url("HUBEE_API_URL");
        let token_url = self.url("HUBEE_TOKEN_URL");
        let client_id = self.text("HUBEE_CLIENT_ID");
        let client_secret = self.text("HUBEE_CLIENT_SECRET").map(Secret::new);
        let scope = self.text("HUBEE_SCOPE");
        let activation =
            self.one_of("HUBEE_ACTIVATION", &[("automatic", Activation::Automatic), ("manual", Activation::Manual)]);
        Some(HubeeConfig {
            api_url: api_url?,
            token_url: token_url?,
            client_id: client_id?,
            client_secret: client_secret?,
            scope: scope?,
            activation: activation?,
        })
    }

    fn lease(&mut self) -> Option<chrono::Duration> {
        let seconds: i64 = self.parsed("HABILIS_LEASE_SECONDS", "un nombre de secondes entre 1 et 3600")?;
        if !(1..=3600).contains(&seconds) {
            self.problems.push(Problem::new("HABILIS_LEASE_SECONDS", "il faut un nombre de secondes entre 1 et 3600"));
        }
        chrono::Duration::try_seconds(seconds)
    }

    fn demo(&mut self) -> Option<DemoConfig> {
        let listen = self.parsed("HABILIS_SANDBOX_LISTEN", "une adresse et un port");
        let smtp = self.parsed("HABILIS_SANDBOX_SMTP", "une adresse et un port");
        let folder = self.text("HABILIS_DEMO_FOLDER");
        Some(DemoConfig { listen: listen?, smtp: smtp?, folder: folder?.into() })
    }

    /// Both credentials, or neither.
    fn datapass_api(&mut self, url: Option<&Url>) -> Option<DatapassApiConfig> {
        const MINUTES: &str = "DATAPASS_RECONCILE_MINUTES";
        let minutes: Option<u64> = self.parsed(MINUTES, "un nombre de minutes entre 1 et 1440");
        if minutes.is_some_and(|minutes| !(1..=1440).contains(&minutes)) {
            self.problems.push(Problem::new(MINUTES, "il faut un nombre de minutes entre 1 et 1440"));
        }
        let given = |name: &str| self.value(name).map(str::to_owned);
        let (client_id, client_secret) = match (given("DATAPASS_CLIENT_ID"), given("DATAPASS_CLIENT_SECRET")) {
            (Some(id), Some(secret)) => (id, Secret::new(secret)),
            (None, None) => return None,
            (id, _) => {
                let absent = if id.is_none() { "DATAPASS_CLIENT_ID" } else { "DATAPASS_CLIENT_SECRET" };
                let sentence = "valeur absente : l’identifiant et le secret de l’application vont ensemble";
                self.problems.push(Problem::new(absent, sentence));
                return None;
            }
        };
        let every = std::time::Duration::from_secs(minutes? * 60);
        Some(DatapassApiConfig { url: url?.clone(), client_id, client_secret, every })
    }

    fn sirene(&mut self) -> Option<SireneConfig> {
        let key = self.values.get("SIRENE_API_KEY").filter(|key| !key.is_empty()).cloned();
        let api_url = self.url("SIRENE_API_URL");
        Some(SireneConfig { api_url: api_url?, api_key: Secret::new(key?) })
    }

    /// What was given, or else the default; an empty text is not given.
    fn value(&self, name: &str) -> Option<&str> {
        let default = KEYS.iter().find(|key| key.name == name).and_then(|key| key.default);
        self.values.get(name).map(|v| v.trim()).filter(|v| !v.is_empty()).or(default)
    }

    fn text(&mut self, name: &'static str) -> Option<String> {
        let value = self.value(name).map(str::to_owned);
        if value.is_none() {
            self.problems.push(Problem::new(name, "valeur absente : indiquez-la"));
        }
        value
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &'static str, expected: &str) -> Option<T> {
        let parsed = self.text(name)?.parse().ok();
        if parsed.is_none() {
            self.problems.push(Problem::new(name, format!("valeur incomprise : il faut {expected}")));
        }
        parsed
    }

    fn url(&mut self, name: &'static str) -> Option<Url> {
        let url: Url = self.parsed(name, "une adresse http:// ou https://")?;
        if matches!(url.scheme(), "http" | "https") && url.host().is_some() {
            return Some(url);
        }
        self.problems.push(Problem::new(name, "valeur incomprise : il faut une adresse http:// ou https://"));
        None
    }

    fn one_of<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let found = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.problems.push(Problem::new(name, format!("valeur incomprise : il faut {}", words.join(" ou "))));
        }
        found
    }

    fn list<T: std::str::FromStr>(&mut self, name: &'static str) -> Vec<T> {
        let text = self.values.get(name).cloned().unwrap_or_default();
        let items: Vec<&str> = text.split([',', ' ']).filter(|item| !item.is_empty()).collect();
        let parsed: Vec<T> = items.iter().filter_map(|item| item.parse().ok()).collect();
        if parsed.len() != items.len() {
            self.problems
                .push(Problem::new(name, "valeur incomprise : il faut des adresses IP séparées par des virgules"));
        }
        parsed
    }

    fn secrets(&mut self, name: &'static str) -> Vec<Secret> {
        let Some(text) = self.text(name) else { return Vec::new() };
        let secrets: Vec<Secret> = problem::secrets_in(&text).map(|secret| Secret::new(secret.to_owned())).collect();
        if secrets.is_empty() {
            self.problems.push(Problem::new(name, "valeur absente : indiquez-la"));
        }
        secrets
    }
}
