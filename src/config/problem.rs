//! A setting that prevents the start, in one sentence for the operator; and the settings that production refuses.

use super::{Config, Environment};

/// Values that appear in documentation or in the sandbox: anybody knows them.
const KNOWN_SECRETS: [&str; 4] = ["secret", "changeme", crate::SANDBOX_WEBHOOK_SECRET, crate::SANDBOX_HUBEE_SECRET];

/// One problem: which key, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub key: String,
    pub sentence: String,
}

impl Problem {
    pub fn new(key: &str, sentence: impl Into<String>) -> Self {
        Self { key: key.to_owned(), sentence: sentence.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} : {}", self.key, self.sentence)
    }
}

/// What only production refuses.
pub fn production_problems(config: &Config) -> Vec<Problem> {
    if config.environment != Environment::Production {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let mut refuse = |wrong: bool, key: &str, sentence: &str| {
        if wrong {
            problems.push(Problem::new(key, sentence));
        }
    };
    let smtp = config.smtp_url.expose();
    refuse(!config.is_https(), "HABILIS_BASE_URL", "en production, l’adresse publique commence par https://");
    refuse(smtp.starts_with("blackhole:"), "SMTP_URL", "en production, les courriels doivent partir");
    refuse(
        smtp.starts_with("smtp:") && !smtp.contains("tls=required"),
        "SMTP_URL",
        "en production, utilisez smtps:// ou smtp://…?tls=required",
    );
    refuse(
        config.mail_from.contains(".example"),
        "MAIL_FROM",
        "en production, indiquez l’expéditeur réel : personne ne reçoit les réponses à une adresse d’exemple",
    );
    let weak = |secret: &str| secret.len() < 16 || KNOWN_SECRETS.contains(&secret);
    refuse(
        config.webhook_secrets.iter().any(|s| weak(s.expose())),
        "DATAPASS_WEBHOOK_SECRETS",
        "secret connu ou trop court (16 caractères au moins)",
    );
    refuse(
        weak(config.hubee.client_secret.expose()),
        "HUBEE_CLIENT_SECRET",
        "secret connu ou trop court (16 caractères au moins)",
    );
    let local = |url: &url::Url| url.host_str().is_some_and(|h| h == "localhost" || h == "127.0.0.1" || h == "[::1]");
    refuse(local(&config.hubee.api_url), "HUBEE_API_URL", "en production, HubEE n’est pas le bac à sable local");
    refuse(local(&config.hubee.token_url), "HUBEE_TOKEN_URL", "en production, HubEE n’est pas le bac à sable local");
    refuse(local(&config.datapass_url), "DATAPASS_URL", "en production, DataPass n’est pas le bac à sable local");
    problems
}
