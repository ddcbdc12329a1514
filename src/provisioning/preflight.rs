//! What is sent to HubEE, and whether HubEE will take it: its own rules, checked before the first call, so that a request
//! never stops half-way for a reason known from the start. Pure. Source of the rules: HubEE's swagger and its regexes.

use super::{Corrections, EditeurChoice, Hold};
use crate::clients::hubee::Delegation;
use crate::domain::changes::Change;
use crate::domain::hubee_rules::{NAME_LENGTH, Rules, is_functional, shorter};
use crate::domain::{Contact, Dossier, Editeur, Organisation, is_name, territory};

/// Everything HubEE is told, in the form it accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub siret: String,
    /// HubEE's « code guichet »: the INSEE code of the commune.
    pub branch_code: String,
    pub name: String,
    /// The acronym; left out when HubEE would refuse it.
    pub sigle: Option<String>,
    pub postal_code: String,
    pub territory: String,
    pub email: String,
    /// Where HubEE writes when a télédossier arrives.
    pub notified: String,
    pub first_name: String,
    pub last_name: String,
    pub function: Option<String>,
    /// Left out when HubEE would refuse it: a telephone never stops a mise en service.
    pub phone: Option<String>,
    /// The éditeur that receives for the collectivité, when there is one.
    pub editeur: Option<Publisher>,
}

/// An éditeur, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publisher {
    pub siret: Option<String>,
    /// Where Sirene says that it sits.
    pub code_cog: Option<String>,
    /// A person confirmed this very éditeur.
    pub confirmed: bool,
}

impl Publisher {
    /// HubEE's triple, when all of it is known.
    pub fn delegation(&self) -> Option<Delegation> {
        Some(Delegation::editeur(self.siret.as_deref()?, self.code_cog.as_deref()?))
    }
}

/// What is to be sent, and what was set right by itself to make it so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    pub target: Target,
    /// Before and after, for the history: each names its rule.
    pub adjustments: Vec<Change>,
}

/// Longest acronym HubEE stores.
const SIGLE_LIMIT: usize = 10;

