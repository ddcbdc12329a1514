//! The automatic checks of a request: what is not fine first, each with what was read one click away; then what could not be
//! verified and why, what was set aside, and the rest folded.

use chrono::{DateTime, NaiveTime, Utc};
use maud::{Markup, html};

use super::components::{Tone, alert, badge};
use crate::domain::Habilitation;
use crate::domain::paris::{day_in_words, instant_in_words};
use crate::http::paths;
use crate::instruction::checks::{blocking, is_essential};
use crate::instruction::{Check, Evidence, Verdict};

/// How a verdict is coloured, beside its words.
pub fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Blocking => Tone::Error,
        Verdict::Look => Tone::Warning,
        Verdict::Info => Tone::Info,
        Verdict::Fine => Tone::Success,
        Verdict::Unverified | Verdict::Moot => Tone::Neutral,
    }
}

/// The text with the no-break spaces of French typography: no guillemet nor colon alone at the end of a line.
pub fn french(text: &str) -> String {
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

/// Checks in the order they are read.
struct Sorted<'a> {
    /// Blocking, then likely wrong, then to look at.
    to_judge: Vec<&'a Check>,
    /// Not verified, though a green file takes it.
    essential: Vec<&'a Check>,
    secondary: Vec<&'a Check>,
    aside: Vec<&'a Check>,
    /// Fine, informing, or moot.
    quiet: Vec<&'a Check>,
}

impl<'a> Sorted<'a> {
    fn of(checks: &'a [Check]) -> Self {
        let mut sorted = Self { to_judge: vec![], essential: vec![], secondary: vec![], aside: vec![], quiet: vec![] };
        for check in checks {
            match check.verdict {
                _ if check.is_lifted() => sorted.aside.push(check),
                Verdict::Blocking | Verdict::Look => sorted.to_judge.push(check),
                Verdict::Unverified if is_essential(check) => sorted.essential.push(check),
                Verdict::Unverified => sorted.secondary.push(check),
                Verdict::Info | Verdict::Fine | Verdict::Moot => sorted.quiet.push(check),
            }
        }
        sorted.to_judge.sort_by_key(|check| (check.verdict != Verdict::Blocking, !check.strong));
        sorted
    }
}

/// The section of a request's page. `open`: an answer is owed, so that it begins with the verdict. `may_act`: its reader
/// may set checks aside and have them made again; `has_sources`: and have registers asked again. `one_click`: the button of a green file.
pub fn section(
    habilitation: &Habilitation,
    checks: &[Check],
    open: bool,
    may_act: bool,
    has_sources: bool,
    one_click: &Markup,
) -> Markup {
    let sorted = Sorted::of(checks);
    let number = habilitation.number();
    let acting = may_act.then_some((number.as_str(), habilitation.version));
    html! {
        section .fr-mt-4w #controles aria-label="Contrôles" {
            @if open { (verdict(checks, &sorted)) (one_click) } @else { h2 .fr-h4 { "Contrôles" } }
            @if !sorted.to_judge.is_empty() {
                h3 .fr-h5 .fr-mt-3w { "Points signalés" }
                (list(&sorted.to_judge, acting))
            }
            @if !sorted.essential.is_empty() {
                h3 .fr-h5 .fr-mt-3w { "Points essentiels non vérifiés" }
                (list(&sorted.essential, acting))
            }
            (folded(&sorted.aside, "point écarté par un instructeur", "points écartés par un instructeur", acting))
            (folded(&sorted.quiet, "contrôle conforme ou pour information", "contrôles conformes ou pour information", None))
            (folded(&sorted.secondary, "contrôle secondaire non vérifié", "contrôles secondaires non vérifiés", None))
            @if let Some((number, _)) = acting {
                ul .fr-btns-group .fr-btns-group--inline .fr-btns-group--sm .fr-mt-2w {
                    (again(number, paths::REQUEST_CHECKS, "Refaire les contrôles"))
                    @if has_sources { (again(number, paths::REQUEST_SOURCES, "Interroger de nouveau les sources")) }
                }
            }
        }
    }
}

fn again(number: &str, gesture: &str, words: &str) -> Markup {
    html! { li { form method="post" action=(paths::request_gesture(number, gesture)) {
        button .fr-btn .fr-btn--tertiary type="submit" { (words) }
    } } }
}

