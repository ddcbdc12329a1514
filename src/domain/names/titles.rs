//! Job titles as people type them, read for one question: does this person head the collectivité?
//!
//! A title is cut where it joins several; one of them has to open with the office, bar courtesies. Knows nothing of names.

use super::{CIVILITIES, normalise};

/// Whether the title is that of a maire: « Maire », « Madame le Maire », « maire de Hauteluce ».
///
/// Those who work with one (« adjoint au maire », « secrétaire de mairie »), the former (« ancien maire », « maire
/// honoraire ») and the maire délégué of a commune that no longer exists are not.
#[must_use]
pub fn is_maire(job_title: &str) -> bool {
    holds(job_title, &["maire", "mairesse"])
}

/// Whether the title is that of the président of a body: « Présidente de la communauté de communes ».
///
/// A vice-président, the président of a commission or of a groupe, and those who work with a président are not.
#[must_use]
pub fn is_president(job_title: &str) -> bool {
    holds(job_title, &["president", "presidente"])
}

/// Words that may come before the office without making it someone else's.
const COURTESIES: &[&str] =
    &["le", "la", "l", "elu", "elue", "depute", "deputee", "senateur", "senatrice", "maire", "president", "presidente"];
/// Words that come after the office and make it a lesser or a past one.
const LESSER: &[&str] = &[
    "adjoint",
    "adjointe",
    "adjoints",
    "delegue",
    "deleguee",
    "suppleant",
    "suppleante",
    "honoraire",
    "honneur",
    "commission",
    "groupe",
];
const ARTICLES: &[&str] = &["de", "du", "des", "d", "la", "l", "le", "un", "une"];

/// Whether a title opens with the office, or one of the titles that it joins does.
fn holds(job_title: &str, office: &[&str]) -> bool {
    let pieces = pieces(job_title);
    pieces.iter().enumerate().filter(|(_, piece)| piece.is_word_among(office)).any(|(rank, _)| {
        let (before, after) = (&pieces[..rank], &pieces[rank + 1..]);
        let mut leading = before.iter().rev().take_while(|piece| matches!(piece, Piece::Word(_)));
        let follower = after.iter().find(|piece| !matches!(piece, Piece::Pause) && !piece.is_word_among(ARTICLES));
        leading.all(|piece| piece.is_word_among(COURTESIES) || piece.is_word_among(CIVILITIES))
            && !follower.is_some_and(|piece| piece.is_word_among(LESSER))
    })
}

/// A job title, cut.
enum Piece {
    /// A normalised word.
    Word(String),
    /// A lone dash or an opening bracket: what follows may be another title (« Élu – maire ») or qualify the one before
    /// (« Maire – adjoint »).
    Pause,
    /// The start of another title: a comma, « et »…
    Stop,
}

impl Piece {
    fn is_word_among(&self, words: &[&str]) -> bool {
        matches!(self, Self::Word(word) if words.contains(&word.as_str()))
    }
}

fn pieces(job_title: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for chunk in job_title.split_inclusive(|c: char| c.is_whitespace() || ",;:/&|+(".contains(c)) {
        let mark = chunk.chars().next_back();
        let word = normalise(chunk);
        match word.as_str() {
            "" if chunk.contains(['-', '–', '—']) => pieces.push(Piece::Pause),
            "et" => pieces.push(Piece::Stop),
            words => pieces.extend(words.split_whitespace().map(|word| Piece::Word(word.to_owned()))),
        }
        match mark {
            Some('(') => pieces.push(Piece::Pause),
            Some(',' | ';' | ':' | '/' | '&' | '|' | '+') => pieces.push(Piece::Stop),
            _ => {}
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn titles_of_a_maire() {
        for title in [
            "Maire",
            "MAIRE",
            "maire.",
            "Madame le Maire",
            "Madame la maire",
            "M. le Maire",
            "Mme la Mairesse",
            "maire de Hauteluce",
            "Maire de la commune de L’Haÿ",
            "Maire, président du CCAS",
            "Président du SIVOM et maire",
            "Conseillère départementale et maire de Brides",
            "Sénatrice-maire",
            "Élu - maire",
            "Représentant légal (maire)",
            "Fonction : maire",
            "Maire/Président",
            "Maire, délégué au SIVOM",
            "Monsieur Paul Girard, maire",
            "Maire par intérim",
        ] {
            assert!(is_maire(title), "{title}");
        }
    }

    #[test]
    fn titles_around_a_maire() {
        for title in [
            "",
            "mairie",
            "secrétaire de mairie",
            "Secrétaire générale de mairie",
            "adjoint au maire",
            "Adjointe au Maire",
            "Adjoint(e) au maire",
            "1er adjoint au maire, délégué aux finances",
            "Maire adjoint",
            "Maire-adjointe",
            "Maire – adjoint aux écoles",
            "Maire adjoint(e)",
            "Maire délégué",
            "Maire (déléguée)",
            "Maire honoraire",
            "Ancien maire",
            "Directeur de cabinet du maire",
            "Directrice de cabinet de Madame le Maire",
            "assistante du maire",
            "Assistant(e) maire",
            "Secrétaire du (de la) maire",
            "Directrice de cabinet du président et du maire",
            "Chargée de mission auprès de Monsieur le maire",
            "Président de la communauté de communes",
            "Déléguée à la protection des données",
            "primaire",
            "Agent de mairie",
        ] {
            assert!(!is_maire(title), "{title}");
        }
    }

    #[test]
    fn titles_of_a_president() {
        for title in [
            "Président de la communauté de communes",
            "Présidente",
            "Madame la Présidente",
            "Président(e)",
            "Président·e du CCAS",
            "Maire et président de l’agglomération",
            "Maire-présidente du CCAS",
            "M. le président du syndicat",
        ] {
            assert!(is_president(title), "{title}");
        }
        for title in [
            "Vice-président",
            "Vice présidente de la communauté de communes",
            "1re vice-présidente",
            "(Vice-)Présidente",
            "Assistante du président",
            "Secrétariat de la présidence",
            "Président de la commission des finances",
            "Président d’honneur",
            "Présidente du groupe majoritaire",
            "Président délégué",
            "Maire",
        ] {
            assert!(!is_president(title), "{title}");
        }
    }

    proptest! {
        #[test]
        fn no_title_makes_it_panic(title in any::<String>()) {
            let _ = (is_maire(&title), is_president(&title));
        }
    }
}
