//! Where the quotient familial is mentioned: in full, in the plural, cut, spaced out, misread by a scanner, or as « QF » in
//! company of a tariff.

use super::folded::{Folded, legible};
use crate::domain::document::{By, Mention, Page};

const FULL: [&str; 4] = ["quotientfamilial", "quotientsfamiliaux", "quotientsfamilial", "quotientfamiliaux"];
/// Words near which « QF » means what we look for.
const COMPANY: [&str; 11] = [
    "tarif",
    "tranche",
    "bareme",
    "caf",
    "msa",
    "quotient",
    "allocations familiales",
    "€",
    "euro",
    "revenu",
    "plafond",
];
/// How near, in letters.
const NEAR: usize = 120;
/// Letters shown before and after.
const BEFORE: usize = 160;
const AFTER: usize = 220;
/// Letters that recognition may get wrong in the whole expression.
const MISREAD: usize = 2;
/// Mentions kept of a page.
const PER_PAGE: usize = 4;

/// The mentions of a page: in reading order, or else as laid out.
pub fn of_page(page: &Page) -> Vec<Mention> {
    let misread = if page.by == By::Ocr { MISREAD } else { 0 };
    let found = of_text(&page.flow, misread, page.number);
    if found.is_empty() { of_text(&page.layout, misread, page.number) } else { found }
}

fn of_text(text: &str, misread: usize, page: u32) -> Vec<Mention> {
    let folded = Folded::of(text);
    let mut ranges = in_full(&folded, misread);
    ranges.extend(initials(&folded));
    ranges.sort_by_key(|range| range.start);
    let mention = |range: std::ops::Range<usize>| Mention {
        page,
        before: legible(&folded.before(range.start, BEFORE)),
        words: folded.written(range.clone()),
        after: legible(&folded.after(range.end, AFTER)),
    };
    let mut kept: Vec<std::ops::Range<usize>> = Vec::new();
    for range in ranges {
        // What the last one already shows around it is not shown again.
        if kept.last().is_none_or(|last| range.start > last.end + AFTER / 2) {
            kept.push(range);
        }
    }
    kept.into_iter().take(PER_PAGE).map(mention).collect()
}

/// « quotient familial » and its plurals, whatever blanks and hyphens were put inside.
fn in_full(folded: &Folded, misread: usize) -> Vec<std::ops::Range<usize>> {
    let solid: Vec<(char, usize)> = (0..folded.len())
        .filter_map(|at| folded.bare_at(at).map(|c| (c, at)))
        .filter(|(c, _)| !matches!(c, ' ' | '-'))
        .collect();
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for start in 0..solid.len() {
        let begins = solid[start].1.checked_sub(1).and_then(|before| folded.bare_at(before));
        if begins.is_some_and(char::is_alphanumeric) || found.last().is_some_and(|last| solid[start].1 < last.end) {
            continue;
        }
        let fits = FULL.iter().find(|words| {
            let letters = words.chars().count();
            let end = solid.get(start + letters - 1).map(|(_, at)| at + 1);
            let ends = end.is_some_and(|end| !folded.bare_at(end).is_some_and(char::is_alphanumeric));
            let same = |(word, (c, _)): (char, &(char, usize))| word != *c;
            ends && words.chars().zip(&solid[start..]).filter(|pair| same(*pair)).count() <= misread
        });
        if let Some(words) = fits {
            found.push(solid[start].1..solid[start + words.chars().count() - 1].1 + 1);
        }
    }
    found
}

/// « QF », « Q.F. », in capitals and in company.
fn initials(folded: &Folded) -> Vec<std::ops::Range<usize>> {
    let bare = folded.bare();
    // One character for each letter: positions of the one are positions of the other, once counted in characters.
    let chars: Vec<char> = bare.chars().collect();
    let mut found = Vec::new();
    for at in 0..chars.len() {
        let length = match chars[at..] {
            ['q', 'f', ..] => 2,
            ['q', '.', 'f', '.', ..] => 4,
            ['q', '.', 'f', ..] => 3,
            _ => continue,
        };
        let alone = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_none_or(|c| !c.is_alphabetic());
        let capital = folded.written_at(at) == Some('Q');
        if !capital || !alone(at.checked_sub(1)) || !alone(Some(at + length)) {
            continue;
        }
        let around: String = chars[at.saturating_sub(NEAR)..(at + NEAR).min(chars.len())].iter().collect();
        if COMPANY.iter().any(|word| has_word(&around, word)) {
            found.push(at..at + length);
        }
    }
    found
}

/// Whether a word begins with this: « caf » is not in « décafé ».
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !word.starts_with(char::is_alphabetic) || !text[..at].chars().next_back().is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, by: By) -> Vec<String> {
        let page = Page { number: 1, by, flow: text.into(), layout: String::new() };
        of_page(&page).into_iter().map(|mention| mention.words).collect()
    }

    #[test]
    fn mentioned() {
        for (text, words) in [
            ("selon le quotient familial de la CAF", "quotient familial"),
            ("selon les QUOTIENTS FAMILIAUX", "QUOTIENTS FAMILIAUX"),
            ("le quo-\ntient fami-\n  lial retenu", "quotient familial"),
            ("le quotient\n\nfamilial", "quotient familial"),
            ("le quotient\u{a0}familial", "quotient familial"),
            ("le q u o t i e n t  f a m i l i a l", "q u o t i e n t f a m i l i a l"),
            ("le quotientfamilial", "quotientfamilial"),
            ("le Quotient-Familial", "Quotient-Familial"),
            ("le « quotient familial » mensuel", "quotient familial"),
            ("tarifs selon le QF", "QF"),
            ("Tranche 1 : QF<400", "QF"),
            ("Tarifs : Q.F. inférieur à 400", "Q.F."),
            ("attestation CAF (QF1)", "QF"),
        ] {
            assert_eq!(found(text, By::Text), [words], "{text}");
        }
    }

    #[test]
    fn not_mentioned() {
        for text in [
            "",
            "le quotient électoral",
            "le livret de famille, le quotient",
            "QF",
            "le vol QF 32 de Sydney",
            "la référence TQF-2 et le tarif",
            "le tarif iqf",
            "le tarif qf en minuscules",
            "non-quotientfamilialité",
            "xquotient familial",
        ] {
            assert_eq!(found(text, By::Text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_scanner_may_misread_a_letter_or_two() {
        assert_eq!(found("selon le quotlent famillal", By::Ocr), ["quotlent famillal"]);
        assert_eq!(found("selon le quotlent famillal", By::Text), Vec::<String>::new());
        assert_eq!(found("selon le quorum familier", By::Ocr), Vec::<String>::new());
    }

    #[test]
    fn what_is_around_is_shown_once() {
        let text = "Vu le rapport, le quotient familial est retenu. Le QF de la CAF fait foi.";
        let page = Page { number: 3, by: By::Text, flow: text.into(), layout: text.into() };
        let mentions = of_page(&page);
        assert_eq!(mentions.len(), 1);
        assert_eq!((mentions[0].page, mentions[0].before.as_str()), (3, "Vu le rapport, le "));
        assert!(mentions[0].after.contains("fait foi"));
        let far = format!("quotient familial {} quotient familial", "autre chose ".repeat(60));
        assert_eq!(found(&far, By::Text).len(), 2);
        assert_eq!(found(&format!("{far} puis ").repeat(20), By::Text).len(), PER_PAGE);
    }
}
