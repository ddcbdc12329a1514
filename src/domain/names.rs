//! Names of people, and the offices they hold, compared despite accents, case, dashes and particles.
//!
//! Serves the search columns and the controls on the délégué à la protection des données, who can be neither the
//! demandeur nor the maire. Knows only text: not who the people are, nor what a likeness should forbid.

mod offices;
mod titles;

pub use offices::{decides_of_means, is_elected};
pub use titles::{is_maire, is_president};

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words of a family name that some registers write and others leave out.
const PARTICLES: &[&str] = &["de", "du", "des", "d", "le", "la", "l"];
/// Words between a birth name and a usage name.
const BETWEEN: &[&str] = &["epouse", "epoux", "ep", "nee", "ne", "veuve", "vve", "dit", "dite", "usage"];
const CIVILITIES: &[&str] = &["m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle"];

/// How likely two names are those of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// Same first given name, same family name or names.
    Same,
    /// A family name in common among several (birth name, usage name), or a given name cut short (Jean for Jean-Noël).
    Close,
    /// Nothing says that they are one person, a missing name included.
    Different,
}

/// Text reduced to what a search compares: lower case, no accents, ligatures opened, punctuation as single spaces.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let bare = text.nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c));
    for c in bare.flat_map(char::to_lowercase).nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            c if c.is_alphanumeric() && !is_modifier(c) => out.push(c),
            _ if !out.is_empty() && !out.ends_with(' ') => out.push(' '),
            _ => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Soft hyphen and zero-width characters: they part nothing a reader can see.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

/// Letters in name only, among which an apostrophe (ʼ).
fn is_modifier(c: char) -> bool {
    matches!(c, '\u{2B0}'..='\u{2FF}')
}

/// Compares two people, each as (given names, family names).
///
/// Homonyms exist and so do changes of name: a likeness is a reason to look, never a proof.
#[must_use]
pub fn same_person(a: (&str, &str), b: (&str, &str)) -> Likeness {
    match (given_likeness(a.0, b.0), family_likeness(a.1, b.1)) {
        (Likeness::Same, Likeness::Same) => Likeness::Same,
        (Likeness::Same, Likeness::Close) | (Likeness::Close, Likeness::Same) => Likeness::Close,
        _ => Likeness::Different,
    }
}

fn family_likeness(a: &str, b: &str) -> Likeness {
    let (a, b) = (family_tokens(a), family_tokens(b));
    if a.is_disjoint(&b) {
        Likeness::Different
    } else if a == b {
        Likeness::Same
    } else {
        Likeness::Close
    }
}

fn family_tokens(family: &str) -> BTreeSet<String> {
    let all: BTreeSet<String> = normalise(family).split_whitespace().map(str::to_owned).collect();
    let is_name = |token: &str| ![PARTICLES, CIVILITIES, BETWEEN].iter().any(|words| words.contains(&token));
    let names: BTreeSet<String> = all.iter().filter(|token| is_name(token)).cloned().collect();
    // Le and Du are also family names of their own.
    if names.is_empty() { all } else { names }
}

/// Compares the first given names only. Without its dash, « JEAN NOEL » is either one given name or two: it is taken for
/// whichever the other side makes likely.
fn given_likeness(a: &str, b: &str) -> Likeness {
    let (a, b) = (Given::read(a), Given::read(b));
    let (long, short) = if a.first >= b.first { (a, b) } else { (b, a) };
    let first = &long.tokens[..long.first];
    if short.tokens.is_empty() {
        Likeness::Different
    } else if short.tokens.starts_with(first) {
        Likeness::Same
    } else if first.starts_with(&short.tokens) {
        Likeness::Close
    } else {
        Likeness::Different
    }
}

/// Given names as tokens, the first name being made of the `first` ones: two in Jean-Noël.
struct Given {
    tokens: Vec<String>,
    first: usize,
}

