//! The shell of every page: landmarks, skip links, header, footer. Design system without the State's brand: the product
//! goes by its own name.

use maud::{DOCTYPE, Markup, html};

use super::viewer;
use crate::http::paths;

/// Who the page is for: what its header offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience<'a> {
    Public,
    /// Somebody logged in: their name.
    BackOffice(&'a str),
}

/// A whole page: `title` is what the tab says, `body` the content of `main`.
pub fn page(audience: Audience<'_>, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="fr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Habilis" }
                link rel="stylesheet" href="/static/dsfr/dsfr.main.min.css";
                link rel="stylesheet" href="/static/dsfr/utility/utility.main.min.css";
                link rel="stylesheet" href="/static/habilis/habilis.css";
                link rel="stylesheet" href="/static/habilis/instruction.css";
                link rel="icon" href="/static/habilis/favicon.svg" type="image/svg+xml";
                script type="module" src="/static/dsfr/dsfr.module.min.js" {}
                script type="module" src="/static/habilis/habilis.js" {}
            }
            body {
                (skip_links())
                (header(audience))
                main #contenu role="main" tabindex="-1" { div .fr-container .fr-py-4w { (body) } }
                (footer())
            }
        }
    }
}

fn skip_links() -> Markup {
    html! {
        div .fr-skiplinks {
            nav .fr-container role="navigation" aria-label="Accès rapide" {
                ul .fr-skiplinks__list {
                    li { a .fr-link href="#contenu" { "Contenu" } }
                    li { a .fr-link href="#pied" { "Pied de page" } }
                }
            }
        }
    }
}

fn header(audience: Audience<'_>) -> Markup {
    html! {
        header .fr-header role="banner" {
            div .fr-header__body { div .fr-container { div .fr-header__body-row .habilis-header-row {
                div .fr-header__brand {
                    div .fr-header__service {
                        a href=(paths::HOME) title="Accueil – Habilis" { p .fr-header__service-title { "Habilis" } }
                        p .fr-header__service-tagline { "Formulaire de transmission du quotient familial" }
                    }
                }
                nav .habilis-header-links role="navigation" aria-label="Menu principal" { ul { (links(audience)) } }
            } } }
        }
    }
}

fn links(audience: Audience<'_>) -> Markup {
    html! {
        @match audience {
            Audience::Public => {
                li { a .fr-link href=(paths::COLLECTIVITES) { "Collectivités" } }
                li { a .fr-link href=(paths::QUEUE) { "Espace instructeur" } }
            }
            Audience::BackOffice(name) => {
                li { a .fr-link href=(paths::QUEUE) { "Demandes" } }
                li { a .fr-link href=(paths::SERVICES) { "Mises en service" } }
                li { a .fr-link href=(paths::DRIFTS) { "Écarts" } }
                @if viewer::may_operate() { li { a .fr-link href=(paths::OPERATION) { "Exploitation" } } }
                li { a .fr-link href=(paths::REASONS) { "Modèles" } }
                li { a .fr-link href=(paths::CHECKS) { "Contrôles" } }
                li { a .fr-link href=(paths::COLLECTIVITES) { "Collectivités" } }
                li { a .fr-link href=(paths::PREFERENCES) { "Préférences" } }
                li { (name) }
                li {
                    form method="post" action=(paths::LOGOUT) {
                        button .fr-btn .fr-btn--sm .fr-btn--tertiary type="submit" { "Se déconnecter" }
                    }
                }
            }
        }
    }
}

fn footer() -> Markup {
    html! {
        footer #pied .fr-footer role="contentinfo" tabindex="-1" {
            div .fr-container {
                div .fr-footer__bottom {
                    ul .fr-footer__bottom-list {
                        li .fr-footer__bottom-item {
                            a .fr-footer__bottom-link href=(paths::ACCESSIBILITY) { "Accessibilité : non conforme" }
                        }
                        li .fr-footer__bottom-item {
                            a .fr-footer__bottom-link href=(paths::API_COLLECTIVITES) { "Liste des collectivités (JSON)" }
                        }
                    }
                }
            }
        }
    }
}
