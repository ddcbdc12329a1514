//! The login page, and the one that says to come back later.

use maud::{Markup, html};

use super::components::{Field, FieldError, Tone, alert, error_summary, text_field};
use super::layout::{Audience, page as whole_page};
use crate::http::paths;

/// Names of the form's fields.
pub const EMAIL: &str = "email";
pub const PASSWORD: &str = "mot-de-passe";

/// What the login form holds; the password is never given back.
pub struct LoginForm<'a> {
    pub email: &'a str,
    /// Path of the page to open afterwards; empty without any.
    pub next: &'a str,
    pub errors: &'a [FieldError],
}

/// The login form.
pub fn page(form: &LoginForm<'_>) -> Markup {
    let title = if form.errors.is_empty() { "Connexion" } else { "Erreur – Connexion" };
    let body = html! {
        div .fr-grid-row { div .fr-col-12 .fr-col-md-8 .fr-col-lg-6 {
            h1 { "Se connecter à l’espace instructeur" }
            (error_summary(form.errors))
            form method="post" action=(paths::LOGIN) {
                p .fr-text--sm { "Les deux champs sont obligatoires." }
                (text_field(&email(form.email), form.errors))
                (text_field(&password(), form.errors))
                @if !form.next.is_empty() { input type="hidden" name="suite" value=(form.next); }
                button .fr-btn .fr-mt-2w type="submit" { "Se connecter" }
            }
            p .fr-mt-4w .fr-text--sm {
                "Mot de passe oublié ou compte manquant : adressez-vous à l’administrateur du service."
            }
        } }
    };
    whole_page(Audience::Public, title, &body)
}

fn email(value: &str) -> Field<'_> {
    Field {
        name: EMAIL,
        label: "Adresse électronique",
        hint: Some("Format attendu : prenom.nom@domaine.fr"),
        kind: "email",
        value,
        autocomplete: "username",
        required: true,
    }
}

fn password() -> Field<'static> {
    Field {
        name: PASSWORD,
        label: "Mot de passe",
        hint: None,
        kind: "password",
        value: "",
        autocomplete: "current-password",
        required: true,
    }
}

/// After too many failures.
pub fn too_many(minutes: i64) -> Markup {
    let wait = if minutes > 1 { format!("{minutes} minutes") } else { "une minute".to_owned() };
    let body = html! {
        h1 { "Connexion suspendue" }
        (alert(Tone::Warning, "Trop de tentatives de connexion", &html! {
            p { "Par sécurité, la connexion est suspendue. Vous pourrez réessayer dans " (wait) "." }
        }))
        p .fr-mt-4w { a .fr-link href=(paths::LOGIN) { "Revenir à la page de connexion" } }
    };
    whole_page(Audience::Public, "Connexion suspendue", &body)
}
