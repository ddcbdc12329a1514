//! The catalogue of the automatic checks, C1 to C32: what each is called, what it reads and how serious it usually is. The
//! one place where a check is declared; what it decides is in the file of its subject.

use super::check::Verdict;

/// A check, as declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Stable: kept in histories, settings and addresses.
    pub code: &'static str,
    pub title: &'static str,
    /// What it reads, in French, as the end of « Lit : … ».
    pub reads: &'static str,
    /// The worst that it usually says.
    pub usual: Verdict,
    /// A file is green only when this one is fine or overridden: not verified is not enough.
    pub essential: bool,
    /// What it blocks can't work: nobody overrides it and no setting softens it. Says why.
    pub firm: Option<&'static str>,
}

const HUBEE: &str = "HubEE refuserait l’envoi : la mise en service ne pourrait pas aboutir.";
const SIRET: &str = "Sans un SIRET bien formé, rien ne peut être créé dans HubEE ni publié.";

const fn entry(code: &'static str, title: &'static str, reads: &'static str, usual: Verdict) -> Entry {
    Entry { code, title, reads, usual, essential: false, firm: None }
}

impl Entry {
    const fn essential(self) -> Self {
        Self { essential: true, ..self }
    }

    const fn firm(self, why: &'static str) -> Self {
        Self { firm: Some(why), ..self }
    }

    /// Its place in the catalogue: its bit in a [`super::Codes`].
    pub fn rank(&self) -> u32 {
        self.code[1..].parse::<u32>().map_or(0, |number| number - 1)
    }
}

/// In the order of codes: the nth is `Cn`.
pub const CATALOGUE: [Entry; 32] = {
    use Verdict::{Blocking, Info, Look};
    [
        entry("C1", "Numéro SIRET", "la demande", Blocking).essential().firm(SIRET),
        entry("C2", "SIRET connu du registre", "Sirene", Blocking).essential(),
        entry("C3", "Établissement actif", "la demande et Sirene", Blocking).essential(),
        entry("C4", "Collectivité", "la catégorie juridique, dans la demande ou Sirene", Blocking).essential(),
        entry("C5", "Siège", "Sirene", Look),
        entry("C6", "Commune et code INSEE", "le référentiel des communes", Look),
        entry("C7", "Département", "le référentiel des communes", Info),
        entry(
            "C8",
            "Demandeur de la collectivité",
            "la fonction et l’adresse du demandeur, l’annuaire des mairies",
            Look,
        ),
        entry("C9", "Adresse professionnelle", "l’annuaire des mairies", Look),
        entry("C10", "Adresse joignable", "le domaine de l’adresse du demandeur", Blocking).essential(),
        entry("C11", "Adresse nominative", "l’adresse du demandeur", Look),
        entry("C12", "Délibération présente", "la délibération", Blocking).essential(),
        entry("C13", "Délibération sur le quotient familial", "le texte de la délibération", Look).essential(),
        entry("C14", "Tarifs dans la délibération", "le texte de la délibération", Look),
        entry("C15", "Assemblée et date de la délibération", "le texte de la délibération", Look),
        entry("C16", "Base légale", "le cadre juridique de la demande", Look),
        entry("C17", "DPD distinct du demandeur", "les personnes de la demande", Blocking).essential(),
        entry("C18", "DPD distinct du maire", "la fonction du DPD, les élus connus", Blocking).essential(),
        entry("C19", "DPD sans conflit d’intérêts", "la fonction du DPD, les élus connus", Look),
        entry("C20", "DPD déclaré à la CNIL", "la liste des DPD désignés, publiée par la CNIL", Look),
        entry("C21", "DPD mutualisé ou externe", "l’adresse du DPD, la liste de la CNIL", Info),
        entry("C22", "Contact métier", "les personnes de la demande", Info),
        entry("C23", "Autres demandes", "les autres demandes reçues", Blocking),
        entry("C24", "Adresse du compte HubEE", "l’adresse du demandeur", Blocking).essential().firm(HUBEE),
        entry("C25", "Téléphone du compte HubEE", "le téléphone du demandeur", Look).essential(),
        entry("C26", "Identité et organisation dans HubEE", "la demande et Sirene", Blocking).essential().firm(HUBEE),
        entry("C27", "État dans HubEE", "HubEE, et l’éditeur choisi", Look),
        entry("C28", "Durée de conservation", "la demande", Blocking),
        entry("C29", "Destinataires", "les destinataires de la demande", Look),
        entry("C30", "Usage prévu", "la demande", Look),
        entry("C31", "Pièces saines", "le fichier de la délibération", Blocking),
        entry("C32", "Demandeur et maire", "les élus connus", Info),
    ]
};

/// The entry of a code.
pub fn of(code: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_say_what_they_read() {
        for (n, entry) in CATALOGUE.iter().enumerate() {
            assert_eq!(entry.code, format!("C{}", n + 1));
            assert_eq!(entry.rank() as usize, n);
            assert!(!entry.title.is_empty() && !entry.reads.is_empty());
            assert_eq!(of(entry.code), Some(entry));
        }
        assert_eq!(of("C33"), None);
        let essential: Vec<&str> = CATALOGUE.iter().filter(|e| e.essential).map(|e| e.code).collect();
        assert_eq!(essential, ["C1", "C2", "C3", "C4", "C10", "C12", "C13", "C17", "C18", "C24", "C25", "C26"]);
    }
}
