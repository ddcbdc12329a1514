//! What a demandeur types: an organisation, people, answers. Cleans and checks it as DataPass does, and gives it the
//! raw shape DataPass stores (strings or nothing). Knows no state and no JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::sandbox::insee::Establishment;

/// The stored answers: every key of the form, with nothing when left blank.
pub type Answers = BTreeMap<String, Option<String>>;

/// Key of the retention in months: the only answer that payloads show as an integer.
pub(super) const RETENTION: &str = "duree_conservation_donnees_caractere_personnel";
pub(super) const JUSTIFICATION: &str = "duree_conservation_donnees_caractere_personnel_justification";
pub(super) const LEGAL_BASIS: &str = "cadre_juridique_nature";
pub(super) const URL: &str = "cadre_juridique_url";
pub(super) const RECIPIENTS: &str = "destinataire_donnees_caractere_personnel";

/// The two contacts of the form, and the five answers asked of each.
pub(super) const CONTACTS: [(&str, &str); 2] =
    [("contact_metier", "contact métier"), ("delegue_protection_donnees", "délégué à la protection des données")];
pub(super) const CONTACT_FIELDS: [(&str, &str); 5] = [
    ("family_name", "Nom"),
    ("given_name", "Prénom"),
    ("email", "Adresse électronique"),
    ("phone_number", "Téléphone"),
    ("job_title", "Fonction"),
];

/// A contact métier or a delegate: DataPass requires all five.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub family: String,
    pub given: String,
    pub email: String,
    pub phone: String,
    pub job: String,
}

/// The person who files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    pub email: String,
    pub given: Option<String>,
    pub family: Option<String>,
    pub phone: Option<String>,
    pub job: Option<String>,
}

/// An editor acting for the collectivité; none in the ordinary form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceProvider {
    /// A slug, such as `an_editor`.
    pub id: String,
    pub siret: Option<String>,
    /// `editor` or `saas`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// A whole request as its demandeur would fill it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    pub siret: String,
    pub organisation: String,
    pub legal_category: String,
    pub cog: String,
    pub postal_code: String,
    pub town: String,
    /// Whether the establishment is open today: it may have closed since the draft was started.
    pub open: bool,
    /// `false`: DataPass has not heard from INSEE, `insee_payload` is `{}` and the organisation has no name.
    pub insee: bool,
    pub applicant: Applicant,
    pub contact_metier: Contact,
    pub dpd: Contact,
    pub legal_basis: String,
    /// Whether a PDF was uploaded; it never leaves DataPass.
    pub document: bool,
    pub url: Option<String>,
    pub recipients: String,
    pub retention_months: Option<u32>,
    pub justification: Option<String>,
    pub service_provider: Option<ServiceProvider>,
}

impl Filing {
    /// The commune of Hauteluce, complete and well filled.
    pub fn example() -> Self {
        let contact = |family: &str, given: &str, email: &str, phone: &str, job: &str| Contact {
            family: family.into(),
            given: given.into(),
            email: email.into(),
            phone: phone.into(),
            job: job.into(),
        };
        let Establishment { siret, name, legal_category, cog, postal_code, town, open } = Establishment::example();
        Self {
            siret,
            organisation: name,
            legal_category,
            cog,
            postal_code,
            town,
            open,
            insee: true,
            applicant: Applicant {
                email: "secretariat@mairie-hauteluce.example".into(),
                given: Some("Camille".into()),
                family: Some("Bouchet".into()),
                phone: Some("04 79 00 00 01".into()),
                job: Some("Secrétaire générale de mairie".into()),
            },
            contact_metier: contact(
                "Viard",
                "Lucie",
                "periscolaire@mairie-hauteluce.example",
                "04 79 00 00 02",
                "Responsable du service périscolaire",
            ),
            dpd: contact("Perrin", "Marc", "dpd@agate-territoires.example", "04 79 00 00 03", "DPD mutualisé"),
            legal_basis: "Article L114-8 du CRPA ; délibération n° 2026-042 du conseil municipal fixant les tarifs \
                          périscolaires selon le quotient familial"
                .into(),
            document: true,
            url: None,
            recipients: "Agents de la municipalité".into(),
            retention_months: Some(12),
            justification: None,
            service_provider: None,
        }
    }

    /// The establishment it is filed for.
    pub fn establishment(&self) -> Establishment {
        Establishment {
            siret: self.siret.clone(),
            name: self.organisation.clone(),
            legal_category: self.legal_category.clone(),
            cog: self.cog.clone(),
            postal_code: self.postal_code.clone(),
            town: self.town.clone(),
            open: self.open,
        }
    }

