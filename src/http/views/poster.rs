//! The poster, on one A4 sheet: what is printed is what is framed on the screen.

use maud::{Markup, html};

use super::collectivite::Shown;
use super::layout::{Audience, page as whole};
use super::public::back;
use crate::http::paths;

pub fn page(shown: &Shown<'_>) -> Markup {
    let collectivite = shown.collectivite;
    let body = html! {
        (back(&paths::collectivite(&collectivite.siret), "Retour à la page de la collectivité"))
        div .habilis-no-print .fr-mb-4w {
            p { "Imprimez cette page au format A4 : seul le cadre ci-dessous sera imprimé. Sans bouton, passez par le menu \
                 « Imprimer » de votre navigateur." }
            button .fr-btn .fr-icon-printer-line .fr-btn--icon-left type="button" data-habilis-print hidden { "Imprimer" }
        }
        (sheet(shown))
    };
    whole(Audience::Public, &format!("Affiche : {}", collectivite.name), &body)
}

fn sheet(shown: &Shown<'_>) -> Markup {
    html! {
        div .habilis-sheet {
            p .habilis-sheet-name .habilis-break { (shown.collectivite.name) }
            h1 .habilis-sheet-title { "Transmettez-nous votre quotient familial en quelques minutes" }
            p .habilis-sheet-how { "Scannez ce code et identifiez-vous avec FranceConnect : aucun document à fournir." }
            (shown.qr_code())
            p .habilis-sheet-address .habilis-break { (shown.form) }
            p .habilis-sheet-other {
                strong { "Sans FranceConnect ?" }
                " Remettez-nous l’attestation de quotient familial de votre CAF (caf.fr) ou de votre MSA \
                 (monespaceprive.msa.fr)."
            }
        }
    }
}
