//! The home page: what the service is, for whom, and the way from a request to an open form.

use maud::{Markup, html};

use super::layout::{Audience, page as whole};
use crate::http::paths;

const STEPS: [(&str, &str); 5] = [
    (
        "Vous déposez une demande dans DataPass",
        "Préparez le SIRET de la collectivité, la délibération qui mentionne le quotient familial et les coordonnées de \
         votre délégué à la protection des données.",
    ),
    (
        "Nous vous répondons sous trois jours ouvrés",
        "Un instructeur vérifie la demande et vous écrit si quelque chose manque.",
    ),
    (
        "Nous vous abonnons à HubEE",
        "HubEE est le portail où vos agents reçoivent les dossiers. Si vous n’y avez pas de compte, il vous écrit pour \
         choisir un mot de passe.",
    ),
    ("Votre formulaire s’ouvre", "Vous recevez son adresse, son QR code et un lien de suivi à chaque étape."),
    (
        "Vous l’annoncez aux familles",
        "Une affiche et des textes prêts à copier vous attendent sur la page de votre collectivité.",
    ),
];

/// `file` is where a request is filed.
pub fn page(file: &str) -> Markup {
    let body = html! {
        h1 { "Recevez le quotient familial des familles, sans justificatif" }
        p .fr-text--lead {
            "Habilis ouvre à votre collectivité le formulaire avec lequel les familles transmettent leur quotient familial \
             au moyen de FranceConnect."
        }
        div .fr-grid-row .fr-grid-row--gutters .fr-mb-4w {
            div .fr-col-12 .fr-col-md-8 { (for_collectivites(file)) }
            div .fr-col-12 .fr-col-md-4 { (for_others()) }
        }
        h2 #etapes { "De la demande au formulaire ouvert" }
        ol .habilis-steps {
            @for (title, text) in STEPS {
                li .habilis-step { h3 .fr-h6 .fr-mb-1v { (title) } p { (text) } }
            }
        }
    };
    whole(Audience::Public, "Accueil : ouvrir le formulaire du quotient familial", &body)
}

fn for_collectivites(file: &str) -> Markup {
    html! {
        div .habilis-panel {
            h2 .fr-h4 { "Vous êtes une collectivité" }
            p {
                "Commune, centre communal d’action sociale, intercommunalité, département : si vos tarifs dépendent du \
                 quotient familial, demandez l’ouverture du formulaire. Il est gratuit."
            }
            p { "Vous avez une réponse " strong { "sous trois jours ouvrés" } "." }
            a .fr-btn href=(file) { "Déposer une demande dans DataPass" }
            p .fr-mt-2w .fr-mb-0 {
                "Demande déjà déposée ? Suivez-la avec le lien reçu par courriel."
            }
        }
    }
}

fn for_others() -> Markup {
    html! {
        div .habilis-panel {
            h2 .fr-h4 { "Vous êtes une famille" }
            p { "Votre démarche se fait sur le formulaire de votre collectivité, pas ici." }
            p { a .fr-link href=(paths::COLLECTIVITES) { "Trouver ma collectivité" } }
            h2 .fr-h4 { "Vous êtes instructeur" }
            p .fr-mb-0 { a .fr-link href=(paths::QUEUE) { "Ouvrir l’espace instructeur" } }
        }
    }
}
