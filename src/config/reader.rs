//! From texts to typed settings, one by one: a wrong one is a problem with its key, and the others are read all the same.

use std::collections::BTreeMap;

use url::Url;

use super::*;
use crate::domain::hubee_rules::Rules;

/// Reads values one by one and keeps every problem.
pub struct Reader {
    pub(super) values: BTreeMap<String, String>,
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    pub fn of(values: BTreeMap<String, String>) -> Self {
        Self { values, problems: Vec::new() }
    }

    /// The settings, or every problem found.
    pub fn config(mut self) -> Result<Config, Vec<Problem>> {
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
        let sources = self.sources();
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
        let documents = self.documents();
        let upkeep = self.upkeep();
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
            sources: sources?,
            smtp_url: Secret::new(smtp_url?),
            mail_from: mail_from?,
            trusted_proxies,
            workers: workers?,
            lease: lease?,
            log: log?,
            demo: demo?,
            days: days?,
            reminders: reminders?,
            documents: documents?,
            upkeep: upkeep?,
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
        let portail_url = self.url("HUBEE_PORTAIL_URL");
        let client_id = self.text("HUBEE_CLIENT_ID");
        let client_secret = self.text("HUBEE_CLIENT_SECRET").map(Secret::new);
        let scope = self.text("HUBEE_SCOPE");
        let activation =
            self.one_of("HUBEE_ACTIVATION", &[("automatic", Activation::Automatic), ("manual", Activation::Manual)]);
        let patience = self.bounded("HUBEE_PATIENCE_MS", 100..=120_000);
        let rules = self.rules();
        Some(HubeeConfig {
            api_url: api_url?,
            token_url: token_url?,
            portail_url: portail_url?,
            client_id: client_id?,
            client_secret: client_secret?,
            scope: scope?,
            activation: activation?,
            patience: std::time::Duration::from_millis(patience?.into()),
            rules: rules?,
        })
    }

    fn rules(&mut self) -> Option<Rules> {
        let between = |reader: &mut Self, name: &'static str, least: usize, most: usize| {
            let words = format!("un nombre entre {least} et {most}");
            let figure: Option<usize> = reader.parsed(name, &words);
            if figure.is_some_and(|figure| !(least..=most).contains(&figure)) {
                reader.problems.push(Problem::new(name, format!("il faut {words}")));
            }
            figure
        };
        let extension_most = between(self, "HUBEE_EXTENSION_MAX", 2, 63);
        let phone_least = between(self, "HUBEE_TELEPHONE_MIN", 4, 15);
        let functional_blocks = self.one_of("HUBEE_ADRESSE_DE_SERVICE", &[("avertir", false), ("bloquer", true)]);
        Some(Rules {
            extension_most: extension_most?,
            phone_least: phone_least?,
            functional_blocks: functional_blocks?,
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
        let requests: Option<usize> = self.parsed("HABILIS_DEMO_DEMANDES", "un nombre entre 0 et 20000");
        if requests.is_some_and(|count| count > 20_000) {
            self.problems.push(Problem::new("HABILIS_DEMO_DEMANDES", "il faut un nombre entre 0 et 20000"));
        }
        let sources = self.one_of("HABILIS_DEMO_SOURCES", &[("oui", true), ("non", false)]);
        Some(DemoConfig {
            listen: listen?,
            smtp: smtp?,
            folder: folder?.into(),
            requests: requests?,
            sources: sources?,
        })
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
        let per_minute = self.bounded("SIRENE_PER_MINUTE", 1..=100_000);
        Some(SireneConfig { api_url: api_url?, api_key: Secret::new(key?), per_minute: per_minute? })
    }

    /// What was given, or else the default; an empty text is not given.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let default = KEYS.iter().find(|key| key.name == name).and_then(|key| key.default);
        self.values.get(name).map(|v| v.trim()).filter(|v| !v.is_empty()).or(default)
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        let value = self.value(name).map(str::to_owned);
        if value.is_none() {
            self.problems.push(Problem::new(name, "valeur absente : indiquez-la"));
        }
        value
    }

    pub(super) fn parsed<T: std::str::FromStr>(&mut self, name: &'static str, expected: &str) -> Option<T> {
        let parsed = self.text(name)?.parse().ok();
        if parsed.is_none() {
            self.problems.push(Problem::new(name, format!("valeur incomprise : il faut {expected}")));
        }
        parsed
    }

    pub(super) fn url(&mut self, name: &'static str) -> Option<Url> {
        let url: Url = self.parsed(name, "une adresse http:// ou https://")?;
        if matches!(url.scheme(), "http" | "https") && url.host().is_some() {
            return Some(url);
        }
        self.problems.push(Problem::new(name, "valeur incomprise : il faut une adresse http:// ou https://"));
        None
    }

    pub(super) fn one_of<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let found = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.problems.push(Problem::new(name, format!("valeur incomprise : il faut {}", words.join(" ou "))));
        }
        found
    }

    pub(super) fn list<T: std::str::FromStr>(&mut self, name: &'static str) -> Vec<T> {
        let text = self.values.get(name).cloned().unwrap_or_default();
        let items: Vec<&str> = text.split([',', ' ']).filter(|item| !item.is_empty()).collect();
        let parsed: Vec<T> = items.iter().filter_map(|item| item.parse().ok()).collect();
        if parsed.len() != items.len() {
            self.problems
                .push(Problem::new(name, "valeur incomprise : il faut des adresses IP séparées par des virgules"));
        }
        parsed
    }

    pub(super) fn secrets(&mut self, name: &'static str) -> Vec<Secret> {
        let Some(text) = self.text(name) else { return Vec::new() };
        let secrets: Vec<Secret> = problem::secrets_in(&text).map(|secret| Secret::new(secret.to_owned())).collect();
        if secrets.is_empty() {
            self.problems.push(Problem::new(name, "valeur absente : indiquez-la"));
        }
        secrets
    }
}
