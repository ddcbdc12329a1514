//! The responsables' page on the checks: what each reads, how serious it is, what it found; and the form of one of them.

use maud::{Markup, html};

use super::checks::french;
use super::components::{FieldError, Tone, alert, badge, error_summary, text_area};
use super::layout::{Audience, page};
use crate::domain::paris::instant_in_words;
use crate::http::paths;
use crate::instruction::checks::Severity;
use crate::instruction::checks::catalogue::{self, CATALOGUE, Entry};
use crate::store::checks::{SettingRow, Tally};

/// Findings below which a ratio means nothing.
const ENOUGH: i64 = 5;
/// Changes shown below the list.
const SHOWN: usize = 50;

/// Over how long what was found is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Month,
    Quarter,
    Year,
    Ever,
}

impl Period {
    const ALL: [Self; 4] = [Self::Month, Self::Quarter, Self::Year, Self::Ever];

    /// Three months when nothing is understood.
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.name() == name).unwrap_or(Self::Quarter)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Month => "30",
            Self::Quarter => "90",
            Self::Year => "365",
            Self::Ever => "tout",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Month => "30 jours",
            Self::Quarter => "90 jours",
            Self::Year => "un an",
            Self::Ever => "depuis le début",
        }
    }

    /// `None`: since ever.
    pub fn days(self) -> Option<u64> {
        self.name().parse().ok()
    }
}

/// What the list shows.
pub struct List<'a> {
    pub viewer: &'a str,
    pub may_set: bool,
    pub period: Period,
    /// Oldest first.
    pub changes: &'a [SettingRow],
    pub tallies: &'a [Tally],
    /// Code of the check that was just set.
    pub done: &'a str,
}

/// What is said of a check that is set aside too often.
pub fn remark(tally: &Tally) -> Option<String> {
    if tally.found < ENOUGH || tally.overridden * 2 < tally.found {
        return None;
    }
    let tenth = (tally.overridden * 10 / tally.found).min(10);
    Some(if tenth >= 9 {
        format!("Écarté {tenth} fois sur 10 : c’est une mauvaise règle, à adoucir ou à éteindre.")
    } else {
        format!("Écarté {tenth} fois sur 10 : la règle est à revoir.")
    })
}

fn setting(changes: &[&SettingRow]) -> Severity {
    changes.last().and_then(|row| Severity::parse(&row.severity)).unwrap_or(Severity::Usual)
}

/// The whole list.
pub fn list(list: &List<'_>) -> Markup {
    let title = "Contrôles automatiques";
    let body = html! {
        h1 { (title) }
        @if let Some(entry) = catalogue::of(list.done) {
            div .fr-mb-3w role="status" {
                (alert(Tone::Success, &format!("Le contrôle {} est réglé", entry.code), &html! {
                    p { "Toutes les demandes sont contrôlées de nouveau, en arrière-plan. Ce qui a été écarté le reste." }
                }))
            }
        }
        p {
            "Ce que lit chaque contrôle, ce qu’il a trouvé et ce qu’en ont fait les instructeurs. "
            @if !list.may_set { "Seuls les responsables les règlent." }
        }
        nav .habilis-tabs .fr-mb-3w role="navigation" aria-label="Période" {
            ul { @for period in Period::ALL {
                li { a href={ (paths::CHECKS) "?periode=" (period.name()) } aria-current=[(period == list.period).then_some("page")] {
                    (period.label())
                } }
            } }
        }
        (table(list))
        h2 .fr-h4 .fr-mt-4w { "Réglages changés" }
        @if list.changes.is_empty() { p { "Aucun réglage n’a été changé." } }
        @else { (history(&list.changes.iter().rev().take(SHOWN).collect::<Vec<_>>())) }
    };
    page(Audience::BackOffice(list.viewer), title, &body)
}

fn table(list: &List<'_>) -> Markup {
    html! {
        div .fr-table { div .fr-table__wrapper { div .fr-table__container {
            div .fr-table__content tabindex="0" role="region" aria-labelledby="titre-controles" {
                table .fr-cell--multiline {
                    caption #titre-controles { "Contrôles, " (list.period.label()) }
                    thead { tr {
                        th scope="col" { "Contrôle" }
                        th scope="col" { "Lit" }
                        th scope="col" { "Réglage" }
                        th scope="col" { "Demandes contrôlées" }
                        th scope="col" { "Points signalés" }
                        th scope="col" { "Écartés" }
                    } }
                    tbody { @for entry in &CATALOGUE { (line(list, entry)) } }
                }
            }
        } } }
    }
}

fn line(list: &List<'_>, entry: &Entry) -> Markup {
    let ours: Vec<&SettingRow> = list.changes.iter().filter(|row| row.code == entry.code).collect();
    let none = Tally::default();
    let tally = list.tallies.iter().find(|tally| tally.code == entry.code).unwrap_or(&none);
    html! {
        tr #(entry.code) {
            th scope="row" .habilis-roomy {
                a href=(paths::check(entry.code)) { (entry.code) " – " (entry.title) }
            }
            td .habilis-roomy { (entry.reads) }
            td { (severity_words(entry, setting(&ours))) }
            td { (tally.made) }
            td { (tally.found) }
            td .habilis-roomy {
                (tally.overridden.max(0))
                @if let Some(remark) = remark(tally) { br; strong { (french(&remark)) } }
            }
        }
    }
}

fn severity_words(entry: &Entry, severity: Severity) -> Markup {
    html! {
        @match severity {
            Severity::Usual => { "habituel : " (entry.usual.label()) @if entry.usual.is_finding() { " au plus" } },
            Severity::Off => (badge(Tone::Neutral, "éteint")),
            other => (badge(Tone::Info, &other.label().to_lowercase())),
        }
    }
}

