//! Texts that answers start from: what may be kept as one, its variables, and the text once they are filled in. Knows
//! neither where they are kept nor who may change them.

use super::{LEAST, MOST};

/// Most templates of one gesture: past that, nobody finds theirs.
pub const PER_GESTURE: i64 = 20;
/// Most characters of a title.
const TITLE: usize = 50;

/// What `{{…}}` may name, and what it stands for.
pub const VARIABLES: [(&str, &str); 6] = [
    ("numero", "numéro de la demande dans DataPass"),
    ("collectivite", "nom de la collectivité"),
    ("echeance", "dernier jour de la réponse"),
    ("lien_suivi", "adresse de la page de suivi du demandeur"),
    ("lien_datapass", "adresse de la demande dans DataPass"),
    ("instructeur", "votre nom"),
];

/// What variables stand for, in a request.
#[derive(Clone, Debug, Default)]
pub struct Values {
    pub numero: String,
    pub collectivite: String,
    pub echeance: String,
    pub lien_suivi: String,
    pub lien_datapass: String,
    pub instructeur: String,
}

impl Values {
    fn of(&self, name: &str) -> Option<&str> {
        Some(match name {
            "numero" => &self.numero,
            "collectivite" => &self.collectivite,
            "echeance" => &self.echeance,
            "lien_suivi" => &self.lien_suivi,
            "lien_datapass" => &self.lien_datapass,
            "instructeur" => &self.instructeur,
            _ => return None,
        })
    }
}

/// What is wrong with a template. Displays as a French sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    #[error("Donnez un titre au modèle")]
    NoTitle,
    #[error("Le titre est trop long : {TITLE} caractères au plus")]
    LongTitle,
    #[error("Le texte est trop court : écrivez au moins {LEAST} caractères")]
    ShortBody,
    #[error("Le texte est trop long : {MOST} caractères au plus")]
    LongBody,
    #[error("La variable « {{{{{0}}}}} » n’existe pas : choisissez parmi celles de la liste")]
    Unknown(String),
    #[error("Une variable n’est pas fermée : écrivez-la entre « {{{{ » et « }}}} »")]
    Unclosed,
}

impl TemplateFault {
    /// Whether the title is at fault, rather than the text.
    pub fn of_title(&self) -> bool {
        matches!(self, Self::NoTitle | Self::LongTitle)
    }
}

/// The title and text to keep.
///
/// # Errors
/// Everything that is wrong with them.
pub fn checked(title: &str, body: &str) -> Result<(String, String), Vec<TemplateFault>> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = body.trim().replace("\r\n", "\n");
    let mut faults = Vec::new();
    match title.chars().count() {
        0 => faults.push(TemplateFault::NoTitle),
        1..=TITLE => {}
        _ => faults.push(TemplateFault::LongTitle),
    }
    match body.chars().count() {
        ..LEAST => faults.push(TemplateFault::ShortBody),
        LEAST..=MOST => {}
        _ => faults.push(TemplateFault::LongBody),
    }
    faults.extend(pieces(&body).filter_map(|piece| match piece {
        Piece::Variable(name) if !VARIABLES.iter().any(|(known, _)| *known == name) => {
            Some(TemplateFault::Unknown(name.to_owned()))
        }
        Piece::Unclosed(_) => Some(TemplateFault::Unclosed),
        _ => None,
    }));
    if faults.is_empty() { Ok((title, body)) } else { Err(faults) }
}

/// The text with its variables filled in; what is not a variable stays as written.
pub fn fill(body: &str, values: &Values) -> String {
    let said = |piece| match piece {
        Piece::Text(text) | Piece::Unclosed(text) => text.to_owned(),
        Piece::Variable(name) => values.of(name).map_or_else(|| format!("{{{{{name}}}}}"), str::to_owned),
    };
    pieces(body).map(said).collect()
}

enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
    /// From braces that open and don't close, to the end.
    Unclosed(&'a str),
}

fn pieces(body: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = body;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, left) = match rest.strip_prefix("{{") {
            None => {
                let (text, left) = rest.split_at(rest.find("{{").unwrap_or(rest.len()));
                (Piece::Text(text), left)
            }
            Some(inside) => match inside.split_once("}}") {
                Some((name, left)) => (Piece::Variable(name.trim()), left),
                None => (Piece::Unclosed(rest), ""),
            },
        };
        rest = left;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values {
            numero: "D61234".into(),
            collectivite: "Commune {{numero}}".into(),
            echeance: "le 5 juin 2026".into(),
            lien_suivi: "https://habilis.test/suivi/x".into(),
            lien_datapass: "https://datapass.test/demandes/61234".into(),
            instructeur: "Inès".into(),
        }
    }

    #[test]
    fn variables_are_filled_in_once() {
        assert_eq!(fill("{{numero}} : {{ instructeur }}.", &values()), "D61234 : Inès.");
        assert_eq!(fill("{{collectivite}}", &values()), "Commune {{numero}}");
        assert_eq!(fill("a {b} {{inconnue}} {{numero", &values()), "a {b} {{inconnue}} {{numero");
        for (name, _) in VARIABLES {
            assert_ne!(fill(&format!("{{{{{name}}}}}"), &values()), format!("{{{{{name}}}}}"), "{name}");
        }
    }

    #[test]
    fn what_may_be_kept() {
        let (title, body) = checked("  Hors   périmètre ", " Bonjour {{numero}}.\r\nMerci. ").unwrap();
        assert_eq!((title.as_str(), body.as_str()), ("Hors périmètre", "Bonjour {{numero}}.\nMerci."));
        let faults = |title: &str, body: &str| checked(title, body).unwrap_err();
        assert_eq!(faults(" ", "court"), [TemplateFault::NoTitle, TemplateFault::ShortBody]);
        assert_eq!(faults(&"é".repeat(51), &"é".repeat(5001)), [TemplateFault::LongTitle, TemplateFault::LongBody]);
        let unknown = faults("Titre", "Bonjour {{ siret }} et {{numero");
        assert_eq!(unknown, [TemplateFault::Unknown("siret".into()), TemplateFault::Unclosed]);
        assert!(unknown[0].to_string().contains("« {{siret}} » n’existe pas"), "{}", unknown[0]);
        assert!(unknown[1].to_string().contains("entre « {{ » et « }} »"), "{}", unknown[1]);
    }
}
