//! The automatic checks: the worst first in the summary, then all of them with what was read.

use maud::{Markup, html};

use super::components::{Tone, badge};
use crate::domain::paris::instant_in_words;
use crate::instruction::{Check, Evidence, Verdict};

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Blocking => Tone::Error,
        Verdict::Look => Tone::Warning,
        Verdict::Info => Tone::Info,
        Verdict::Fine => Tone::Success,
        Verdict::Unverified | Verdict::Moot => Tone::Neutral,
    }
}

/// The text with the no-break spaces of French typography: no guillemet nor colon alone at the end of a line.
fn french(text: &str) -> String {
    let signs = [("« ", "«\u{a0}"), (" »", "\u{a0}»"), (" : ", "\u{a0}: "), (" ; ", "\u{202f}; "), (" ?", "\u{202f}?")];
    signs.iter().fold(text.to_owned(), |text, (loose, tight)| text.replace(loose, tight))
}

/// Checks as a plain list: the sentence, then what to do.
pub fn points<'a>(checks: impl Iterator<Item = &'a Check>) -> Markup {
    html! {
        ul { @for check in checks {
            li { (french(&check.sentence)) @if let Some(remedy) = &check.remedy { " " strong { (french(remedy)) } } }
        } }
    }
}

/// Every check, each with its evidence folded.
pub fn list(checks: &[Check]) -> Markup {
    html! {
        ul .habilis-checks { @for check in checks {
            li {
                div .habilis-check-title {
                    (badge(tone(check.verdict), check.verdict.label()))
                    h3 .fr-h6 .fr-mb-0 { (check.title) " " span .fr-text--sm .fr-text--regular { "(" (check.code) ")" } }
                }
                p .fr-mb-1v { (french(&check.sentence)) }
                @if let Some(remedy) = &check.remedy { p .fr-mb-1v { strong { "À faire : " } (french(remedy)) } }
                @if !check.evidence.is_empty() { (evidence(check)) }
            }
        } }
    }
}

fn evidence(check: &Check) -> Markup {
    html! {
        details .habilis-details {
            summary { "Ce qui a été lu" span .fr-sr-only { " pour « " (check.title) " »" } }
            ul { @for evidence in &check.evidence { li .habilis-break { (source(evidence)) (evidence.text) } } }
        }
    }
}

fn source(evidence: &Evidence) -> Markup {
    html! {
        strong { (evidence.source) }
        @if let Some(at) = evidence.at { ", le " time datetime=(at.to_rfc3339()) { (instant_in_words(at)) } }
        " : "
    }
}
