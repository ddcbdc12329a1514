//! Finding a collectivité from one box: its name, its town, a postal code, a département or a SIRET.

use crate::domain::names;
use crate::store::collectivites::Collectivite;

/// What a person typed, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    All,
    /// Words, all of which must be in the name or the town.
    Words(Vec<String>),
    /// Codes of départements: `["2A"]`, `["2A", "2B"]`, `["974"]`.
    Departements(Vec<String>),
    /// Postal code or INSEE code of a commune, whole or its beginning.
    Code(String),
    /// SIRET, SIREN, or their beginning.
    Siret(String),
}

impl Search {
    /// Reads what was typed; anything that is no code is taken as words.
    pub fn read(typed: &str) -> Self {
        let compact: String = typed.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
        let digits = !compact.is_empty() && compact.bytes().all(|b| b.is_ascii_digit());
        match compact.as_str() {
            "" => Self::All,
            "2A" | "2B" => Self::Departements(vec![compact]),
            // What Corsica was called until 1976, and how its postal codes still begin.
            "20" => Self::Departements(vec!["2A".into(), "2B".into()]),
            code if is_corsican(code) => Self::Code(compact),
            _ if !digits => Self::words(typed),
            code if code.len() == 1 => Self::Departements(vec![format!("0{code}")]),
            code if code.len() == 2 => Self::Departements(vec![compact]),
            code if code.len() == 3 && (code.starts_with("97") || code.starts_with("98")) => {
                Self::Departements(vec![compact])
            }
            code if code.len() <= 5 => Self::Code(compact),
            _ => Self::Siret(compact),
        }
    }

    fn words(typed: &str) -> Self {
        let normalised = normalise(typed);
        match normalised.is_empty() {
            true => Self::All,
            false => Self::Words(normalised.split(' ').map(str::to_owned).collect()),
        }
    }

    /// Whether `collectivite`, whose [`text`] is `text`, is one of those looked for.
    pub fn finds(&self, collectivite: &Collectivite, text: &str) -> bool {
        match self {
            Self::All => true,
            Self::Words(words) => words.iter().all(|word| text.contains(word)),
            Self::Departements(codes) => codes.contains(&collectivite.departement),
            Self::Code(code) => {
                let postal = collectivite.postal_code.as_deref().unwrap_or_default();
                postal.starts_with(code) || collectivite.code_cog.starts_with(code)
            }
            Self::Siret(siret) => collectivite.siret.starts_with(siret),
        }
    }
}

/// INSEE codes of Corsican communes hold a letter: `2A004`.
fn is_corsican(code: &str) -> bool {
    let rest = code.strip_prefix("2A").or_else(|| code.strip_prefix("2B"));
    rest.is_some_and(|rest| (1..=3).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// The words a collectivité is found by.
pub fn text(collectivite: &Collectivite) -> String {
    normalise(&format!("{} {}", collectivite.name, collectivite.town.as_deref().unwrap_or_default()))
}

/// Registers shorten Saint and Sainte now and then, people more often.
fn normalise(text: &str) -> String {
    let plain = names::normalise(text);
    let words = plain.split(' ').map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        word => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_understood() {
        let deps = |codes: &[&str]| Search::Departements(codes.iter().map(|c| (*c).to_owned()).collect());
        let table = [
            ("  ", Search::All),
            ("-", Search::All),
            ("73", deps(&["73"])),
            ("1", deps(&["01"])),
            ("2a", deps(&["2A"])),
            ("20", deps(&["2A", "2B"])),
            ("974", deps(&["974"])),
            ("731", Search::Code("731".into())),
            ("73 270", Search::Code("73270".into())),
            ("2a004", Search::Code("2A004".into())),
            ("217 301 324 00018", Search::Siret("21730132400018".into())),
            ("St-Étienne", Search::Words(vec!["saint".into(), "etienne".into()])),
        ];
        for (typed, expected) in table {
            assert_eq!(Search::read(typed), expected, "{typed:?}");
        }
    }
}
