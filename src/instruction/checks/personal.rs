//! C11: is the demandeur's address that of one person? HubEE makes it a personal account, which can't be changed. A very small
//! mairie may have no other, which only an instructeur can tell.

use super::check::{Check, Facts, Verdict};
use crate::domain::Contact;
use crate::domain::names::normalise;

/// Words that name a service, a function or a body rather than somebody.
const SHARED: &[&str] = &[
    "accueil",
    "administratif",
    "administration",
    "agglo",
    "agglomeration",
    "bienvenue",
    "bureau",
    "cantine",
    "ccas",
    "cias",
    "cdc",
    "centre",
    "commune",
    "communaute",
    "compta",
    "comptabilite",
    "contact",
    "courrier",
    "creche",
    "dga",
    "dgs",
    "direction",
    "dsi",
    "ecole",
    "ecoles",
    "education",
    "elus",
    "enfance",
    "facturation",
    "famille",
    "familles",
    "finances",
    "general",
    "generale",
    "guichet",
    "info",
    "informatique",
    "infos",
    "informations",
    "inscription",
    "inscriptions",
    "jeunesse",
    "loisirs",
    "maire",
    "mairie",
    "mairies",
    "periscolaire",
    "portail",
    "regie",
    "responsable",
    "restauration",
    "restaurant",
    "scolaire",
    "scolaires",
    "secretaire",
    "secretariat",
    "service",
    "services",
    "social",
    "sociale",
    "ville",
];
/// Words that say nothing by themselves.
const SMALL: &[&str] = &["de", "du", "des", "d", "la", "le", "les", "l", "et", "en", "sur", "sous", "aux", "a"];

/// Whether an address is that of a service. `places`: names of the body and of its town.
pub(super) fn is_shared(contact: &Contact, places: &[&str]) -> bool {
    let Some((local, _)) = contact.email.trim().split_once('@') else { return false };
    let local: String = normalise(local).replace(|c: char| c.is_ascii_digit(), " ");
    let glued: String = local.split_whitespace().collect();
    if names(contact).iter().any(|name| glued.contains(name.as_str())) {
        return false;
    }
    let places: Vec<String> = places.iter().map(|place| normalise(place)).collect();
    let shared = |word: &str| SHARED.contains(&word) || is_place(word, &places);
    let words: Vec<&str> = local.split_whitespace().filter(|word| !SMALL.contains(word)).collect();
    !words.is_empty() && (words.iter().all(|word| shared(word)) || is_glued(&glued, &places))
}

/// What the person is called, in pieces long enough not to be met by chance.
fn names(contact: &Contact) -> Vec<String> {
    let all = [&contact.given_name, &contact.family_name].into_iter().flatten();
    let words = all.flat_map(|name| normalise(name).split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    words.filter(|word| word.len() > 2 && !SMALL.contains(&word.as_str())).collect()
}

fn is_place(word: &str, places: &[String]) -> bool {
    word.len() > 2
        && places.iter().any(|place| place.split(' ').any(|part| part == word) || place.replace(' ', "") == word)
}

/// « mairiehauteluce », « communedehauteluce », « mairiedesaintpierre ».
fn is_glued(local: &str, places: &[String]) -> bool {
    SHARED.iter().any(|word| {
        let Some(rest) = local.strip_prefix(word) else { return false };
        let ends = SMALL.iter().filter_map(|small| rest.strip_prefix(small)).chain([rest]);
        let mut ends = ends.filter(|end| end.len() > 2);
        ends.any(|end| SHARED.contains(&end) || places.iter().any(|place| place.replace(' ', "").ends_with(end)))
    })
}

/// C11.
pub fn address(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C11", verdict, sentence);
    let dossier = &facts.habilitation.dossier;
    let email = dossier.demandeur.email.trim();
    if email.is_empty() {
        return check(Verdict::Moot, "La demande ne porte pas d’adresse électronique du demandeur.");
    }
    let town = dossier.organisation.town.as_deref().unwrap_or_default();
    let check = if is_shared(&dossier.demandeur, &[&dossier.organisation.name, town]) {
        check(Verdict::Look, "L’adresse du demandeur semble être celle d’un service, pas celle d’une personne.").remedy(
            "HubEE en fait un compte personnel, qui ne change plus : demandez une adresse nominative, ou écartez ce point si \
             la collectivité n’a que celle-ci.",
        )
    } else {
        check(Verdict::Fine, "L’adresse du demandeur est celle d’une personne.")
    };
    check.seen([facts.datapass_says(format!("{}, {email}", dossier.demandeur.display_name()))])
}

#[cfg(test)]
mod tests {
    use super::super::samples::{alone, habilitation};
    use super::*;

    #[test]
    fn addresses_of_services_and_of_people() {
        use Verdict::{Fine, Look, Moot};
        // Claire Martineau, COMMUNE DE HAUTELUCE.
        for (address, verdict) in [
            ("claire.martineau@hauteluce.fr", Fine),
            ("c.martineau@wanadoo.fr", Fine),
            ("mairie.martineau@orange.fr", Fine),
            ("martineau-dgs@hauteluce.fr", Fine),
            ("claire@hauteluce.fr", Fine),
            ("cmartineau2@hauteluce.fr", Fine),
            ("o.lefevre@hauteluce.fr", Fine),
            ("d.mairieux@hauteluce.fr", Fine),
            ("villeneuve@hauteluce.fr", Fine),
            ("mairie@hauteluce.fr", Look),
            ("Mairie.Hauteluce@wanadoo.fr", Look),
            ("mairie-de-hauteluce@orange.fr", Look),
            ("mairiehauteluce@orange.fr", Look),
            ("communedehauteluce@gmail.com", Look),
            ("hauteluce@wanadoo.fr", Look),
            ("mairie73620@orange.fr", Look),
            ("contact@hauteluce.fr", Look),
            ("accueil.mairie@hauteluce.fr", Look),
            ("secretariat-general@hauteluce.fr", Look),
            ("secretariat@hauteluce.fr", Look),
            ("dgs@hauteluce.fr", Look),
            ("service.periscolaire@hauteluce.fr", Look),
            ("guichet-famille@hauteluce.fr", Look),
            ("  ", Moot),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.demandeur.email = address.into();
            assert_eq!(super::address(&alone(&habilitation)).verdict, verdict, "{address}");
        }
    }

    #[test]
    fn people_named_like_their_town_are_people() {
        let mut habilitation = habilitation();
        habilitation.dossier.demandeur.family_name = Some("Hauteluce".into());
        habilitation.dossier.demandeur.email = "j.hauteluce@wanadoo.fr".into();
        assert_eq!(address(&alone(&habilitation)).verdict, Verdict::Fine);
    }
}
