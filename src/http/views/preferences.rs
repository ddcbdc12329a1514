//! The settings page of somebody logged in: one box per sort of mail.

use maud::{Markup, html};

use super::components::{Tone, alert};
use super::layout::{Audience, page as whole};
use crate::http::paths;
use crate::reminders::Topic;

/// One box.
pub struct Choice {
    pub topic: Topic,
    pub wanted: bool,
}

/// `saved`: the page answers a change.
pub fn page(viewer: &str, email: &str, choices: &[Choice], saved: bool, operates: bool) -> Markup {
    let body = html! {
        div .fr-grid-row { div .fr-col-12 .fr-col-md-8 {
            @if saved {
                div .fr-mb-4w role="status" {
                    (alert(Tone::Success, "Préférences enregistrées", &html! { p { "Elles valent dès maintenant." } }))
                }
            }
            h1 { "Préférences" }
            @if choices.is_empty() {
                p { "Votre rôle ne reçoit aucun courriel du service." }
            } @else {
                (form(email, choices))
            }
            @if operates {
                p .fr-mt-4w { a .fr-link href=(paths::OPERATION) { "Exploitation : ce qui est arrêté ou en quarantaine" } }
            }
            p .fr-mt-4w { a .fr-link href=(paths::QUEUE) { "Revenir aux demandes" } }
        } }
    };
    whole(Audience::BackOffice(viewer), "Préférences", &body)
}

fn form(email: &str, choices: &[Choice]) -> Markup {
    html! {
        form method="post" action=(paths::PREFERENCES) {
            fieldset .fr-fieldset aria-labelledby="courriels-legende" {
                legend #courriels-legende .fr-fieldset__legend .fr-fieldset__legend--regular {
                    "Courriels à envoyer à " span .habilis-break { (email) }
                }
                @for choice in choices { (checkbox(choice)) }
            }
            button .fr-btn type="submit" { "Enregistrer" }
        }
    }
}

fn checkbox(choice: &Choice) -> Markup {
    let name = choice.topic.name();
    html! {
        div .fr-fieldset__element { div .fr-checkbox-group {
            input #(name) name=(name) type="checkbox" value="oui" checked[choice.wanted];
            label .fr-label for=(name) {
                (choice.topic.label())
                span .fr-hint-text { (choice.topic.description()) }
            }
        } }
    }
}
