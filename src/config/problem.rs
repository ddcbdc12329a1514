//! A setting that prevents the start, in one sentence for the operator; and the settings that production refuses.

/// Values that appear in documentation or in the sandbox: anybody knows them.
const KNOWN_SECRETS: [&str; 6] = [
    "secret",
    "changeme",
    crate::SANDBOX_WEBHOOK_SECRET,
    crate::SANDBOX_HUBEE_SECRET,
    crate::SANDBOX_DATAPASS_SECRET,
    crate::SANDBOX_S3_SECRET,
];

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

/// The secrets of a list, separated by commas.
pub fn secrets_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|secret| !secret.is_empty())
}

/// What only production refuses, whatever else is wrong. `value` answers the text of a key, empty when absent: that is
/// another problem, told elsewhere.
pub fn production_problems<'a>(value: impl Fn(&str) -> &'a str) -> Vec<Problem> {
    if value("HABILIS_ENV") != "production" {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let mut refuse = |wrong: bool, key: &str, sentence: &str| {
        if wrong {
            problems.push(Problem::new(key, sentence));
        }
    };
    let smtp = value("SMTP_URL");
    let in_clear = url::Url::parse(value("HABILIS_BASE_URL")).is_ok_and(|url| url.scheme() == "http");
    refuse(in_clear, "HABILIS_BASE_URL", "en production, l’adresse publique commence par https://");
    refuse(smtp.starts_with("blackhole:"), "SMTP_URL", "en production, les courriels doivent partir");
    refuse(
        smtp.starts_with("smtp:") && !smtp.contains("tls=required"),
        "SMTP_URL",
        "en production, utilisez smtps:// ou smtp://…?tls=required",
    );
    refuse(
        value("MAIL_FROM").contains(".example"),
        "MAIL_FROM",
        "en production, indiquez l’expéditeur réel : personne ne reçoit les réponses à une adresse d’exemple",
    );
    let known = "secret connu ou trop court (16 caractères au moins)";
    let webhook = value("DATAPASS_WEBHOOK_SECRETS");
    refuse(secrets_in(webhook).any(is_weak), "DATAPASS_WEBHOOK_SECRETS", known);
    let hubee = value("HUBEE_CLIENT_SECRET");
    refuse(!hubee.is_empty() && is_weak(hubee), "HUBEE_CLIENT_SECRET", known);
    let datapass = value("DATAPASS_CLIENT_SECRET");
    refuse(!datapass.is_empty() && is_weak(datapass), "DATAPASS_CLIENT_SECRET", known);
    let exposed = !datapass.is_empty() && value("DATAPASS_URL").to_lowercase().starts_with("http:");
    refuse(
        exposed && !is_local(value("DATAPASS_URL")),
        "DATAPASS_URL",
        "en production, l’API de DataPass n’est lue qu’en https://",
    );
    refuse(is_local(value("HUBEE_API_URL")), "HUBEE_API_URL", "en production, HubEE n’est pas le bac à sable local");
    refuse(
        is_local(value("HUBEE_TOKEN_URL")),
        "HUBEE_TOKEN_URL",
        "en production, HubEE n’est pas le bac à sable local",
    );
    let portail = value("HUBEE_PORTAIL_URL");
    refuse(
        is_local(portail) || portail.to_lowercase().starts_with("http:"),
        "HUBEE_PORTAIL_URL",
        "en production, les courriels n’envoient à HubEE qu’en https://, et pas sur cette machine",
    );
    refuse(is_local(value("DATAPASS_URL")), "DATAPASS_URL", "en production, DataPass n’est pas le bac à sable local");
    refuse(
        !value("HABILIS_FETCH_TEST_SITES").is_empty(),
        "HABILIS_FETCH_TEST_SITES",
        "en production, aucune adresse de ce réseau n’est récupérée : retirez cette clé",
    );
    let s3 = value("HABILIS_S3_SECRET");
    refuse(!s3.is_empty() && is_weak(s3), "HABILIS_S3_SECRET", known);
    let s3_in_clear = value("HABILIS_S3_URL").to_lowercase().starts_with("http:");
    refuse(s3_in_clear, "HABILIS_S3_URL", "en production, le stockage S3 n’est joint qu’en https://");
    problems
}

fn is_weak(secret: &str) -> bool {
    secret.len() < 16 || KNOWN_SECRETS.contains(&secret)
}

/// An address of this machine.
fn is_local(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(url::Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => false,
    })
}