fn history(changes: &[&SettingRow]) -> Markup {
    let words = |row: &SettingRow| match Severity::parse(&row.severity) {
        Some(severity) => severity.label().to_owned(),
        None => row.severity.clone(),
    };
    html! {
        ol .habilis-history { @for row in changes { li {
            p .fr-mb-1v {
                strong { (row.code) " : " (words(row)) }
                br;
                span .fr-text--sm { time datetime=(row.at.to_rfc3339()) { (instant_in_words(row.at)) } ", " (row.author) }
            }
            blockquote .habilis-quote .habilis-prose { (row.reason) }
        } } }
    }
}

/// A setting that was not taken.
pub struct Typed<'a> {
    pub severity: &'a str,
    pub reason: &'a str,
    pub read: i64,
    pub errors: &'a [FieldError],
}

/// The page of one check: what it is, its form, its changes. `changes`: its own, oldest first.
pub fn one(viewer: &str, may_set: bool, entry: &Entry, changes: &[&SettingRow], typed: Option<&Typed<'_>>) -> Markup {
    let title = format!("Contrôle {} – {}", entry.code, entry.title);
    let errors = typed.map_or(&[][..], |typed| typed.errors);
    let current = setting(changes);
    let body = html! {
        h1 { (title) }
        (error_summary(errors))
        dl .habilis-letter-head {
            dt { "Lit" } dd { (entry.reads) }
            dt { "D’habitude" } dd { (entry.usual.label()) @if entry.usual.is_finding() { " au plus, selon ce qui est trouvé" } }
            dt { "Dossier conforme" } dd { @if entry.essential { "demande que ce contrôle soit conforme ou écarté" } @else { "n’en dépend pas, sauf si un point est signalé" } }
            dt { "Réglage" } dd { (current.label()) }
        }
        @if let Some(why) = entry.firm {
            p { "Ce contrôle ne se règle pas et ne s’écarte pas quand il bloque. " (why) }
        } @else if may_set {
            (form(entry, changes, current, typed, errors))
        } @else {
            p { "Seuls les responsables règlent les contrôles." }
        }
        h2 .fr-h4 .fr-mt-4w { "Réglages changés" }
        @if changes.is_empty() { p { "Ce contrôle n’a jamais été réglé." } }
        @else { (history(&changes.iter().rev().copied().collect::<Vec<_>>())) }
        p .fr-mt-2w { a .fr-link href=(paths::CHECKS) { "Tous les contrôles" } }
    };
    page(Audience::BackOffice(viewer), &title, &body)
}

fn form(
    entry: &Entry,
    changes: &[&SettingRow],
    current: Severity,
    typed: Option<&Typed<'_>>,
    errors: &[FieldError],
) -> Markup {
    let chosen = typed.map_or(current.name(), |typed| typed.severity);
    let read = typed.map_or_else(|| changes.last().map_or(0, |row| row.revision), |typed| typed.read);
    let error = errors.iter().find(|error| error.field == "reglage");
    html! {
        h2 .fr-h4 { "Régler" }
        form method="post" action=(paths::check(entry.code)) novalidate {
            input type="hidden" name="lu" value=(read);
            fieldset .fr-fieldset .fr-fieldset--error[error.is_some()] #reglage tabindex="-1" aria-labelledby="reglage-titre reglage-messages" {
                legend .fr-fieldset__legend #reglage-titre { "Quand ce contrôle trouve quelque chose" }
                @for severity in Severity::ALL {
                    @let id = format!("reglage-{}", severity.name());
                    div .fr-fieldset__element { div .fr-radio-group {
                        input #(id) type="radio" name="reglage" value=(severity.name()) checked[severity.name() == chosen];
                        label .fr-label for=(id) { (severity.label()) span .fr-hint-text { (meaning(severity)) } }
                    } }
                }
                div .fr-messages-group #reglage-messages aria-live="polite" {
                    @if let Some(error) = error { p .fr-message .fr-message--error { (error.sentence) } }
                }
            }
            (text_area(
                "motif",
                "Motif (obligatoire, 10 caractères au moins)",
                Some("Lu par vos collègues, ici et dans un an."),
                typed.map_or("", |typed| typed.reason),
                errors,
            ))
            button .fr-btn type="submit" { "Enregistrer le réglage" }
        }
    }
}

fn meaning(severity: Severity) -> &'static str {
    match severity {
        Severity::Usual => "La gravité dépend de ce qui est trouvé.",
        Severity::Block => "Tout point signalé empêche d’accepter, sauf s’il est écarté.",
        Severity::Look => "Tout point signalé est à lire avant d’accepter ; rien ne bloque.",
        Severity::Inform => "Les points sont dits, sans empêcher l’acceptation en un clic.",
        Severity::Off => "Le contrôle n’est plus fait, ni montré.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_set_aside_too_often_is_told() {
        let tally = |found, overridden| Tally { code: "C9".into(), made: 100, found, overridden };
        for (found, overridden, words) in [
            (0, 0, None),
            (4, 4, None),
            (10, 4, None),
            (10, 5, Some("5 fois sur 10 : la règle est à revoir")),
            (10, 9, Some("9 fois sur 10 : c’est une mauvaise règle")),
            (20, 25, Some("10 fois sur 10")),
        ] {
            let said = remark(&tally(found, overridden));
            assert_eq!(said.is_some(), words.is_some(), "{found} {overridden}");
            assert!(said.is_none_or(|said| said.contains(words.unwrap_or_default())), "{found} {overridden}");
        }
    }
}