/// The target, or everything that a person must set right.
///
/// # Errors
/// One [`Hold`] per broken rule.
pub fn prepare(
    dossier: &Dossier,
    datapass_id: i64,
    register: Option<&Organisation>,
    editeur: Option<&Organisation>,
    set_right: &Corrections,
    rules: &Rules,
) -> Result<Prepared, Vec<Hold>> {
    let organisation = match register {
        Some(known) => dossier.organisation.clone().completed_by(known),
        None => dossier.organisation.clone(),
    };
    let mut holds = Vec::new();
    let mut need = |value: Option<String>, code: &str, sentence: &str, remedy: &str| {
        if value.is_none() {
            holds.push(Hold::new(code, sentence, remedy));
        }
        value
    };
    need(
        (datapass_id > 0).then(String::new),
        "PF-DPID",
        "La demande n’a pas de numéro dans DataPass.",
        "Signalez-le à l’équipe technique : HubEE demande ce numéro.",
    );
    let siret = need(
        organisation.siret().map(|s| s.to_string()),
        "PF-SIRET",
        "Le SIRET n’est pas valable : HubEE ne peut pas créer l’organisation.",
        "Demandez une demande au nom d’un établissement existant.",
    );
    let open = register.and_then(|known| known.active) != Some(false);
    need(
        open.then(String::new),
        "PF-SIRET",
        "L’établissement est fermé selon Sirene : HubEE ne doit pas recevoir son organisation.",
        "Demandez une demande au nom de l’établissement qui lui succède.",
    );
    let branch_code = need(
        set_right.code_cog.clone().or_else(|| organisation.code_cog.clone()).filter(|c| is_branch(c)),
        "PF-BRANCH",
        "Le code de la commune de l’établissement est inconnu.",
        "Indiquez le code INSEE de la commune (cinq caractères).",
    );
    let postal_code = need(
        set_right.postal_code.clone().or_else(|| organisation.postal_code.clone()).filter(|c| fits(c, 15)),
        "PF-CP",
        "Le code postal de l’établissement est inconnu.",
        "Indiquez le code postal.",
    );
    let name = need(
        set_right.name.clone().or(Some(organisation.name.clone())).filter(|n| fits(n, NAME_LENGTH) && is_name(n)),
        "PF-NAME",
        "HubEE demande un nom de 1 à 100 caractères.",
        &match shorter(&organisation.name) {
            Some(proposed) => format!("Indiquez un nom plus court pour HubEE, par exemple « {proposed} »."),
            None => "Indiquez le nom de l’organisation pour HubEE.".into(),
        },
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
    let checked = rules.email(address);
    let why = checked.as_ref().err().map(|fault| format!("HubEE refuse l’adresse du demandeur : {fault}."));
    let email = need(
        checked.ok(),
        "PF-MAIL-RE",
        why.as_deref().unwrap_or_default(),
        "Obtenez une autre adresse professionnelle du demandeur, puis indiquez-la ici.",
    );
    // An address that an instructeur wrote is a decision.
    let shared = rules.functional_blocks && set_right.email.is_none() && is_functional(address);
    need(
        (!shared).then(String::new),
        "PF-MAIL-PERS",
        "L’adresse du demandeur est celle d’un service : le compte HubEE doit être personnel.",
        "Obtenez une adresse nominative, ou confirmez celle-ci en l’indiquant ici.",
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
    let target = Target {
        territory: organisation.town.clone().unwrap_or_else(|| territory::departement(&branch_code)),
        function: person.job_title.as_deref().filter(|f| !f.trim().is_empty()).map(|f| f.chars().take(255).collect()),
        phone: person.phone.as_deref().and_then(|p| rules.phone(p).ok()),
        editeur: set_right.delegates_to(dossier).map(|known| publisher(known, editeur, set_right)),
        sigle: organisation.sigle.clone().filter(|sigle| fits(sigle, SIGLE_LIMIT)),
        notified: set_right.notified.clone().unwrap_or_else(|| email.clone()),
        siret,
        branch_code,
        name,
        postal_code,
        email,
        first_name,
        last_name,
    };
    let adjustments = adjusted(address, person, &organisation, &target);
    Ok(Prepared { target, adjustments })
}

/// What was set right by itself, each under its rule.
fn adjusted(address: &str, person: &Contact, organisation: &Organisation, target: &Target) -> Vec<Change> {
    let phone = person.phone.clone().filter(|phone| !phone.trim().is_empty());
    let job = person.job_title.clone().filter(|job| !job.trim().is_empty());
    let same = (target.notified == target.email).then(|| target.email.clone());
    let asserted = person.email.trim().to_lowercase();
    let all = [
        ("PF-MAIL-CASE : adresse de l’administrateur", Some(address.to_owned()), Some(target.email.clone())),
        ("PF-TEL : téléphone du demandeur", phone, target.phone.clone()),
        ("PF-FUNC : fonction du demandeur", job, target.function.clone()),
        ("PF-TERR : territoire de l’organisation", organisation.town.clone(), Some(target.territory.clone())),
        ("PF-SIGLE : sigle de l’organisation", organisation.sigle.clone(), target.sigle.clone()),
        ("PF-ORGMAIL : adresse de l’organisation, celle du demandeur", None, Some(target.email.clone())),
        ("PF-NOTIF : adresse des notifications, celle du demandeur", None, same),
        // What ProConnect asserts of a person is what it told DataPass: HubEE's next portal matches on it.
        ("PF-PC : administrateur, autre que celui que ProConnect connaît", Some(asserted), Some(target.email.clone())),
    ];
    let changes = all.into_iter().map(|(field, before, after)| Change { field: field.to_owned(), before, after });
    changes.filter(|change| change.before != change.after).collect()
}

/// What is known of an éditeur, and whether a person confirmed it where it sits.
fn publisher(editeur: &Editeur, sirene: Option<&Organisation>, set_right: &Corrections) -> Publisher {
    let (siret, code_cog) = (editeur.siret.clone(), sirene.and_then(|known| known.code_cog.clone()));
    let same = |choice: &EditeurChoice| {
        siret.as_deref() == Some(choice.siret.as_str()) && code_cog.as_deref() == Some(choice.code_cog.as_str())
    };
    let confirmed = set_right.editeur.as_ref().is_some_and(|choice| choice.delegate && same(choice));
    Publisher { siret, code_cog, confirmed }
}

fn fits(text: &str, limit: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= limit
}

/// HubEE's `^\w{1,10}$`.
pub fn is_branch(code: &str) -> bool {
    (1..=10).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests;
