//! Lines that set a price: tranches with their figures, rows of amounts, rates of effort.

use super::folded::{bare_line, squashed};
use super::numbers::{Number, of_line};
use crate::domain::document::{Page, Quote};

/// What says that a line speaks of a tranche.
const TRANCHE: [&str; 21] = [
    "tranche",
    "qf",
    "quotient",
    "inferieur",
    "superieur",
    "moins de",
    "plus de",
    "jusqu'a",
    "au-dela",
    "au dela",
    "et plus",
    "compris entre",
    "<",
    ">",
    "≤",
    "≥",
    "taux d'effort",
    "taux d effort",
    "coefficient",
    "plancher",
    "plafond",
];
/// Lines kept of a document.
const MOST: usize = 40;
/// Longest line shown, in characters.
const LONGEST: usize = 240;

/// The lines of these pages that set a price. As laid out, a row of a table is one line, but columns are mixed: reading
/// order is preferred where it shows as many.
pub fn of_pages<'a>(pages: impl Iterator<Item = &'a Page>) -> Vec<Quote> {
    let lines = pages.flat_map(|page| {
        let (flow, layout) = (of_text(&page.flow), of_text(&page.layout));
        let best = if flow.len() >= layout.len() { flow } else { layout };
        best.into_iter().map(|text| Quote { page: page.number, text })
    });
    lines.take(MOST).collect()
}

fn of_text(text: &str) -> Vec<String> {
    let tariffs = text.lines().filter(|line| is_tariff(&bare_line(line)));
    tariffs.map(|line| squashed(line).chars().take(LONGEST).collect()).collect()
}

fn is_tariff(bare: &str) -> bool {
    let numbers = of_line(bare);
    let count = |kinds: &[Number]| numbers.iter().filter(|number| kinds.contains(number)).count();
    let (amounts, rates, wholes) = (count(&[Number::Amount]), count(&[Number::Rate]), count(&[Number::Whole]));
    let tranche = TRANCHE.iter().any(|word| bare.contains(word)) || is_range(bare);
    // « Vu la délibération » quotes what was decided before, « subvention » is not a price.
    let elsewhere = bare.starts_with("vu ") || bare.contains("subvention") || bare.contains("budget");
    !elsewhere
        && (amounts >= 2
            || (tranche && amounts + rates >= 1)
            || (bare.contains("tranche") && wholes >= 2 && !is_date(bare)))
}

/// « 401 à 700 », « 401 - 700 », « 0/400 ».
fn is_range(bare: &str) -> bool {
    let words: Vec<&str> = bare.split_whitespace().collect();
    let whole = |word: &&str| word.len() <= 6 && !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    let spaced = words.windows(3).any(|three| {
        whole(&three[0])
            && matches!(three[1], "a" | "-" | "/" | "et")
            && three.get(2).is_some_and(|word| whole(&word.trim_end_matches(['€', ':', ','])))
    });
    let tight = words.iter().any(|word| word.split_once(['-', '/']).is_some_and(|(a, b)| whole(&a) && whole(&b)));
    spaced || tight
}

fn is_date(bare: &str) -> bool {
    super::date::MONTHS.iter().any(|month| bare.contains(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_set_a_price() {
        for line in [
            "Tranche 1        0 à 400          1,20 €",
            "QF < 400         1,20",
            "401 à 700        2,10 €      3,00 €",
            "de 0 à 399 :  3€",
            "0 - 400    1,20",
            "Quotient inférieur à 400 : 1,50 euro par repas",
            "Au-delà de 1 200      4,85 €",
            "Taux d’effort : 0,25 % du quotient",
            "Tarif = QF x 0,0125",
            "T1    1,20    1,45    2,10",
            "Tranche 2 : 401 / 700",
        ] {
            assert!(is_tariff(&bare_line(line)), "{line}");
        }
    }

    #[test]
    fn lines_that_do_not() {
        for line in [
            "",
            "Délibération n° 2026-031 du 12 mars 2026",
            "Le conseil décide d’utiliser API Particulier pour le quotient familial.",
            "Vu la délibération du 3 mai 2024 fixant la tranche 1 à 1,20 €",
            "Présents : 15 – Votants : 17 – Pouvoirs : 2",
            "une subvention de plus de 1 500,00 € est versée",
            "Article 3 : la tranche applicable au 1er septembre 2026",
            "73620 HAUTELUCE – 04 79 00 00 01",
        ] {
            assert!(!is_tariff(&bare_line(line)), "{line}");
        }
    }
}