impl Given {
    fn read(given: &str) -> Self {
        let words = given.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/')).map(normalise);
        let names = words.filter(|word| !word.is_empty() && !CIVILITIES.contains(&word.as_str()));
        let mut tokens = Vec::new();
        let mut first = 0;
        for name in names {
            tokens.extend(name.split(' ').map(str::to_owned));
            first = if first == 0 { tokens.len() } else { first };
        }
        Self { tokens, first }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn normalised_text() {
        let table = [
            ("", ""),
            (" - ’ ", ""),
            ("Hauteluce", "hauteluce"),
            ("COMMUNE D’ÉVIAN-LES-BAINS", "commune d evian les bains"),
            ("  Saint‑Étienne   (42) ", "saint etienne 42"),
            ("Œuvres, Lætitia ; ÇA", "oeuvres laetitia ca"),
            ("E\u{301}milie", "emilie"),
            ("ﬁnances", "finances"),
            ("L'Haÿ\u{a0}les\u{202f}Roses", "l hay les roses"),
            ("Oʼhara", "o hara"),
            ("Saint\u{ad}e", "sainte"),
            ("Strauß Łukasz Øre", "strauss lukasz ore"),
            ("21730132400018", "21730132400018"),
        ];
        for (text, expected) in table {
            assert_eq!(normalise(text), expected, "{text:?}");
        }
    }

    #[test]
    fn people() {
        use Likeness::{Close, Different, Same};
        let table = [
            (("Claire", "Martineau"), ("CLAIRE", "MARTINEAU"), Same),
            (("Jean-Noël", "Lefèvre"), ("JEAN NOEL", "LEFEVRE"), Same),
            (("Jean-Noël, Paul", "Lefèvre"), ("Jean–Noël", "LEFEVRE"), Same),
            (("Claire Odile", "Martineau"), ("Claire", "Martineau"), Same),
            (("Hélène", "de La Tour"), ("Helene", "LATOUR"), Different),
            (("Hélène", "de La Tour"), ("Helene", "TOUR"), Same),
            (("Hélène", "d’Artagnan"), ("Helene", "ARTAGNAN"), Same),
            (("Hélène", "Mme Petit-Durand"), ("Hélène", "Durand Petit"), Same),
            (("M. Paul", "Girard"), ("Paul", "GIRARD"), Same),
            (("Thi", "Le"), ("Thi", "LÊ"), Same),
            (("Thi", "Le"), ("Thi", "Le Goff"), Different),
            (("Hélène", "Petit"), ("Hélène", "Petit-Durand"), Close),
            (("Hélène", "Durand Petit"), ("Hélène", "Petit ép. Roux"), Close),
            (("Hélène", "Durand née Petit"), ("Hélène", "PETIT DURAND"), Same),
            (("Hélène", "Durand épouse Petit"), ("Hélène", "Roux épouse Girard"), Different),
            (("Hélène", "Durand (née Petit)"), ("HELENE", "PETIT"), Close),
            (("Ange-Marie", "SANTONI"), ("Ange Marie", "Santoni"), Same),
            (("Jean", "Lefèvre"), ("Jean-Noël", "Lefèvre"), Close),
            (("Jean", "Lefèvre"), ("Jean-Noël", "Lefèvre Roux"), Different),
            (("Jean-Pierre", "Lefèvre"), ("Jean-Noël", "Lefèvre"), Different),
            (("Jean-Pierre", "Lefèvre"), ("JEAN NOEL", "Lefèvre"), Different),
            (("Claire", "Martineau"), ("Odile", "Martineau"), Different),
            (("Claire", "Martineau"), ("Claire", "Roux"), Different),
            (("Claire", "de Roux"), ("Claire", "de Martineau"), Different),
            (("", "Martineau"), ("", "Martineau"), Different),
            (("M.", "Martineau"), ("Claire", "Martineau"), Different),
            (("Claire", ""), ("Claire", ""), Different),
        ];
        for (a, b, expected) in table {
            assert_eq!(same_person(a, b), expected, "{a:?} {b:?}");
            assert_eq!(same_person(b, a), expected, "{b:?} {a:?}");
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once.clone());
            prop_assert!(!once.contains("  ") && once.trim() == once);
        }

        #[test]
        fn likeness_has_no_side(a in "[A-Za-zé’ -]{0,12}", b in "[A-Za-zé’ -]{0,12}", family in "\\PC{0,12}") {
            prop_assert_eq!(same_person((&a, &family), (&b, &family)), same_person((&b, &family), (&a, &family)));
        }
    }
}
