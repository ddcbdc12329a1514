//! C22: the contact métier. The demandeur may well be it: it only informs.

use super::check::{Check, Facts, Verdict};
use super::dpd::same_address;

/// C22.
pub fn metier(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C22", verdict, sentence);
    let dossier = &facts.habilitation.dossier;
    let Some(contact) = &dossier.contact_metier else {
        return check(Verdict::Info, "La demande ne nomme pas de contact métier.");
    };
    let check = if !contact.email.contains('@') {
        check(Verdict::Info, "Le contact métier n’a pas d’adresse électronique : il ne pourra pas être joint.")
    } else if dossier.dpd.as_ref().is_some_and(|dpd| same_address(contact, dpd)) {
        check(Verdict::Info, "Le contact métier et le délégué à la protection des données ont la même adresse.")
    } else if same_address(contact, &dossier.demandeur) {
        check(Verdict::Info, "Le contact métier est le demandeur, ce qui est permis.")
    } else {
        check(Verdict::Fine, "Le contact métier est une autre personne que le demandeur.")
    };
    check.seen([facts.datapass_says(format!("Contact métier : {}, {}", contact.display_name(), contact.email))])
}

#[cfg(test)]
mod tests {
    use super::super::samples::{alone, habilitation};
    use super::*;
    use crate::domain::Contact;

    #[test]
    fn contacts() {
        use Verdict::{Fine, Info};
        for (address, verdict, words) in [
            (Some("enfance@hauteluce.fr"), Fine, "autre personne"),
            (Some("Claire.Martineau@hauteluce.fr "), Info, "permis"),
            (Some("dpd@cdg73.fr"), Info, "protection des données"),
            (Some(""), Info, "joint"),
            (None, Info, "ne nomme pas"),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.contact_metier =
                address.map(|address| Contact { email: address.into(), ..Contact::default() });
            let check = metier(&alone(&habilitation));
            assert!(check.verdict == verdict && check.sentence.contains(words), "{address:?}: {check:?}");
        }
    }
}
