//! Fields of the console's forms: a label, a hint, what was typed and what is wrong of it. Knows no form.

use maud::{Markup, html};

pub(super) fn select<'a>(
    name: &str,
    label: &str,
    choices: impl Iterator<Item = (&'a str, &'a str)>,
    chosen: &str,
) -> Markup {
    html! {
        div class="fr-select-group" {
            label class="fr-label" for=(name) { (label) }
            select class="fr-select" id=(name) name=(name) {
                @for (value, label) in choices { option value=(value) selected[value == chosen] { (label) } }
            }
        }
    }
}

/// A field of digits.
pub(super) fn input(name: &str, label: &str, hint: &str, value: &str, problem: Option<&str>) -> Markup {
    field(name, label, hint, value, problem, Some("numeric"))
}

/// A field of any text.
pub(super) fn text(name: &str, label: &str, hint: &str, value: &str, problem: Option<&str>) -> Markup {
    field(name, label, hint, value, problem, None)
}

fn field(name: &str, label: &str, hint: &str, value: &str, problem: Option<&str>, mode: Option<&str>) -> Markup {
    let messages = problem.map(|_| format!("{name}-messages"));
    html! {
        div class={ "fr-input-group" @if problem.is_some() { " fr-input-group--error" } } {
            label class="fr-label" for=(name) { (label) span class="fr-hint-text" { (hint) } }
            input class="fr-input" type="text" inputmode=[mode] id=(name) name=(name) value=(value)
                aria-describedby=[messages.as_deref()] aria-invalid=[problem.map(|_| "true")];
            @if let Some(problem) = problem { p class="fr-error-text" id=[messages.as_deref()] { (problem) } }
        }
    }
}
