//! All that reading a document shows, put together. Whatever a file holds, this ends and says little rather than wrong.

use super::folded::{bare_line, squashed};
use super::{body, date, mentions, tariffs};
use crate::domain::document::{By, Page, Quote, Reading, Text};
use crate::domain::names::normalise;

/// Which rules these are: raise it when they change, so that what read a document is known.
pub const RULES: u32 = 2;

/// Letters of the first pages in which the collectivité is looked for.
const OPENING: usize = 8_000;
/// Letters of a web page that are shown.
const EXCERPT: usize = 1_500;
/// Numbers kept.
const SIRENS: usize = 10;

/// What a document shows.
pub fn read(text: &Text) -> Reading {
    let mentions: Vec<_> = text.pages.iter().flat_map(mentions::of_page).take(30).collect();
    // A grid is often the annex of the page that speaks of it.
    let near = |page: &&Page| mentions.iter().any(|mention| mention.page.abs_diff(page.number) <= 1);
    let tariffs = tariffs::of_pages(text.pages.iter().filter(near));
    let count = |by: By| u32::try_from(text.pages.iter().filter(|page| page.by == by).count()).unwrap_or(u32::MAX);
    let first: String = text.pages.iter().take(3).map(|page| page.flow.as_str()).collect::<Vec<_>>().join("\n");
    Reading {
        body: body::of_pages(&text.pages),
        date: date::of_pages(&text.pages),
        api: api(&text.pages),
        sirens: sirens(&text.pages),
        opening: normalise(&first.chars().take(OPENING).collect::<String>()),
        rules: RULES,
        page_count: text.page_count,
        recognised: count(By::Ocr),
        blank: count(By::Nothing),
        troubles: text.troubles.clone(),
        structure: text.structure,
        links: text.links.clone(),
        excerpt: first.chars().take(EXCERPT).collect(),
        mentions,
        tariffs,
    }
}

/// The line that speaks of API Particulier.
fn api(pages: &[Page]) -> Option<Quote> {
    let lines = pages.iter().flat_map(|page| page.flow.lines().map(|line| (page.number, line)));
    let mut named = lines.filter(|(_, line)| bare_line(line).contains("api particulier"));
    named.next().map(|(page, line)| Quote { page, text: squashed(line) })
}

/// The SIREN numbers written: nine digits, or the first nine of fourteen, that pass their own check.
fn sirens(pages: &[Page]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in pages.iter().flat_map(|page| page.flow.lines()) {
        for digits in runs(line).filter(|digits| matches!(digits.len(), 9 | 14)) {
            let siren = &digits[..9];
            if siret::Siren::parse(siren).is_ok() && !found.iter().any(|known| known == siren) && found.len() < SIRENS {
                found.push(siren.to_owned());
            }
        }
    }
    found
}

/// Figures that only blanks part.
fn runs(line: &str) -> impl Iterator<Item = String> {
    let solid: String = line.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}')).collect();
    let split: Vec<String> = solid.split(|c: char| !c.is_ascii_digit()).map(str::to_owned).collect();
    split.into_iter()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::Body;

    fn text(pages: &[&str]) -> Text {
        let page = |(rank, flow): (usize, &&str)| Page {
            number: u32::try_from(rank + 1).unwrap(),
            by: By::Text,
            flow: (*flow).into(),
            layout: (*flow).into(),
        };
        Text { pages: pages.iter().enumerate().map(page).collect(), ..Text::default() }
    }

    #[test]
    fn a_plain_deliberation() {
        let reading = read(&text(&[
            "COMMUNE DE HAUTELUCE – SIREN 217 301 324\nEXTRAIT DU REGISTRE DES DÉLIBÉRATIONS DU CONSEIL MUNICIPAL\n\
             Séance du 12 mars 2026\nLes tarifs sont modulés selon le quotient familial.",
            "Annexe\nTranche 1   0 à 400   1,20 €\nTranche 2   401 à 700   2,10 €",
            "Page sans rapport\n12,00 € et 14,00 € de timbres",
        ]));
        assert_eq!(reading.mentions.len(), 1);
        assert_eq!(reading.tariffs.iter().map(|quote| quote.page).collect::<Vec<_>>(), [2, 2], "the third page is far");
        assert_eq!(reading.body.unwrap().0, Body::ConseilMunicipal);
        assert_eq!(reading.date.unwrap().0.to_string(), "2026-03-12");
        assert_eq!(reading.sirens, ["217301324"]);
        assert!(reading.opening.contains("commune de hauteluce") && reading.api.is_none());
    }

    #[test]
    fn only_deciding_to_use_the_api() {
        let reading =
            read(&text(&["Le conseil municipal décide d’utiliser API Particulier pour le quotient familial."]));
        assert!(reading.tariffs.is_empty() && reading.api.is_some() && reading.mentions.len() == 1);
    }

    #[test]
    fn nothing_to_read() {
        let reading = read(&Text::default());
        assert!(!reading.has_text() && reading.mentions.is_empty() && reading.body.is_none());
    }

    proptest! {
        #[test]
        fn any_text_is_read(flow in "[\\PC\n]{0,300}", layout in "(QF|quotient|familial|l'an|deux|mille|1,20 €|<|-|\n| ){0,80}") {
            let page = Page { number: 1, by: By::Ocr, flow, layout };
            let _ = read(&Text { pages: vec![page], ..Text::default() });
        }
    }
}
