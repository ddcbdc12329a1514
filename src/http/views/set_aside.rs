//! The page on which an instructeur sets one check of a request aside, with a reason.

use maud::{Markup, html};

use super::checks;
use super::components::{FieldError, error_summary, text_area};
use super::layout::{Audience, page};
use crate::domain::Habilitation;
use crate::http::paths;
use crate::instruction::Check;

/// `text`: what was typed, when it was not taken.
pub fn form(viewer: &str, habilitation: &Habilitation, check: &Check, text: &str, errors: &[FieldError]) -> Markup {
    let number = habilitation.number();
    let title = format!("Écarter le contrôle {} : demande {number}", check.code);
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { (habilitation.dossier.organisation.name) }
        (error_summary(errors))
        h2 .fr-h4 { "Ce que dit le contrôle" }
        (checks::one(check))
        h2 .fr-h4 .fr-mt-3w { "Pourquoi il ne doit pas compter" }
        p {
            "Ce jugement ne vaut que pour cette demande. Il reste quand les contrôles sont refaits, et cesse si celui-ci vient à \
             dire autre chose. Il est noté dans l’historique, et peut être annulé."
        }
        form method="post" action=(paths::request_check(&number, check.code)) novalidate {
            input type="hidden" name="version" value=(habilitation.version);
            input type="hidden" name="lu" value=(check.fingerprint());
            (text_area("motif", "Motif (obligatoire, 10 caractères au moins)", Some("Lu par vos collègues, pas par le demandeur."), text, errors))
            button .fr-btn type="submit" { "Écarter ce point" }
        }
        p .fr-mt-2w { a .fr-link href=(paths::request(&number)) { "Revenir à la demande sans rien changer" } }
    };
    page(Audience::BackOffice(viewer), &title, &body)
}
