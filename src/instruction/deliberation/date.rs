//! The date of the vote: among all dates of the first pages, the one that a séance or a délibération is given. Figures or
//! letters (« l’an deux mille vingt-six, le douze mars »).

use chrono::NaiveDate;

use super::folded::{Folded, squashed};
use super::numbers::spelt;
use crate::domain::document::{Page, Quote};

pub const MONTHS: [&str; 12] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];
/// What stands before the date of a vote.
const VOTE: [&str; 9] = [
    "seance",
    "l'an",
    "l an",
    "reuni",
    "deliberation du",
    "decision du",
    "arrete du",
    "conseil municipal du",
    "fait a",
];
/// What stands before the dates of other things.
const OTHER: [&str; 15] = [
    "vu ",
    "convocation",
    "convoque",
    "affich",
    "publi",
    "transmi",
    "recu",
    "loi",
    "decret",
    "a compter",
    "a partir",
    "applicable",
    "depuis",
    "jusqu",
    "ordonnance",
];
/// How far before, in words.
const NEAR: usize = 8;
/// Pages read.
const PAGES: u32 = 3;
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// The date, and the words that say it.
pub fn of_pages(pages: &[Page]) -> Option<(NaiveDate, Quote)> {
    let mut best: Option<(i32, NaiveDate, Quote)> = None;
    for page in pages.iter().filter(|page| page.number <= PAGES) {
        let folded = Folded::of(&page.flow).bare();
        let text: String =
            folded.chars().map(|c| if matches!(c, ',' | ';' | '(' | ')' | ':') { ' ' } else { c }).collect();
        let words: Vec<&str> = text.split_whitespace().collect();
        for at in 0..words.len() {
            let Some((date, length)) = figures(&words[at..]).or_else(|| letters(&words[at..])) else { continue };
            let before = words[at.saturating_sub(NEAR)..at].join(" ");
            let score = score(&before, words[at]) - i32::try_from(page.number).unwrap_or(9);
            if best.as_ref().is_none_or(|(highest, ..)| score > *highest) {
                let text = squashed(&words[at.saturating_sub(4)..(at + length).min(words.len())].join(" "));
                best = Some((score, date, Quote { page: page.number, text }));
            }
        }
    }
    best.map(|(_, date, quote)| (date, quote))
}

fn score(before: &str, first: &str) -> i32 {
    let last = |signs: &[&str]| signs.iter().filter_map(|sign| before.rfind(sign)).max();
    match (last(&VOTE), last(&OTHER)) {
        // In letters, a date is that of a séance.
        _ if first == "l'an" || first == "an" => 20,
        (Some(vote), Some(other)) if vote > other && !before.contains("vu ") => 10,
        (Some(_), None) => 10,
        (None, None) => 5,
        _ => 0,
    }
}

/// « 12 mars 2026 », « 1er juillet 2025 », « 12/03/2026 ».
fn figures(words: &[&str]) -> Option<(NaiveDate, usize)> {
    let first = words.first()?;
    let parts: Vec<&str> = first.trim_end_matches('.').split(['/', '-', '.']).collect();
    if let [day, month, year] = parts.as_slice()
        && day.len() <= 2
    {
        return Some((dated(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?, 1));
    }
    let day = first.strip_suffix("er").unwrap_or(first).parse().ok()?;
    let month = month(words.get(1)?)?;
    let year = words.get(2)?.trim_end_matches('.').parse().ok()?;
    Some((dated(year, month, day)?, 3))
}

/// « l’an deux mille vingt-six, le douze mars », « l’an 2026, le douze mars ».
fn letters(words: &[&str]) -> Option<(NaiveDate, usize)> {
    let skipped = match words {
        ["l'an", ..] => 1,
        ["l", "an", ..] => 2,
        _ => return None,
    };
    let split: Vec<&str> = words[skipped..].iter().take(24).flat_map(|word| word.split('-')).collect();
    let (year, taken) = match split.first()?.parse::<u32>() {
        Ok(year) => (year, 1),
        Err(_) => spelt(&split)?,
    };
    let rest = &split[taken..];
    let at = rest.iter().position(|word| month(word).is_some())?;
    let month = month(rest[at])?;
    let before = &rest[..at];
    // The day is what stands right before the month, the weekday being skipped.
    let day = (0..before.len()).find_map(|from| {
        let figures = before[from].strip_suffix("er").unwrap_or(before[from]).parse::<u32>().ok().map(|day| (day, 1));
        let (day, taken) = figures.or_else(|| spelt(&before[from..]))?;
        (from + taken == before.len()).then_some(day)
    })?;
    Some((dated(i32::try_from(year).ok()?, month, day)?, skipped + taken + at + 1))
}

fn month(word: &str) -> Option<u32> {
    let rank = MONTHS.iter().position(|month| *month == word.trim_end_matches('.'))?;
    u32::try_from(rank + 1).ok()
}

fn dated(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    YEARS.contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, day)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::By;

    fn date(text: &str) -> Option<String> {
        let page = Page { number: 1, by: By::Text, flow: text.into(), layout: String::new() };
        of_pages(&[page]).map(|(date, _)| date.to_string())
    }

    #[test]
    fn dates() {
        for (text, expected) in [
            ("Séance du 12 mars 2026", Some("2026-03-12")),
            ("Séance du jeudi 1er juillet 2025 à 20 h", Some("2025-07-01")),
            ("Date de convocation : 5 mars 2026\nSéance du 12 mars 2026", Some("2026-03-12")),
            ("Séance du 12/03/2026 – affiché le 15/03/2026", Some("2026-03-12")),
            ("Vu la loi du 5 avril 2000\nDélibération du 3 août 2024", Some("2024-08-03")),
            ("L’an deux mille vingt-six, le douze mars à vingt heures", Some("2026-03-12")),
            ("L’an deux mille vingt-quatre et le mardi dix-huit juin,", Some("2024-06-18")),
            ("L'an 2025, le 3 décembre, le conseil", Some("2025-12-03")),
            ("Tarifs applicables à compter du 1er septembre 2026\nDélibération du 4 juin 2026", Some("2026-06-04")),
            ("le 31 février 2026", None),
            ("le 12 mars 1789", None),
            ("n° 2026-031", None),
            ("sans date", None),
        ] {
            assert_eq!(date(text).as_deref(), expected, "{text}");
        }
    }
}
