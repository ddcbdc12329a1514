//! C16, C29 and C30: on which ground, for whom and for which use the data are asked. Read in free texts: words found are a
//! reason to look, never a proof.

use super::check::{Check, Facts, Verdict};
use crate::domain::names::normalise;

/// Words that only cite the article which every request is prefilled with.
const PREFILLED: &[&str] = &[
    "article",
    "articles",
    "art",
    "l",
    "114",
    "8",
    "l114",
    "r114",
    "alinea",
    "code",
    "crpa",
    "relations",
    "entre",
    "le",
    "public",
    "et",
    "l",
    "administration",
    "des",
    "du",
    "de",
    "la",
    "les",
    "en",
    "application",
    "vertu",
    "conformement",
    "a",
    "au",
    "aux",
    "loi",
    "base",
    "legale",
    "cadre",
    "juridique",
    "par",
    "un",
    "une",
    "dispositions",
    "selon",
    "sur",
    "fondement",
    "prevu",
    "prevue",
    "d",
    "echange",
    "echanges",
    "donnees",
    "information",
    "informations",
    "administrations",
];
/// Words that say who, in a collectivité, reads the files.
const AGENTS: &[&str] = &[
    "agent",
    "agents",
    "service",
    "services",
    "mairie",
    "commune",
    "communes",
    "regie",
    "regisseur",
    "regisseurs",
    "ccas",
    "cias",
    "direction",
    "guichet",
    "personnel",
    "personnels",
    "gestionnaire",
    "gestionnaires",
    "secretaire",
    "secretariat",
    "accueil",
    "responsable",
    "collectivite",
    "ville",
    "communaute",
    "metropole",
    "scolarite",
    "periscolaire",
    "comptable",
];
/// Names of éditeurs, or of their portals, that are no other word.
const EDITEURS: &[&str] = &[
    "arpege",
    "berger levrault",
    "ciril",
    "docaposte",
    "teamnet",
    "abelium",
    "technocarte",
    "agora plus",
    "3d ouest",
    "jvs mairistem",
    "cosoluce",
    "waigeo",
    "entr ouvert",
    "entrouvert",
    "mushroom software",
    "qiis",
    "eticket",
    "aiga",
    "my perischool",
    "myperischool",
    "parascol",
    "domino web",
    "logitud",
    "sopra steria",
    "inetum",
    "capdemat",
    "publik",
    "espace famille citoyen",
    "kiosque famille",
    "bl enfance",
    "segilog",
    "odyssee informatique",
];
const EDITEUR: &[&str] =
    &["editeur", "editeurs", "prestataire", "prestataires", "hebergeur", "sas", "sarl", "sous traitant"];
const CRECHE: &[&str] =
    &["creche", "creches", "eaje", "multi accueil", "multiaccueil", "halte garderie", "petite enfance"];
const OTHER_USES: &[&str] = &[
    "cantine",
    "cantines",
    "restauration",
    "restaurant scolaire",
    "repas",
    "periscolaire",
    "extrascolaire",
    "garderie",
    "accueil de loisirs",
    "centre de loisirs",
    "centres de loisirs",
    "alsh",
    "sejour",
    "sejours",
    "colonie",
    "colonies",
    "transport",
    "transports",
    "ecole de musique",
    "conservatoire",
    "activites sportives",
    "sport",
    "culture",
    "piscine",
    "etude surveillee",
    "mercredi",
    "mercredis",
    "scolaire",
    "scolaires",
    "jeunesse",
    "aide sociale",
    "aides sociales",
];

/// Whether a normalised text holds one of these, as whole words.
fn holds<'a>(text: &str, words: &[&'a str]) -> Option<&'a str> {
    let text = format!(" {text} ");
    words.iter().copied().find(|word| text.contains(&format!(" {word} ")))
}

/// C16.
pub fn legal_basis(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C16", verdict, sentence);
    let dossier = &facts.habilitation.dossier;
    let text = dossier.cadre_juridique.as_deref().unwrap_or_default().trim();
    let normalised = normalise(text);
    let own = normalised.split(' ').filter(|word| word.len() > 1 && !PREFILLED.contains(word)).count();
    let linked = dossier.deliberation_url.as_deref().is_some_and(|url| !url.trim().is_empty());
    let check = match (own, linked) {
        (2.., _) => check(Verdict::Fine, "Le cadre juridique dit plus que l’article prérempli."),
        (_, true) => check(Verdict::Fine, "Le cadre juridique renvoie à la délibération, dont l’adresse est donnée."),
        _ if text.is_empty() => check(Verdict::Look, "Le cadre juridique n’est pas indiqué.")
            .remedy("Demandez la délibération qui fixe les tarifs selon le quotient familial."),
        _ => check(Verdict::Look, "Le cadre juridique ne cite que l’article prérempli (L114-8).")
            .remedy("Lisez la délibération jointe dans DataPass ; à défaut, demandez-la."),
    };
    check.seen((!text.is_empty()).then(|| facts.datapass_says(text)))
}

