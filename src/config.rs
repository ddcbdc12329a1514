//! The only reader of the environment. One table of keys, one typed struct; a start with a wrong setting says one clear
//! sentence per problem. Values come from environment variables, then from an optional TOML file that uses the same names.

mod documents;
mod keys;
mod problem;
mod reader;
mod reminders;
mod secret;
mod sources;
mod upkeep;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use url::Url;

pub use documents::{DocumentsConfig, FilesConfig, S3Config};
pub use keys::{KEYS, Key};
pub use problem::Problem;
pub use reminders::RemindersConfig;
pub use secret::Secret;
pub use sources::{DnsConfig, SourceConfig, SourcesConfig};
pub use upkeep::UpkeepConfig;

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
    /// Where people log in, as mails say it.
    pub portail_url: Url,
    pub client_id: String,
    pub client_secret: Secret,
    pub scope: String,
    pub activation: Activation,
    /// How long an answer is waited for, the whole of it.
    pub patience: std::time::Duration,
    /// What HubEE takes, where no contract says it.
    pub rules: crate::domain::hubee_rules::Rules,
}

/// Sirene's address and key, when it is used.
#[derive(Clone, Debug)]
pub struct SireneConfig {
    pub api_url: Url,
    pub api_key: Secret,
    /// Calls that INSEE allows each minute.
    pub per_minute: u32,
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
    pub sources: SourcesConfig,
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
    pub documents: DocumentsConfig,
    pub upkeep: UpkeepConfig,
}

/// Where the demonstration lives.
#[derive(Clone, Debug)]
pub struct DemoConfig {
    pub listen: SocketAddr,
    pub smtp: SocketAddr,
    pub folder: std::path::PathBuf,
    /// The simulated registers are asked.
    pub sources: bool,
    /// How many requests a new demonstration is filled with; those that are told one by one come anyway.
    pub requests: usize,
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
        reader::Reader::of(merged(environment)?).config()
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
