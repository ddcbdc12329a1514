//! Who voted or signed: the assembly named most, unless the text says from the start that it is a decision or an arrêté.

use super::folded::{bare_line, squashed};
use crate::domain::document::{Body, Page, Quote};

const ASSEMBLIES: [(Body, &[&str]); 5] = [
    (Body::ConseilMunicipal, &["conseil municipal", "conseil de paris", "conseil d'arrondissement"]),
    (
        Body::ConseilCommunautaire,
        &["conseil communautaire", "conseil de communaute", "conseil de la communaute", "conseil metropolitain"],
    ),
    (Body::ConseilAdministration, &["conseil d'administration", "conseil d administration"]),
    (Body::ConseilSyndical, &["comite syndical", "conseil syndical"]),
    (Body::ConseilDepartemental, &["conseil departemental"]),
];
const DECISION: [&str; 5] = [
    "decision du maire",
    "decision municipale",
    "decision du president",
    "decision de la maire",
    "decision de la presidente",
];
/// Words that name the assembly at work, and not one that is quoted.
const AT_WORK: [&str; 10] = [
    "extrait",
    "registre",
    "seance",
    "reuni",
    "apres en avoir delibere",
    "delibere",
    "decide",
    "adopte",
    "deliberations du",
    "proces-verbal",
];
/// Pages and first lines read.
const PAGES: u32 = 3;
const TITLE: usize = 20;

/// The body, and the line that says it.
pub fn of_pages(pages: &[Page]) -> Option<(Body, Quote)> {
    let lines: Vec<(u32, &str, String)> = pages
        .iter()
        .filter(|page| page.number <= PAGES)
        .flat_map(|page| page.flow.lines().map(|line| (page.number, line, bare_line(line))))
        .filter(|(_, _, bare)| !bare.is_empty())
        .collect();
    let quote = |(page, line, _): &(u32, &str, String)| Quote { page: *page, text: squashed(line) };
    let title = |fits: &dyn Fn(&str) -> bool| lines.iter().take(TITLE).find(|(_, _, bare)| fits(bare)).map(quote);
    if let Some(line) = title(&|bare| DECISION.iter().any(|words| bare.starts_with(words))) {
        return Some((Body::DecisionDuMaire, line));
    }
    if let Some(line) = title(&is_arrete) {
        return Some((Body::Arrete, line));
    }
    let mut best: Option<(usize, Body, Quote)> = None;
    for (body, names) in ASSEMBLIES {
        let named: Vec<_> = lines.iter().filter(|(_, _, bare)| names.iter().any(|name| bare.contains(name))).collect();
        let whole: usize = named.iter().map(|(_, _, bare)| weight(bare)).sum();
        let strongest = named.iter().max_by_key(|(page, _, bare)| (weight(bare), u32::MAX - page));
        if let Some(line) = strongest
            && best.as_ref().is_none_or(|(heaviest, ..)| whole > *heaviest)
        {
            best = Some((whole, body, quote(line)));
        }
    }
    best.map(|(_, body, quote)| (body, quote))
}

/// « ARRÊTÉ », « ARRÊTÉ N° 12 », « Arrêté du maire »: a title, not « arrête les tarifs ».
fn is_arrete(bare: &str) -> bool {
    ["arrete municipal", "arrete n", "arrete du maire", "arrete du president"]
        .iter()
        .any(|words| bare.starts_with(words))
        || bare == "arrete"
}

/// Quoted by a visa, an assembly hardly counts.
fn weight(bare: &str) -> usize {
    match () {
        () if bare.starts_with("vu ") || bare.starts_with("- vu ") => 1,
        () if AT_WORK.iter().any(|words| bare.contains(words)) => 8,
        () => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::By;

    fn body(text: &str) -> Option<Body> {
        let page = Page { number: 1, by: By::Text, flow: text.into(), layout: String::new() };
        of_pages(&[page]).map(|(body, _)| body)
    }

    #[test]
    fn bodies() {
        for (text, expected) in [
            ("EXTRAIT DU REGISTRE DES DÉLIBÉRATIONS\nDU CONSEIL MUNICIPAL", Some(Body::ConseilMunicipal)),
            (
                "Séance du conseil communautaire du 3 mai\nVu l’avis du conseil municipal",
                Some(Body::ConseilCommunautaire),
            ),
            ("Conseil de communauté – séance publique", Some(Body::ConseilCommunautaire)),
            ("CCAS\nLe Conseil d’Administration, après en avoir délibéré", Some(Body::ConseilAdministration)),
            ("Le comité syndical s’est réuni", Some(Body::ConseilSyndical)),
            (
                "DÉCISION DU MAIRE N° 12\nVu la délibération du conseil municipal donnant délégation\nle conseil municipal",
                Some(Body::DecisionDuMaire),
            ),
            ("ARRÊTÉ N° 2026-12\nVu la délibération du conseil municipal", Some(Body::Arrete)),
            ("Le conseil municipal arrête les tarifs", Some(Body::ConseilMunicipal)),
            ("Règlement intérieur de la cantine", None),
            ("", None),
        ] {
            assert_eq!(body(text), expected, "{text}");
        }
    }
}
