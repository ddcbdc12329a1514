//! What lists have in common: links that narrow them, each with how many lines it leads to, and the way to the next page.
//! Knows no list.

use maud::{Markup, html};

/// A link to one sort of lines.
pub struct Sort<'a> {
    pub label: &'a str,
    /// Lines it leads to, when they are counted.
    pub count: Option<i64>,
    pub address: String,
    /// These are the lines shown.
    pub current: bool,
}

/// The sorts of a list. `name` says what they sort.
pub fn sorts(name: &str, sorts: &[Sort<'_>]) -> Markup {
    html! {
        nav .habilis-tabs .fr-mb-3w role="navigation" aria-label=(name) {
            ul { @for sort in sorts {
                li { a href=(sort.address) aria-current=[sort.current.then_some("page")] {
                    (sort.label) @if let Some(count) = sort.count { " (" (count) ")" }
                } }
            } }
        }
    }
}

/// Back to the start of a list that was turned, and on to what follows: the address of each, when there is one.
pub fn pages(start: Option<&str>, next: Option<&str>) -> Markup {
    html! {
        @if start.is_some() || next.is_some() {
            nav .fr-mt-2w role="navigation" aria-label="Pages de la liste" {
                @if let Some(start) = start { a .fr-link .fr-mr-2w href=(start) { "Revenir au début" } }
                @if let Some(next) = next { a .fr-link href=(next) { "Suite de la liste" } }
            }
        }
    }
}
