//! Pieces shared by the public pages: the way back, text to copy, numbered steps.

use maud::{Markup, html};

/// A link to where one came from: works without JavaScript, unlike the design system's breadcrumb on a telephone.
pub fn back(href: &str, text: &str) -> Markup {
    html! {
        p .habilis-no-print { a .fr-link .fr-icon-arrow-left-line .fr-link--icon-left href=(href) { (text) } }
    }
}

/// A button that copies the field `target`; hidden until the script that makes it work is there. `what` completes
/// « Copier » for those who do not see what is beside.
pub fn copy_button(target: &str, what: &str) -> Markup {
    html! {
        button .fr-btn .fr-btn--secondary .fr-icon-clipboard-line .fr-btn--icon-left type="button"
            data-habilis-copy=(target) hidden { "Copier" span .fr-sr-only { " " (what) } }
        p .habilis-copied role="status" data-habilis-copied=(target) {}
    }
}

/// An address in clear, ready to select, with its copy button.
pub fn copyable_address(id: &str, label: &str, address: &str) -> Markup {
    html! {
        div .fr-input-group {
            label .fr-label for=(id) { (label) }
            input .fr-input #(id) type="text" readonly value=(address);
        }
        div .habilis-copy { (copy_button(id, "l’adresse du formulaire")) }
    }
}

/// Several lines to copy. The number of rows keeps the whole text in view on a desk.
pub fn copyable_text(id: &str, label: &str, text: &str) -> Markup {
    let rows: usize = text.lines().map(|line| line.chars().count() / 110 + 1).sum();
    html! {
        div .fr-input-group {
            label .fr-label for=(id) { (label) }
            textarea .fr-input .habilis-text #(id) readonly rows=(rows.clamp(2, 24)) { (text) }
        }
        div .habilis-copy { (copy_button(id, &format!(": {label}"))) }
    }
}

/// What two lines of a département read like: « Département 73 · 73270 HAUTELUCE ».
pub fn place(departement: &str, postal_code: Option<&str>, town: Option<&str>) -> String {
    let town: Vec<&str> = [postal_code, town].into_iter().flatten().filter(|text| !text.is_empty()).collect();
    match town.is_empty() {
        true => format!("Département {departement}"),
        false => format!("Département {departement} · {}", town.join(" ")),
    }
}
