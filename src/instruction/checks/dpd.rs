//! C17: the délégué à la protection des données can't be the demandeur. Homonyms exist: an equal name is a reason to
//! look, an equal address is not.

use super::check::{Check, Facts, Verdict};
use super::personal::is_shared;
use crate::domain::Contact;
use crate::domain::names::{Likeness, same_person};

pub(super) const OTHER_PERSON: &str =
    "Demandez qu’une autre personne soit désignée : délégué mutualisé, centre de gestion, prestataire.";

/// C17.
pub fn distinct(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C17", verdict, sentence);
    let dossier = &facts.habilitation.dossier;
    let Some(dpd) = &dossier.dpd else {
        return check(Verdict::Look, "La demande ne nomme pas de délégué à la protection des données.")
            .remedy("Demandez-en les coordonnées : toute collectivité en désigne un.");
    };
    let check = if same_address(&dossier.demandeur, dpd) && is_shared(dpd, &[&dossier.organisation.name]) {
        check(
            Verdict::Blocking,
            "Le délégué à la protection des données et le demandeur ont la même adresse, celle d’un service.",
        )
        .remedy(
            "Si ce sont deux personnes, demandez une adresse à chacune ; sinon, demandez qu’une autre soit désignée.",
        )
    } else if same_address(&dossier.demandeur, dpd) {
        check(Verdict::Blocking, "Le délégué à la protection des données et le demandeur ont la même adresse.")
            .remedy(OTHER_PERSON)
    } else {
        match likeness(&dossier.demandeur, dpd) {
            None => check(Verdict::Unverified, "Les adresses diffèrent ; un nom manque pour comparer les personnes."),
            Some(Likeness::Same) => {
                check(Verdict::Look, "Le délégué à la protection des données et le demandeur portent le même nom.")
                    .remedy("Assurez-vous qu’il s’agit de deux personnes ; sinon, demandez qu’une autre soit désignée.")
            }
            Some(Likeness::Close) => {
                check(Verdict::Info, "Le délégué à la protection des données et le demandeur portent des noms proches.")
            }
            Some(Likeness::Different) => {
                check(Verdict::Fine, "Le délégué à la protection des données n’est pas le demandeur.")
            }
        }
    };
    check.seen([
        facts.datapass_says(format!("Demandeur : {}", described(&dossier.demandeur))),
        facts.datapass_says(format!("DPD : {}", described(dpd))),
    ])
}

pub(super) fn same_address(a: &Contact, b: &Contact) -> bool {
    let (a, b) = (a.email.trim().to_lowercase(), b.email.trim().to_lowercase());
    !a.is_empty() && a == b
}

/// How alike two names are; `None` when one is missing.
fn likeness(a: &Contact, b: &Contact) -> Option<Likeness> {
    let name = |contact: &Contact| Some((contact.given_name.clone()?, contact.family_name.clone()?));
    let (a, b) = (name(a)?, name(b)?);
    Some(same_person((&a.0, &a.1), (&b.0, &b.1)))
}

fn described(contact: &Contact) -> String {
    format!("{}, {}", contact.display_name(), contact.email)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{alone, habilitation};
    use super::*;

    #[test]
    fn dpd_and_demandeur() {
        use Verdict::{Blocking, Fine, Info, Look, Unverified};
        // Against Claire Martineau, claire.martineau@hauteluce.fr.
        for (given, family, email, verdict) in [
            (Some("Odile"), Some("Roux"), "dpd@cdg73.fr", Fine),
            (Some("Odile"), Some("Roux"), " Claire.Martineau@Hauteluce.fr", Blocking),
            (None, None, "claire.martineau@hauteluce.fr", Blocking),
            (Some("CLAIRE"), Some("MARTINEAU"), "dpd@hauteluce.fr", Look),
            (Some("Claire"), Some("Martineau-Roux"), "dpd@hauteluce.fr", Info),
            (Some("Claire"), None, "dpd@hauteluce.fr", Unverified),
        ] {
            let mut habilitation = habilitation();
            let dpd = habilitation.dossier.dpd.as_mut().unwrap();
            dpd.given_name = given.map(str::to_owned);
            dpd.family_name = family.map(str::to_owned);
            dpd.email = email.to_owned();
            let check = distinct(&alone(&habilitation));
            assert_eq!(check.verdict, verdict, "{given:?} {family:?} {email}");
        }
    }

    #[test]
    fn one_mailbox_for_two_people_is_explained() {
        let mut habilitation = habilitation();
        habilitation.dossier.demandeur.email = "mairie@hauteluce.fr".into();
        habilitation.dossier.dpd.as_mut().unwrap().email = "mairie@hauteluce.fr".into();
        let check = distinct(&alone(&habilitation));
        assert!(check.verdict == Verdict::Blocking && check.sentence.contains("celle d’un service"), "{check:?}");
        assert!(check.remedy.unwrap().contains("une adresse à chacune"));
    }

    #[test]
    fn no_dpd_at_all() {
        let mut habilitation = habilitation();
        habilitation.dossier.dpd = None;
        let facts = alone(&habilitation);
        assert_eq!(distinct(&facts).verdict, Verdict::Look);
    }
}
