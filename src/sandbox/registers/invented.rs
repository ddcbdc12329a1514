//! Plausible people and addresses for a commune, always the same for the same commune. Every name is invented, every
//! address ends in `.test`.

use unicode_normalization::UnicodeNormalization as _;

const FAMILIES: [&str; 24] = [
    "MARTINEAU",
    "BERGERON",
    "LE GOFF",
    "DELMAS",
    "ROUSSET",
    "FABRE",
    "VIDAL",
    "CHEVALLIER",
    "DE LA TOUR",
    "PERRIN",
    "GUYOT",
    "LACOMBE",
    "SANTONI",
    "HOARAU",
    "KERVELLA",
    "SCHMITT",
    "DUPUY",
    "LEFÈVRE",
    "NOËL",
    "TANGUY",
    "COLIN",
    "PASTOR",
    "MERCIER",
    "BAPTISTE",
];
const GIVEN: [&str; 20] = [
    "Jean-Noël",
    "Hélène",
    "Marie-Laure",
    "Yves",
    "Françoise",
    "Anne-Sophie",
    "Gérard",
    "Nadia",
    "Loïc",
    "Chantal",
    "Étienne",
    "Maëlle",
    "Bruno",
    "Agnès",
    "Jean-François",
    "Zoé",
    "Régis",
    "Sylvie",
    "André",
    "Noémie",
];

/// Somebody elected: family name, given names, office.
pub type Person = (String, String, Option<String>);

/// The council of a commune: its maire first, three adjoints, four councillors.
pub fn council(cog: &str) -> Vec<Person> {
    let base = cog.bytes().fold(7_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let who = |rank: usize| {
        let family = FAMILIES[(base / 3 + rank * 7) % FAMILIES.len()];
        let given = GIVEN[(base / 5 + rank * 3) % GIVEN.len()];
        let office = match rank {
            0 => Some("Maire".to_owned()),
            1 => Some("1er adjoint au Maire".to_owned()),
            2 | 3 => Some(format!("{rank}ème adjoint au Maire")),
            _ => None,
        };
        (family.to_owned(), given.to_owned(), office)
    };
    (0..8).map(who).collect()
}

/// `mairie-larochelle.test`
pub fn domain(name: &str) -> String {
    let bare = name.nfd().flat_map(char::to_lowercase);
    let letters: String = bare.filter(|c| c.is_ascii_alphanumeric()).collect();
    format!("mairie-{letters}.test")
}
