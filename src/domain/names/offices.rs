//! Job titles that sit badly with the office of délégué à la protection des données: élus, and those who decide of the
//! means of treatments. As in titles, one of the titles that a line joins has to open with the office.

use super::{CIVILITIES, normalise};

/// Whether the title is that of an élu: « 1re adjointe au maire », « conseiller municipal », « maire délégué ».
///
/// « Adjoint administratif », « adjointe au directeur » and « conseillère numérique » are not.
#[must_use]
pub fn is_elected(job_title: &str) -> bool {
    titles(job_title).iter().any(|words| opens_as_elected(words))
}

/// Whether the title is one whose holder decides of the means of treatments: DGS, secrétaire général, DSI, RSSI.
///
/// Those who assist one (« assistante du DGS ») are not.
#[must_use]
pub fn decides_of_means(job_title: &str) -> bool {
    titles(job_title).iter().any(|words| {
        let text = words.join(" ");
        MEANS.iter().any(|office| text == *office || text.starts_with(&format!("{office} ")))
    })
}

/// Opening words of those offices, as compared: no accent, no capital.
const MEANS: [&str; 26] = [
    "dgs",
    "directeur general",
    "directrice generale",
    "directeur e general",
    "secretaire general",
    "secretaire generale",
    "dsi",
    "dsin",
    "rssi",
    "directeur informatique",
    "directrice informatique",
    "directeur des systemes d information",
    "directrice des systemes d information",
    "directeur du systeme d information",
    "directrice du systeme d information",
    "directeur des systemes information",
    "directeur du numerique",
    "directrice du numerique",
    "responsable informatique",
    "responsable du service informatique",
    "responsable de la securite des systemes d information",
    "responsable de la securite du systeme d information",
    "responsable securite des systemes d information",
    "responsable du systeme d information",
    "responsable des systemes d information",
    "chef du service informatique",
];

const COUNCILS: [&str; 10] = [
    "municipal",
    "municipale",
    "communautaire",
    "departemental",
    "departementale",
    "regional",
    "regionale",
    "metropolitain",
    "metropolitaine",
    "delegue",
];

fn opens_as_elected(words: &[String]) -> bool {
    let word = |rank: usize| words.get(rank).map(String::as_str).unwrap_or_default();
    let is = |rank: usize, among: &[&str]| among.contains(&word(rank));
    if is(0, &["elu", "elue", "maire", "vice"]) {
        return !is(0, &["vice"]) || is(1, &["president", "presidente"]);
    }
    // « 1er adjoint », « premiere adjointe », « 3 eme adjoint »: an ordinal comes before those of the maire alone.
    let ordinal = usize::from(is_ordinal(word(0)));
    let ordinal = ordinal + usize::from(ordinal == 1 && is(1, &["er", "ere", "eme", "e", "re"]));
    if is(ordinal, &["adjoint", "adjointe"]) {
        let after = if is(ordinal + 1, &["e"]) { ordinal + 2 } else { ordinal + 1 };
        let of_maire = (after..after + 4).any(|rank| is(rank, &["maire"]));
        return ordinal > 0 || of_maire;
    }
    is(0, &["conseiller", "conseillere"]) && (1..4).any(|rank| is(rank, &COUNCILS))
}

fn is_ordinal(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    matches!(word, "premier" | "premiere" | "deuxieme" | "second" | "seconde" | "troisieme" | "quatrieme" | "cinquieme")
        || (digits.len() < word.len() && ["", "er", "ere", "re", "e", "eme", "nd", "nde"].contains(&digits))
}

/// The titles that a line joins, each as its words, without the courtesies before them.
fn titles(job_title: &str) -> Vec<Vec<String>> {
    let cut = job_title.split([',', ';', ':', '/', '&', '|', '+', '–', '—']);
    let cut = cut.flat_map(|part| part.split(" - ")).flat_map(|part| part.split(" et "));
    cut.map(|part| {
        let words = normalise(part);
        let words = words.split(' ').skip_while(|word| CIVILITIES.contains(word) || matches!(*word, "le" | "la" | "l"));
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn elus() {
        for title in [
            "Adjoint au maire",
            "Adjointe au Maire déléguée à l’enfance",
            "Adjoint(e) au maire",
            "1er adjoint",
            "1re adjointe au maire",
            "2ème adjoint",
            "3 ème adjointe",
            "Première adjointe",
            "Conseiller municipal",
            "Conseillère municipale déléguée",
            "Mme la conseillère départementale",
            "Vice-présidente de la communauté de communes",
            "Élue en charge du numérique",
            "Maire délégué de Queige",
            "Enseignant, conseiller municipal",
            "DPD et adjointe au maire",
        ] {
            assert!(is_elected(title), "{title}");
        }
        for title in [
            "",
            "Adjoint administratif",
            "Adjointe administrative principale de 1re classe",
            "Adjoint technique",
            "Adjointe au directeur des services",
            "Conseillère numérique",
            "Conseiller technique",
            "Secrétaire de mairie",
            "Assistante de la conseillère municipale",
            "Déléguée à la protection des données",
            "Vice-doyenne",
        ] {
            assert!(!is_elected(title), "{title}");
        }
    }

    #[test]
    fn those_who_decide_of_means() {
        for title in [
            "DGS",
            "Directrice générale des services",
            "Directeur Général Adjoint",
            "Secrétaire générale de mairie",
            "DSI",
            "Directeur des systèmes d’information",
            "RSSI et DPD",
            "DPD / responsable informatique",
        ] {
            assert!(decides_of_means(title), "{title}");
        }
        for title in [
            "",
            "Assistante du DGS",
            "Secrétaire de mairie",
            "Directrice juridique, DPD",
            "Adjointe à la directrice générale",
            "Technicien informatique",
            "Délégué à la protection des données",
        ] {
            assert!(!decides_of_means(title), "{title}");
        }
    }

    proptest! {
        #[test]
        fn no_title_makes_it_panic(title in any::<String>()) {
            let _ = (is_elected(&title), decides_of_means(&title));
        }
    }
}
