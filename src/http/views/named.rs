//! An abonnement of HubEE that an instructeur names by its id: what HubEE shows of it, and how it differs, before they take
//! it. Nothing is taken on the strength of 36 characters alone.

use maud::{Markup, html};

use super::components::{Tone, alert};
use super::layout::{Audience, page as layout};
use super::service::compared;
use crate::http::paths;
use crate::provisioning::Look;

pub struct Named<'a> {
    pub viewer: &'a str,
    /// `D61234`.
    pub number: &'a str,
    pub organisation: &'a str,
    pub version: i64,
    pub id: &'a str,
    pub look: &'a Look,
}

/// The page that asks to confirm, or says why it can't be.
pub fn page(view: &Named<'_>) -> Markup {
    let title = format!("Rattacher un abonnement : demande {}", view.number);
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { (view.organisation) }
        p .habilis-break { "Abonnement HubEE " strong { (view.id) } }
        (seen(view.look))
        @if matches!(view.look, Look::Shown(_) | Look::Unreadable) { (confirmation(view)) }
        p .fr-mt-2w { a .fr-link href={ (paths::request(view.number)) "#mise-en-service" } { "Revenir à la demande sans rien rattacher" } }
    };
    layout(Audience::BackOffice(view.viewer), &title, &body)
}

fn seen(look: &Look) -> Markup {
    match look {
        Look::Shown(differences) if differences.list.is_empty() => html! {
            p { "HubEE le montre, et il est tel que la demande." }
        },
        Look::Shown(differences) => html! {
            (compared(differences))
            p { "Il sera utilisé tel quel : rien n’y est changé." }
        },
        Look::Unreadable => alert(
            Tone::Warning,
            "Nos identifiants ne permettent pas de lire cet abonnement",
            &html! { p { "Il sera rattaché sur votre parole : vérifiez l’identifiant avec le support HubEE." } },
        ),
        Look::NotOurs(why) => alert(
            Tone::Error,
            "Cet abonnement ne peut pas être rattaché",
            &html! {
                p { (why) " Vérifiez l’identifiant que donne le support HubEE." }
            },
        ),
        Look::Failed(why) => alert(
            Tone::Error,
            "L’abonnement n’a pas pu être lu",
            &html! {
                p { (why) ". Rien n’a été rattaché : recommencez dans quelques minutes." }
            },
        ),
    }
}

fn confirmation(view: &Named<'_>) -> Markup {
    html! {
        form method="post" action=(paths::request_gesture(view.number, paths::SERVICE_ADOPT)) {
            input type="hidden" name="version" value=(view.version);
            input type="hidden" name="choix" value="autre";
            input type="hidden" name="identifiant" value=(view.id);
            input type="hidden" name="confirme" value="oui";
            button .fr-btn type="submit" { "Rattacher cet abonnement" }
        }
    }
}
