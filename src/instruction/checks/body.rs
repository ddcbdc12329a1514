//! C4: is it a collectivité? From the « catégorie juridique » of the register, in three classes: taken, judged by hand,
//! refused. A body that none of the lists names is judged by hand.

use super::check::{Check, Facts, Verdict};
use super::heard::quoted;
use crate::domain::sources::Source;

/// Collectivités and their bodies: the form was made for them.
const TAKEN: [(&str, &str); 21] = [
    ("7210", "Commune et commune nouvelle"),
    ("7220", "Département"),
    ("7225", "Collectivité et territoire d’outre-mer"),
    ("7229", "Autre collectivité territoriale"),
    ("7230", "Région"),
    ("7340", "Pôle métropolitain"),
    ("7343", "Communauté urbaine"),
    ("7344", "Métropole"),
    ("7345", "Syndicat intercommunal à vocation multiple (SIVOM)"),
    ("7346", "Communauté de communes"),
    ("7347", "Communauté de villes"),
    ("7348", "Communauté d’agglomération"),
    ("7349", "Autre établissement public local de coopération non spécialisé ou entente"),
    ("7353", "Syndicat intercommunal à vocation unique (SIVU)"),
    ("7354", "Syndicat mixte fermé"),
    ("7355", "Syndicat mixte ouvert"),
    ("7357", "Pôle d’équilibre territorial et rural (PETR)"),
    ("7361", "Centre communal d’action sociale"),
    ("7362", "Caisse des écoles"),
    ("7367", "Centre intercommunal d’action sociale"),
    ("7378", "Régie d’une collectivité locale à caractère administratif"),
];

/// Bodies that may act for a collectivité: the mandate is to be read.
const BY_HAND: [(&str, &str); 25] = [
    ("4140", "Établissement public local à caractère industriel ou commercial"),
    ("4150", "Régie d’une collectivité locale à caractère industriel ou commercial"),
    ("5415", "SARL d’économie mixte"),
    ("5515", "Société anonyme d’économie mixte à conseil d’administration"),
    ("5615", "Société anonyme d’économie mixte à directoire"),
    ("7312", "Commune associée et commune déléguée"),
    ("7313", "Section de commune"),
    ("7314", "Ensemble urbain"),
    ("7331", "Établissement public local d’enseignement"),
    ("7341", "Secteur de commune"),
    ("7342", "District urbain"),
    ("7351", "Institution interdépartementale ou entente"),
    ("7352", "Institution interrégionale ou entente"),
    ("7356", "Commission syndicale pour la gestion des biens indivis des communes"),
    ("7363", "Caisse de crédit municipal"),
    ("7366", "Établissement public local social et médico-social"),
    ("7371", "Office public d’habitation à loyer modéré"),
    ("7372", "Service départemental d’incendie et de secours"),
    ("7373", "Établissement public local culturel"),
    ("7379", "Autre établissement public administratif local"),
    ("7410", "Groupement d’intérêt public"),
    ("7120", "Service central d’un ministère"),
    ("9210", "Association non déclarée"),
    ("9220", "Association déclarée"),
    ("9230", "Association déclarée, reconnue d’utilité publique"),
];

/// The register's label of a category, when it is one that bodies of the form have.
pub fn category_label(code: &str) -> Option<&'static str> {
    TAKEN.iter().chain(&BY_HAND).find(|(known, _)| *known == code).map(|(_, label)| *label)
}

/// C4.
pub fn collectivite(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C4", verdict, sentence);
    let sent = facts.habilitation.dossier.organisation.legal_category.as_deref();
    let asked = facts.known.sirene.as_ref().and_then(|fact| fact.organisation.as_ref()?.legal_category.as_deref());
    let unit = &facts.known.sources.unit;
    let searched = unit.found().and_then(|unit| unit.legal_category.as_deref());
    let Some(code) = sent.or(asked).or(searched).map(str::trim).filter(|code| !code.is_empty()) else {
        return check(Verdict::Unverified, "Aucune source ne donne la catégorie juridique de l’organisation.")
            .remedy("Vérifiez dans l’Annuaire des entreprises qu’il s’agit d’une collectivité.");
    };
    let words =
        format!("Catégorie juridique {code} : {}", category_label(code).unwrap_or("hors des listes du formulaire"));
    let evidence = match (sent, asked) {
        (Some(_), _) => Some(facts.datapass_says(words)),
        (None, Some(_)) => facts.sirene_says(),
        (None, None) => quoted(Source::Recherche.label(), unit, words),
    };
    let check = match class(code) {
        Verdict::Fine => check(Verdict::Fine, "L’organisation est une collectivité ou l’un de ses établissements."),
        Verdict::Blocking => check(Verdict::Blocking, "L’organisation est une personne ou une société privée.")
            .remedy("Refusez la demande, ou demandez qu’elle soit faite par la collectivité elle-même."),
        _ => {
            check(Verdict::Look, "La catégorie juridique ne suffit pas à dire que l’organisation est une collectivité.")
                .remedy("Cherchez ce qui la charge du service pour une collectivité : délégation, statuts, convention.")
        }
    };
    check.seen(evidence)
}

fn class(code: &str) -> Verdict {
    let listed = |list: &[(&str, &str)]| list.iter().any(|(known, _)| *known == code);
    if listed(&TAKEN) {
        Verdict::Fine
    } else if listed(&BY_HAND) {
        Verdict::Look
    } else if code.starts_with(['1', '5', '6']) {
        Verdict::Blocking
    } else {
        Verdict::Look
    }
}

#[cfg(test)]
mod tests {
    use super::super::Known;
    use super::super::samples::{at, habilitation};
    use super::*;
    use crate::domain::Organisation;
    use crate::store::sirene_facts::SireneFact;

    #[test]
    fn classes() {
        for code in ["7210", "7346", "7361", "7362", "7378", "7229"] {
            assert_eq!(class(code), Verdict::Fine, "{code}");
        }
        for code in ["7312", "7379", "5415", "5515", "9220", "7120", "7410", "4150", "7490", "3220", "8250", "abcd"] {
            assert_eq!(class(code), Verdict::Look, "{code}");
        }
        for code in ["1000", "5499", "5710", "6599"] {
            assert_eq!(class(code), Verdict::Blocking, "{code}");
        }
    }

    #[test]
    fn category_comes_from_sirene_when_datapass_has_none() {
        let mut habilitation = habilitation();
        habilitation.dossier.organisation.legal_category = None;
        let fact = SireneFact {
            organisation: Some(Organisation { legal_category: Some("7210".into()), ..Organisation::default() }),
            note: "Commune".into(),
            fetched_at: at("2026-06-03T00:00:00Z"),
        };
        let check =
            |sirene| collectivite(&Facts { habilitation: &habilitation, known: &Known { sirene, ..Known::default() } });
        assert_eq!(check(None).verdict, Verdict::Unverified);
        assert_eq!(check(Some(fact.clone())).verdict, Verdict::Fine);
        assert_eq!(check(Some(fact)).evidence[0].source, "Sirene");
    }
}