/// What stands against accepting, in a few words.
fn verdict(checks: &[Check], sorted: &Sorted<'_>) -> Markup {
    let blocked = blocking(checks).count();
    let look = sorted.to_judge.len() - blocked;
    let unread = sorted.essential.len();
    let unread_words =
        counted(unread, "point essentiel n’a pas été vérifié", "points essentiels n’ont pas été vérifiés");
    let more = html! {
        @if unread > 0 && blocked + look > 0 { p { (unread_words) " automatiquement." } }
        @if !sorted.secondary.is_empty() {
            p {
                (counted(sorted.secondary.len(), "contrôle secondaire n’a pas été fait", "contrôles secondaires n’ont pas été faits"))
                " : rien n’en dépend."
            }
        }
    };
    if blocked > 0 {
        let title = counted(blocked, "point bloque l’acceptation", "points bloquent l’acceptation");
        let title = match look {
            0 => title,
            1 => format!("{title}, 1 autre est à regarder"),
            _ => format!("{title}, {look} autres sont à regarder"),
        };
        return alert(Tone::Error, &title, &more);
    }
    if look > 0 {
        let title = counted(look, "point est à regarder", "points sont à regarder");
        return alert(Tone::Warning, &format!("Rien ne bloque l’acceptation, {title}"), &more);
    }
    if unread > 0 {
        let content = html! {
            p { "Rien n’est à redire à ce qui a été vérifié, mais le dossier n’est pas dit conforme : lisez ces points, puis \
                 acceptez-le, ou écartez-les après les avoir vérifiés vous-même." }
            (more)
        };
        return alert(Tone::Info, &format!("{unread_words} automatiquement"), &content);
    }
    alert(Tone::Success, "Dossier conforme : rien à regarder", &more)
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A list behind its count; nothing when it is empty.
fn folded(checks: &[&Check], one: &str, many: &str, acting: Option<(&str, i64)>) -> Markup {
    html! {
        @if !checks.is_empty() {
            details .habilis-details .fr-mt-2w {
                summary { (counted(checks.len(), one, many)) }
                (list(checks, acting))
            }
        }
    }
}

fn list(checks: &[&Check], acting: Option<(&str, i64)>) -> Markup {
    html! { ul .habilis-checks { @for check in checks { li id=(anchor(check)) { (one(check)) (gesture(check, acting)) } } } }
}

fn anchor(check: &Check) -> String {
    format!("controle-{}", check.code)
}

/// One check: what it says, what to do, what was read.
pub fn one(check: &Check) -> Markup {
    let word = match (check.verdict, check.strong) {
        (Verdict::Look, true) => "à regarder de près",
        (verdict, _) => verdict.label(),
    };
    html! {
        div .habilis-check-title {
            (badge(tone(check.verdict), word))
            p .fr-text--bold .fr-mb-0 { (check.title) " " span .fr-text--sm .fr-text--regular { "(" (check.code) ")" } }
        }
        p .fr-mb-1v { (french(&check.sentence)) }
        @if let Some(remedy) = &check.remedy { p .fr-mb-1v { strong { "À faire : " } (french(remedy)) } }
        @if !check.evidence.is_empty() { (evidence(check)) }
        @if let Some(over) = &check.overridden {
            p .fr-mb-1v .fr-mt-1v {
                @if over.stale {
                    strong { "Jugement périmé : " }
                    "le contrôle dit autre chose depuis que " (over.by) " l’a écarté, le " (instant_in_words(over.at))
                    ", quand il disait « " (french(&over.sentence)) " ». Il compte de nouveau."
                } @else {
                    strong { "Écarté" } " par " (over.by) ", le " (instant_in_words(over.at)) " :"
                }
            }
            blockquote .habilis-quote { (over.reason) }
        }
    }
}

/// Setting aside, or letting count again.
fn gesture(check: &Check, acting: Option<(&str, i64)>) -> Markup {
    let Some((number, version)) = acting else { return html! {} };
    let named = html! { span .fr-sr-only { " : " (check.title) } };
    html! {
        @if check.overridden.is_some() {
            form .fr-mt-1v method="post" action=(paths::request_check_restore(number, check.code)) {
                input type="hidden" name="version" value=(version);
                button .fr-btn .fr-btn--sm .fr-btn--tertiary type="submit" { "Rétablir ce contrôle" (named) }
            }
        }
        @if let Some(why) = check.firm() {
            p .fr-text--sm .fr-mb-0 { "Ce point ne peut pas être écarté. " (why) }
        } @else if check.may_be_overridden() && !check.is_lifted() {
            p .fr-mb-0 { a .fr-link .fr-link--sm href=(paths::request_check(number, check.code)) { "Écarter ce point" (named) } }
        }
    }
}

fn evidence(check: &Check) -> Markup {
    html! {
        details .habilis-details {
            summary { "Ce qui a été lu" span .fr-sr-only { " pour « " (check.title) " »" } }
            ul { @for evidence in &check.evidence { li .habilis-break {
                (source(evidence)) (french(&evidence.text))
                @if let Some(caveat) = &evidence.caveat { " (" (french(caveat)) ")" }
            } } }
        }
    }
}

/// Editions of lists have a day and no hour: they are dated at midnight, UTC.
fn when(at: DateTime<Utc>) -> String {
    if at.time() == NaiveTime::MIN { day_in_words(at.date_naive()) } else { instant_in_words(at) }
}

fn source(evidence: &Evidence) -> Markup {
    html! {
        strong { (evidence.source) }
        @if let Some(at) = evidence.at { ", le " time datetime=(at.to_rfc3339()) { (when(at)) } }
        " : "
    }
}
