//! The public page of a collectivité whose form was open and is not: why, in plain words, and what families do instead.

use maud::{Markup, html};

use super::layout::{Audience, page as whole};
use crate::http::paths;

/// Why it is not open.
pub enum Why<'a> {
    Paused,
    Closed,
    /// The service is offered by another body of the collectivité; linked once its form is open.
    Transferred {
        to: &'a str,
        link: Option<&'a str>,
    },
    /// The commune is part of another one.
    Merged {
        into: &'a str,
        link: Option<&'a str>,
    },
}

pub fn page(name: &str, why: &Why<'_>) -> Markup {
    let title = title(name, why);
    let body = html! {
        h1 .habilis-break { (title) }
        p .fr-text--lead { (lead(why)) }
        @match why {
            Why::Transferred { to, link: Some(link) } | Why::Merged { into: to, link: Some(link) } => {
                p { a .fr-btn href=(link) { "Aller à la page de " (to) } }
            }
            Why::Transferred { link: None, .. } | Why::Merged { link: None, .. } => {
                p { "Son formulaire n’est pas encore ouvert : revenez dans quelques jours." }
            }
            Why::Paused | Why::Closed => {},
        }
        p { (otherwise(why)) }
        p { a .fr-link href=(paths::COLLECTIVITES) { "Chercher une autre collectivité" } }
    };
    whole(Audience::Public, &title, &body)
}

fn title(name: &str, why: &Why<'_>) -> String {
    match why {
        Why::Paused => format!("{name} : service momentanément suspendu"),
        Why::Closed => format!("{name} ne propose plus le formulaire"),
        Why::Transferred { to, .. } => format!("{name} : le formulaire est maintenant proposé par {to}"),
        Why::Merged { into, .. } => format!("{name} fait désormais partie de {into}"),
    }
}

fn lead(why: &Why<'_>) -> &'static str {
    match why {
        Why::Paused => {
            "Cette collectivité ne reçoit pas de quotient familial en ligne pour le moment. Ce que vous avez déjà transmis \
             lui est bien parvenu."
        }
        Why::Closed => {
            "Le quotient familial ne peut plus lui être transmis en ligne. Ce que vous avez déjà transmis lui est bien parvenu."
        }
        Why::Transferred { .. } => {
            "Cette page n’est plus utilisée : transmettez votre quotient familial depuis la nouvelle."
        }
        Why::Merged { .. } => {
            "Les deux communes n’en font plus qu’une : c’est elle qui reçoit votre quotient familial."
        }
    }
}

fn otherwise(why: &Why<'_>) -> &'static str {
    match why {
        Why::Closed => {
            "Remettez à vos services d’accueil l’attestation de quotient familial de votre CAF ou de votre MSA."
        }
        Why::Paused | Why::Transferred { link: None, .. } | Why::Merged { link: None, .. } => {
            "En attendant, remettez à vos services d’accueil l’attestation de quotient familial de votre CAF ou de votre MSA."
        }
        Why::Transferred { .. } | Why::Merged { .. } => {
            "Si vous n’utilisez pas FranceConnect, remettez à vos services d’accueil l’attestation de quotient familial de \
             votre CAF ou de votre MSA."
        }
    }
}
