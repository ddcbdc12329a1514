//! The public page of a collectivité: the form's address, its QR code, and what helps to make it known.

use maud::{Markup, html};

use super::layout::{Audience, page as whole};
use super::public::{back, copyable_address, place};
use crate::http::paths;
use crate::store::collectivites::Collectivite;

/// A collectivité whose form is open.
pub struct Shown<'a> {
    pub collectivite: &'a Collectivite,
    /// Where families fill it in.
    pub form: String,
}

impl Shown<'_> {
    /// Address of something below this page.
    pub fn part(&self, part: &str) -> String {
        paths::collectivite_part(&self.collectivite.siret, part)
    }

    /// Its QR code as a picture.
    pub fn qr_code(&self) -> Markup {
        let alt = format!("QR code du formulaire de {}", self.collectivite.name);
        html! { img .habilis-qr src=(self.part("qr.svg")) alt=(alt) width="256" height="256"; }
    }
}

pub fn page(shown: &Shown<'_>) -> Markup {
    let collectivite = shown.collectivite;
    let place = place(&collectivite.departement, collectivite.postal_code.as_deref(), collectivite.town.as_deref());
    let body = html! {
        (back(paths::COLLECTIVITES, "Toutes les collectivités"))
        h1 .fr-mb-1w .habilis-break { (collectivite.name) }
        p .fr-text--lead { (place) }
        p {
            "Cette collectivité propose aux familles de lui transmettre leur quotient familial en ligne, avec FranceConnect."
        }
        p { a .fr-btn href=(shown.form) { "Voir le formulaire" } }
        h2 { "Faire connaître le formulaire" }
        div .fr-grid-row .fr-grid-row--gutters {
            div .fr-col-12 .fr-col-md-7 {
                (copyable_address("adresse", "Adresse du formulaire", &shown.form))
                (tools(shown))
            }
            div .fr-col-12 .fr-col-md-5 { (qr_code(shown)) }
        }
    };
    whole(Audience::Public, &format!("{} ({})", collectivite.name, collectivite.departement), &body)
}

fn tools(shown: &Shown<'_>) -> Markup {
    html! {
        h3 .fr-h6 .fr-mt-4w { "Prêts à l’emploi" }
        ul {
            li { a .fr-link href=(shown.part("affiche")) { "Affiche à imprimer" } " : pour l’accueil et les écoles" }
            li { a .fr-link href=(shown.part("kit")) { "Kit de communication" } " : textes pour le site, les courriels, les SMS" }
        }
    }
}

fn qr_code(shown: &Shown<'_>) -> Markup {
    html! {
        h3 .fr-h6 { "QR code" }
        (shown.qr_code())
        ul .fr-raw-list .habilis-downloads .fr-mt-2w {
            li {
                a .fr-link .fr-link--download href={ (shown.part("qr.png")) "?telecharger=1" } {
                    "Télécharger le QR code en PNG"
                    span .fr-link__detail { "Pour l’écran : image de 480 pixels de côté" }
                }
            }
            li {
                a .fr-link .fr-link--download href={ (shown.part("qr.svg")) "?telecharger=1" } {
                    "Télécharger le QR code en SVG"
                    span .fr-link__detail { "Pour l’impression : net à toutes les tailles" }
                }
            }
        }
    }
}

/// 404: unknown or misspelt, all alike.
pub fn closed() -> Markup {
    let title = "Cette collectivité ne propose pas (ou plus) le formulaire";
    let body = html! {
        h1 { (title) }
        p .fr-text--lead {
            "Vérifiez l’adresse, ou cherchez votre collectivité dans la liste."
        }
        p {
            "Si elle n’y est pas, remettez-lui l’attestation de quotient familial de votre CAF ou de votre MSA."
        }
        p { a .fr-btn href=(paths::COLLECTIVITES) { "Chercher ma collectivité" } }
    };
    whole(Audience::Public, title, &body)
}