/// C29.
pub fn recipients(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: String| Check::new("C29", verdict, sentence);
    let dossier = &facts.habilitation.dossier;
    let text = dossier.destinataires.as_deref().unwrap_or_default().trim();
    if text.is_empty() {
        return check(Verdict::Look, "Les destinataires des données ne sont pas indiqués.".into())
            .remedy("Demandez quels agents liront les données des familles.");
    }
    let normalised = normalise(text);
    let own = dossier.editeur.as_ref().map(|editeur| normalise(&editeur.id)).filter(|id| id.len() > 3);
    let named = holds(&normalised, EDITEURS)
        .or_else(|| own.as_deref().and_then(|own| holds(&normalised, &[own]).map(|_| "l’éditeur de la demande")))
        .or_else(|| holds(&normalised, EDITEUR));
    let check = match (named, holds(&normalised, AGENTS)) {
        (None, _) => check(Verdict::Fine, "Les destinataires ne sont pas un éditeur.".into()),
        (Some(name), Some(_)) => {
            check(Verdict::Info, format!("Les destinataires sont des agents ; un éditeur est aussi cité (« {name} »)."))
        }
        (Some(name), None) => check(
            Verdict::Look,
            format!("Les destinataires semblent être un éditeur (« {name} »), pas des agents."),
        )
        .remedy("Demandez quels agents de la collectivité liront les données : l’éditeur n’est qu’un sous-traitant."),
    };
    check.seen([facts.datapass_says(text)])
}

/// C30. The form has no field of its own for it: the ground and the recipients are what tells.
pub fn usage(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C30", verdict, sentence);
    let dossier = &facts.habilitation.dossier;
    let texts = [&dossier.cadre_juridique, &dossier.destinataires].into_iter().flatten().map(String::as_str);
    let text = normalise(&texts.collect::<Vec<_>>().join(" "));
    let check = match (holds(&text, CRECHE), holds(&text, OTHER_USES)) {
        (Some(_), None) => check(Verdict::Look, "Le seul usage cité est l’accueil des jeunes enfants (crèche, EAJE).").remedy(
            "Le quotient familial n’y est pas la base des tarifs, et une API leur est réservée : orientez le demandeur, ou \
             demandez les autres usages.",
        ),
        (Some(_), Some(_)) => {
            check(Verdict::Info, "La petite enfance est citée parmi d’autres usages : une API lui est réservée.")
        }
        (None, Some(_)) => check(Verdict::Fine, "L’usage cité se tarife au quotient familial."),
        (None, None) => check(Verdict::Info, "Aucun usage connu n’est cité dans la demande."),
    };
    let read = [dossier.cadre_juridique.as_deref(), dossier.destinataires.as_deref()];
    check.seen(read.into_iter().flatten().filter(|text| !text.trim().is_empty()).map(|text| facts.datapass_says(text)))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{alone, habilitation};
    use super::*;
    use crate::domain::Editeur;

    #[test]
    fn grounds() {
        use Verdict::{Fine, Look};
        for (text, url, verdict) in [
            (Some("Article L114-8 du code des relations entre le public et l’administration"), None, Look),
            (Some("Art. L. 114-8 du CRPA"), None, Look),
            (Some("L114-8"), None, Look),
            (Some("Article L114-8 du CRPA"), Some("https://hauteluce.fr/d.pdf"), Fine),
            (Some("Article L114-8 et délibération n° 2024-12 du 3 juin 2024"), None, Fine),
            (Some("Délibération du conseil municipal fixant les tarifs de la cantine."), None, Fine),
            (Some("Arrêté du maire du 2 mai 2023 (tarifs)"), None, Fine),
            (Some("  "), None, Look),
            (None, None, Look),
            (None, Some(" "), Look),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.cadre_juridique = text.map(str::to_owned);
            habilitation.dossier.deliberation_url = url.map(str::to_owned);
            assert_eq!(legal_basis(&alone(&habilitation)).verdict, verdict, "{text:?} {url:?}");
        }
    }

    #[test]
    fn readers_of_the_files() {
        use Verdict::{Fine, Info, Look};
        for (text, verdict) in [
            ("Agents du service enfance", Fine),
            ("Régisseur de la cantine de Saint-Ciriac", Fine),
            ("Les agents habilités, avec le logiciel Concerto d’Arpège", Info),
            ("Les services de la mairie et leur prestataire", Info),
            ("Arpège", Look),
            ("ARPEGE SAS", Look),
            ("Berger-Levrault", Look),
            ("Entr’ouvert", Look),
            ("La société Qiis", Look),
            ("Notre éditeur de logiciel", Look),
            ("Editeur-Exemple", Look),
            ("Mme Arpegette, agent", Fine),
            (" ", Look),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.destinataires = Some(text.into());
            habilitation.dossier.editeur = Some(Editeur { id: "editeur-exemple".into(), ..Editeur::default() });
            assert_eq!(recipients(&alone(&habilitation)).verdict, verdict, "{text}");
        }
    }

    #[test]
    fn uses() {
        use Verdict::{Fine, Info, Look};
        for (ground, readers, verdict) in [
            ("Tarifs de la cantine et de l’accueil périscolaire", "Agents", Fine),
            ("Tarifs de l’ALSH", "Agents", Fine),
            ("Tarifs de l’école de musique", "Agents", Fine),
            ("Délibération tarifaire", "Service des transports", Fine),
            ("Tarifs de la crèche municipale", "Agents", Look),
            ("Délibération tarifaire", "Direction de la Petite Enfance (EAJE)", Look),
            ("Multi-accueil Les Lutins", "Agents", Look),
            ("Tarifs de la crèche et de la cantine", "Agents", Info),
            ("Délibération tarifaire", "Agents", Info),
            ("Rue de la Crécherie", "Agents", Info),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.cadre_juridique = Some(ground.into());
            habilitation.dossier.destinataires = Some(readers.into());
            assert_eq!(usage(&alone(&habilitation)).verdict, verdict, "{ground}");
        }
    }
}
