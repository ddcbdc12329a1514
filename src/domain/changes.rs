//! What changes from some answers to others, field by field: only what differs, in the words of the page. Must not know
//! why they are compared.

use serde::{Deserialize, Serialize};

use super::dossier::{Contact, Dossier};

/// A field that differs. `None`: left blank on that side. Kept in histories: never rename a key without a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// French name of the field.
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The fields of `after` that are not as in `before`.
pub fn changes(before: &Dossier, after: &Dossier) -> Vec<Change> {
    let pairs = fields(before).into_iter().zip(fields(after));
    pairs
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| Change { field, before, after })
        .collect()
}

type Field = (String, Option<String>);

/// Always the same fields, in the order of the page.
fn fields(dossier: &Dossier) -> Vec<Field> {
    let organisation = &dossier.organisation;
    let mut fields = vec![
        ("Organisation".into(), Some(organisation.name.clone())),
        ("SIRET".into(), organisation.raw_siret.clone()),
        ("Code INSEE de la commune".into(), organisation.code_cog.clone()),
        ("Code postal".into(), organisation.postal_code.clone()),
    ];
    fields.extend(person("Demandeur", Some(&dossier.demandeur)));
    fields.extend(person("Contact métier", dossier.contact_metier.as_ref()));
    fields.extend(person("DPD", dossier.dpd.as_ref()));
    let editeur = dossier.editeur.as_ref();
    fields.extend([
        ("Cadre juridique".into(), dossier.cadre_juridique.clone()),
        ("Délibération".into(), dossier.deliberation_url.clone()),
        ("Destinataires".into(), dossier.destinataires.clone()),
        ("Conservation (mois)".into(), dossier.conservation_mois.map(|months| months.to_string())),
        ("Justification de la conservation".into(), dossier.conservation_justification.clone()),
        ("Éditeur".into(), editeur.map(|e| e.siret.clone().unwrap_or_else(|| e.id.clone()))),
    ]);
    fields
}

fn person(who: &str, contact: Option<&Contact>) -> [Field; 4] {
    [
        (who.to_owned(), contact.map(Contact::display_name)),
        (format!("{who} : fonction"), contact.and_then(|c| c.job_title.clone())),
        (format!("{who} : adresse"), contact.map(|c| c.email.clone())),
        (format!("{who} : téléphone"), contact.and_then(|c| c.phone.clone())),
    ]
}