    /// The answers as DataPass stores them: stripped, without tags, blank ones as nothing.
    pub fn answers(&self) -> Answers {
        let mut answers = Answers::new();
        let mut put = |key: String, text: &str| answers.insert(key, cleaned(text));
        put(LEGAL_BASIS.into(), &self.legal_basis);
        put(URL.into(), self.url.as_deref().unwrap_or_default());
        put(RECIPIENTS.into(), &self.recipients);
        put(RETENTION.into(), &self.retention_months.map(|months| months.to_string()).unwrap_or_default());
        put(JUSTIFICATION.into(), self.justification.as_deref().unwrap_or_default());
        for ((role, _), contact) in CONTACTS.into_iter().zip([&self.contact_metier, &self.dpd]) {
            put(format!("{role}_family_name"), &contact.family);
            put(format!("{role}_given_name"), &contact.given);
            put(format!("{role}_email"), &contact.email.to_lowercase());
            put(format!("{role}_phone_number"), &contact.phone.to_lowercase());
            put(format!("{role}_job_title"), &contact.job);
        }
        answers
    }
}

/// The form's answers that stop a submission, each with its key and a sentence for the demandeur.
pub(super) fn problems(answers: &Answers, document: bool) -> Vec<(String, String)> {
    let value = |key: &str| answers.get(key).and_then(Option::as_deref);
    let mut found = Vec::new();
    let mut say = |key: &str, sentence: String| found.push((key.to_owned(), sentence));
    if value(LEGAL_BASIS).is_none() {
        say(LEGAL_BASIS, "Indiquez la nature du cadre juridique.".into());
    }
    match value(URL) {
        None if !document => say(URL, "Joignez la délibération, ou indiquez l’adresse où la lire.".into()),
        Some(url) if !plausible_url(url) => say(URL, "Cette adresse web n’est pas valide.".into()),
        _ => {}
    }
    if value(RECIPIENTS).is_none() {
        say(RECIPIENTS, "Indiquez les destinataires des données.".into());
    }
    match value(RETENTION).map(str::parse::<u32>) {
        None => say(RETENTION, "Indiquez la durée de conservation, en nombre entier de mois.".into()),
        Some(Err(_)) => say(RETENTION, "La durée de conservation est un nombre entier de mois.".into()),
        Some(Ok(months)) if months > 36 && value(JUSTIFICATION).is_none() => {
            say(JUSTIFICATION, "Justifiez une conservation de plus de 36 mois.".into());
        }
        Some(Ok(_)) => {}
    }
    for (role, who) in CONTACTS {
        for (field, label) in CONTACT_FIELDS {
            let key = format!("{role}_{field}");
            match value(&key) {
                None => say(&key, format!("Renseignez le champ « {label} » du {who}.")),
                Some(email) if field == "email" && !plausible_email(email) => {
                    say(&key, format!("L’adresse électronique du {who} n’est pas valide."));
                }
                Some(_) => {}
            }
        }
    }
    found
}

/// `name@host.tld`, as far as a form can tell.
pub(super) fn plausible_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    !name.is_empty() && plausible_host(host) && !text.contains(char::is_whitespace) && !host.contains('@')
}

fn plausible_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    plausible_host(host) && !text.contains(char::is_whitespace)
}

fn plausible_host(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let sound = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let tld = labels.last().is_some_and(|tld| tld.len() >= 2 && tld.chars().all(char::is_alphabetic));
    labels.len() >= 2 && labels.iter().all(sound) && tld
}

/// Stripped of spaces around and of HTML tags; nothing when blank.
pub(super) fn cleaned(text: &str) -> Option<String> {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        kept.push_str(before);
        let opens = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match tag.find('>').filter(|_| opens) {
            Some(end) => rest = &tag[end + 1..],
            None => {
                kept.push('<');
                rest = &tag[1..];
            }
        }
    }
    kept.push_str(rest);
    Some(kept.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_comparisons_stay() {
        assert_eq!(cleaned("  <b>QF</b> < 800 "), Some("QF < 800".into()));
        assert_eq!(cleaned(" <br> "), None);
    }

    #[test]
    fn addresses_are_checked_as_a_form_can() {
        assert!(plausible_url("mairie.example/deliberation?id=3"));
        assert!(!plausible_url("https://mairie"));
        assert!(plausible_email("a@b.example"));
        assert!(!plausible_email("a@b") && !plausible_email("a b@c.fr"));
    }
}
