//! What is sent to HubEE, and whether HubEE will take it: its own rules, checked before the first call, so that a request
//! never stops half-way for a reason known from the start. Pure. Source of the rules: HubEE's swagger and its regexes.

use super::{Corrections, Hold};
use crate::domain::hubee_rules::{hubee_email, hubee_phone};
use crate::domain::{Dossier, Organisation};

/// Everything HubEE is told, in the form it accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub siret: String,
    /// HubEE's « code guichet »: the INSEE code of the commune.
    pub branch_code: String,
    pub name: String,
    pub postal_code: String,
    pub territory: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub function: Option<String>,
    /// Left out when HubEE would refuse it: a telephone never stops a mise en service.
    pub phone: Option<String>,
}

/// Longest name HubEE stores.
const NAME_LIMIT: usize = 100;

/// The target, or everything that a person must set right.
///
/// # Errors
/// One [`Hold`] per broken rule.
pub fn target(
    dossier: &Dossier,
    register: Option<&Organisation>,
    set_right: &Corrections,
) -> Result<Target, Vec<Hold>> {
    let organisation = match register {
        Some(known) => dossier.organisation.clone().completed_by(known),
        None => dossier.organisation.clone(),
    };
    let mut holds = Vec::new();
    let mut need = |value: Option<String>, code: &str, sentence: &str, remedy: &str| {
        if value.is_none() {
            holds.push(Hold { code: code.into(), sentence: sentence.into(), remedy: remedy.into() });
        }
        value
    };
    let siret = need(
        organisation.siret().map(|s| s.to_string()),
        "PF-SIRET",
        "Le SIRET n’est pas valable : HubEE ne peut pas créer l’organisation.",
        "Demandez une demande au nom d’un établissement existant.",
    );
    let branch_code = need(
        set_right.code_cog.clone().or(organisation.code_cog).filter(|c| is_branch(c)),
        "PF-BRANCH",
        "Le code de la commune de l’établissement est inconnu.",
        "Indiquez le code INSEE de la commune (cinq caractères).",
    );
    let postal_code = need(
        set_right.postal_code.clone().or(organisation.postal_code).filter(|c| c.chars().count() <= 15),
        "PF-CP",
        "Le code postal de l’établissement est inconnu.",
        "Indiquez le code postal.",
    );
    let name = need(
        Some(set_right.name.clone().unwrap_or(organisation.name)).filter(|n| fits(n, NAME_LIMIT)),
        "PF-NAME",
        "HubEE demande un nom de 1 à 100 caractères.",
        "Indiquez un nom plus court pour HubEE.",
    );
    let person = &dossier.demandeur;
    let first_name = need(
        person.given_name.clone().filter(|n| fits(n, 255)),
        "PF-IDENT",
        "Le prénom du demandeur manque : HubEE ne créerait aucun compte, sans le dire.",
        "Demandez au demandeur de compléter son profil, puis de soumettre à nouveau.",
    );
    let last_name = need(
        person.family_name.clone().filter(|n| fits(n, 255)),
        "PF-IDENT",
        "Le nom du demandeur manque : HubEE ne créerait aucun compte, sans le dire.",
        "Demandez au demandeur de compléter son profil, puis de soumettre à nouveau.",
    );
    let address = set_right.email.as_deref().unwrap_or(&person.email);
    let checked = hubee_email(address);
    let why = checked.as_ref().err().map(|fault| format!("HubEE refuse l’adresse du demandeur : {fault}."));
    let email = need(
        checked.ok(),
        "PF-MAIL-RE",
        why.as_deref().unwrap_or_default(),
        "Obtenez une autre adresse professionnelle du demandeur, puis indiquez-la ici.",
    );
    if !holds.is_empty() {
        return Err(holds);
    }
    let (Some(siret), Some(branch_code), Some(postal_code), Some(name)) = (siret, branch_code, postal_code, name)
    else {
        return Err(holds);
    };
    let (Some(first_name), Some(last_name), Some(email)) = (first_name, last_name, email) else {
        return Err(holds);
    };
    Ok(Target {
        territory: organisation.town.unwrap_or_else(|| crate::domain::territory::departement(&branch_code)),
        function: person.job_title.clone().map(|f| f.chars().take(255).collect()),
        phone: person.phone.as_deref().and_then(|p| hubee_phone(p).ok()),
        siret,
        branch_code,
        name,
        postal_code,
        email,
        first_name,
        last_name,
    })
}

fn fits(text: &str, limit: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= limit
}

/// HubEE's `^\w{1,10}$`.
fn is_branch(code: &str) -> bool {
    (1..=10).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
