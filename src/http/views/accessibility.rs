//! The accessibility statement, as the law asks for it: what is known, without claiming an audit that was not made.

use maud::{Markup, html};

use super::layout::{Audience, page as whole};

/// The service's mailbox, which DataPass shows too.
const CONTACT: &str = "support@particulier.api.gouv.fr";

pub fn page() -> Markup {
    let body = html! {
        h1 { "Déclaration d’accessibilité" }
        p {
            "Habilis est conçu pour être utilisable par tous, conformément à l’article 47 de la loi n° 2005-102 du \
             11 février 2005. Cette déclaration s’applique à toutes ses pages."
        }
        h2 { "État de conformité" }
        p {
            "Habilis est " strong { "non conforme" } " au référentiel général d’amélioration de l’accessibilité (RGAA), \
             version 4.1 : aucun audit n’a encore été réalisé. Les défauts ne sont donc pas recensés."
        }
        h2 { "Ce qui est fait dès la conception" }
        ul {
            li { "Chaque page fonctionne au clavier et sans JavaScript." }
            li { "Les titres, les régions de page et les champs de formulaire sont balisés et nommés." }
            li { "Aucune information n’est donnée par la couleur seule." }
        }
        h2 { "Signaler une difficulté" }
        p {
            "Si vous ne pouvez pas accéder à un contenu ou à un service, écrivez-nous : nous vous indiquerons une autre \
             façon d’y accéder."
        }
        p { a .fr-link href={ "mailto:" (CONTACT) } { (CONTACT) } }
        h2 { "Voies de recours" }
        p { "Si vous nous avez signalé un défaut d’accessibilité et que notre réponse ne vous satisfait pas, vous pouvez :" }
        ul {
            li {
                "écrire au "
                a href="https://formulaire.defenseurdesdroits.fr" { "Défenseur des droits" } " ;"
            }
            li {
                "contacter son "
                a href="https://www.defenseurdesdroits.fr/saisir/delegues" { "délégué dans votre région" } " ;"
            }
            li { "lui envoyer un courrier, sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07." }
        }
    };
    whole(Audience::Public, "Déclaration d’accessibilité", &body)
}
