//! The page behind the link at the foot of a reminder: asks once, then says it is done. Names nobody: whoever holds the
//! link sees it.

use maud::{Markup, html};

use super::layout::{Audience, page as whole};
use crate::http::paths;
use crate::reminders::Topic;

/// The question.
pub fn ask(token: &str, topic: Topic) -> Markup {
    let body = html! {
        h1 { "Ne plus recevoir ces courriels" }
        p { "Courriels concernés : " strong { (topic.label()) } "." }
        p { (topic.description()) }
        form method="post" action=(paths::unsubscribe(token)) {
            button .fr-btn type="submit" { "Ne plus les recevoir" }
        }
        (settings())
    };
    whole(Audience::Public, "Ne plus recevoir ces courriels", &body)
}

/// The answer, now or before.
pub fn done(topic: Topic) -> Markup {
    let body = html! {
        h1 { "Vous ne recevrez plus ces courriels" }
        p { "Courriels arrêtés : " strong { (topic.label()) } "." }
        (settings())
    };
    whole(Audience::Public, "Vous ne recevrez plus ces courriels", &body)
}

fn settings() -> Markup {
    html! {
        p .fr-mt-4w {
            a .fr-link href=(paths::PREFERENCES) { "Choisir les courriels que vous recevez" }
            " (connexion demandée)"
        }
    }
}
