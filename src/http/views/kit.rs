//! The kit: texts in which only the brackets remain to be filled, each with its copy button.

use maud::{Markup, html};

use super::collectivite::Shown;
use super::layout::{Audience, page as whole};
use super::public::{back, copyable_text};
use crate::http::paths;
use crate::publication::kit::Kit;

pub fn page(shown: &Shown<'_>, kit: &Kit) -> Markup {
    let name = &shown.collectivite.name;
    let body = html! {
        (back(&paths::collectivite(&shown.collectivite.siret), "Retour à la page de la collectivité"))
        h1 { "Kit de communication" }
        p .fr-text--lead .habilis-break { (name) }
        p {
            "Copiez ces textes et complétez ce qui est entre crochets. Chacun indique aussi comment faire sans \
             FranceConnect : gardez cette phrase, les familles doivent avoir le choix."
        }
        h2 { "Sur votre site" }
        (copyable_text("web-texte", "Texte pour une page", &kit.web_text))
        (copyable_text("web-html", "Le même en HTML", &kit.web_html))
        h2 { "Par courriel" }
        (copyable_text("courriel-objet", "Objet", &kit.email_subject))
        (copyable_text("courriel-corps", "Message", &kit.email_body))
        h2 { "Dans le bulletin" }
        (copyable_text("bulletin", "Entrefilet", &kit.bulletin))
        h2 { "Par SMS" }
        (copyable_text("sms", "Message court", &kit.sms))
        h2 { "À l’accueil" }
        p { a .fr-link href=(shown.part("affiche")) { "Imprimer l’affiche avec le QR code" } }
    };
    whole(Audience::Public, &format!("Kit de communication : {name}"), &body)
}
