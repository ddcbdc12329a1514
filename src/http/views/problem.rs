//! Pages for what went wrong, each with a way out.

use maud::{Markup, html};

use super::layout::{Audience, page};
use crate::http::paths;

fn problem(title: &str, sentence: &str) -> Markup {
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { (sentence) }
        p { a .fr-link href=(paths::HOME) { "Revenir à l’accueil" } }
    };
    page(Audience::Public, title, &body)
}

/// 404.
pub fn not_found() -> Markup {
    problem("Page introuvable", "Cette page n’existe pas ou n’existe plus. Vérifiez l’adresse.")
}

/// 405.
pub fn not_allowed() -> Markup {
    problem(
        "Geste à refaire",
        "Cette adresse est celle d’un geste, pas d’une page. Revenez à la page d’où il part pour le refaire.",
    )
}

/// 403.
pub fn forbidden() -> Markup {
    problem("Accès refusé", "Votre compte ne permet pas ce geste. Demandez-le à un responsable.")
}

/// 500.
pub fn internal() -> Markup {
    problem("Erreur du service", "Le service n’a pas pu répondre. Rien n’est perdu : réessayez dans un instant.")
}
