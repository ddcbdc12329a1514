//! Deciding: the three forms of a request's page, the page that asks to confirm, and those that say why a decision was
//! not taken. Nothing typed is ever lost.

use maud::{Markup, html};

use super::components::{self, FieldError, Tone, alert, text_area};
use super::layout::{Audience, page};
use super::request::Links;
use super::{checks, dossier, history};
use crate::domain::Habilitation;
use crate::http::paths;
use crate::instruction::checks::blocking;
use crate::instruction::{Check, Gesture};
use crate::store::events::Line;

/// What a page offers to who reads it.
pub enum Desk<'a> {
    /// These gestures, and what was typed if it was not taken.
    Open { gestures: Vec<Gesture>, typed: Option<Typed<'a>> },
    /// Decisions are taken in DataPass alone.
    InDatapass,
    /// The account may only read.
    ReadOnly,
    /// The reader filed this request.
    Own,
    /// The state calls for no decision.
    Closed,
}

/// A text that was not taken, and why.
pub struct Typed<'a> {
    pub gesture: Gesture,
    pub text: &'a str,
    pub errors: Vec<FieldError>,
}

/// Id and name of the field of a gesture.
pub fn field(gesture: Gesture) -> &'static str {
    match gesture {
        Gesture::Accept => "commentaire",
        Gesture::AskChanges => "motif-modifications",
        Gesture::Refuse => "motif-refus",
    }
}

/// What is wrong with what was typed, for the top of the page.
pub fn error_summary(desk: &Desk<'_>) -> Markup {
    match desk {
        Desk::Open { typed: Some(typed), .. } => components::error_summary(&typed.errors),
        _ => html! {},
    }
}

/// The section of a request's page.
pub fn section(habilitation: &Habilitation, checks: &[Check], desk: &Desk<'_>, links: &Links) -> Markup {
    let content = match desk {
        Desk::Closed => return html! {},
        Desk::Open { gestures, typed } => html! {
            @for gesture in gestures { (form(habilitation, checks, *gesture, typed.as_ref())) }
        },
        Desk::InDatapass => html! {
            p { "Les décisions se prennent dans DataPass ; elles arrivent ici aussitôt." }
            p { (dossier::outside(&links.datapass, "Décider dans DataPass")) }
        },
        Desk::ReadOnly => html! { p { "Votre compte permet de lire les demandes, pas d’y répondre." } },
        Desk::Own => html! {
            p { "Vous avez déposé cette demande : un autre instructeur doit y répondre." }
        },
    };
    html! { section .fr-mt-4w { h2 .fr-h4 #decision { "Décision" } (content) } }
}

fn form(habilitation: &Habilitation, checks: &[Check], gesture: Gesture, typed: Option<&Typed<'_>>) -> Markup {
    let typed = typed.filter(|typed| typed.gesture == gesture);
    let blocked = gesture == Gesture::Accept && blocking(checks).next().is_some();
    html! {
        details .habilis-decision open[typed.is_some() || gesture == Gesture::Accept] {
            summary { (label(gesture)) }
            @if blocked {
                p { "Cette demande ne peut pas être acceptée en l’état :" }
                (checks::points(blocking(checks)))
                p { "Demandez des modifications, ou refusez la demande." }
            } @else {
                form method="post" action=(paths::request_gesture(&habilitation.number(), gesture.name())) novalidate {
                    input type="hidden" name="version" value=(habilitation.version);
                    (text_area(
                        field(gesture),
                        text_label(gesture),
                        Some("Le demandeur le lira dans le courriel qu’il recevra."),
                        typed.map_or("", |typed| typed.text),
                        typed.map_or(&[], |typed| typed.errors.as_slice()),
                    ))
                    button class=(button(gesture)) type="submit" { (label(gesture)) "…" }
                }
            }
        }
    }
}

fn label(gesture: Gesture) -> &'static str {
    match gesture {
        Gesture::Accept => "Accepter",
        Gesture::AskChanges => "Demander des modifications",
        Gesture::Refuse => "Refuser",
    }
}

fn text_label(gesture: Gesture) -> &'static str {
    match gesture {
        Gesture::Accept => "Commentaire (facultatif)",
        Gesture::AskChanges => "Modifications à faire (obligatoire, 10 caractères au moins)",
        Gesture::Refuse => "Motif du refus (obligatoire, 10 caractères au moins)",
    }
}

fn button(gesture: Gesture) -> &'static str {
    if gesture == Gesture::Accept { "fr-btn" } else { "fr-btn fr-btn--secondary" }
}

/// The page that asks to confirm: what will be done, and who will be told.
pub fn confirm(viewer: &str, habilitation: &Habilitation, gesture: Gesture, text: &str) -> Markup {
    let number = habilitation.number();
    let title = format!("{} : demande {number}", label(gesture));
    let reopening = habilitation.is_reopening();
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { (habilitation.dossier.organisation.name) }
        p { (consequence(gesture, reopening)) }
        p {
            "Un courriel partira à " strong { (habilitation.dossier.demandeur.display_name()) } ", "
            span .habilis-break { (habilitation.dossier.demandeur.email) } "."
        }
        @if text.trim().is_empty() { p { "Sans commentaire." } }
        @else { p .fr-mb-1v { "Avec ce texte :" } blockquote .habilis-quote .habilis-prose { (text) } }
        p { "DataPass ne sera pas informé : la décision sera aussi à reporter là-bas." }
        form method="post" action=(paths::request_gesture(&number, gesture.name())) {
            input type="hidden" name="version" value=(habilitation.version);
            input type="hidden" name=(field(gesture)) value=(text);
            input type="hidden" name="confirme" value="oui";
            button .fr-btn type="submit" { "Confirmer" }
        }
        p .fr-mt-2w { a .fr-link href=(paths::request(&number)) { "Revenir à la demande sans rien décider" } }
    };
    page(Audience::BackOffice(viewer), &title, &body)
}

fn consequence(gesture: Gesture, reopening: bool) -> &'static str {
    match (gesture, reopening) {
        (Gesture::Accept, false) => {
            "La mise en service commencera aussitôt : organisation, abonnement et compte dans HubEE, puis ouverture du \
             formulaire aux familles."
        }
        (Gesture::Accept, true) => "Les nouvelles réponses remplaceront celles de l’habilitation en vigueur.",
        (Gesture::AskChanges, false) => {
            "La demande attendra le demandeur ; l’échéance est suspendue jusqu’à sa réponse."
        }
        (Gesture::AskChanges, true) => {
            "La demande attendra le demandeur ; l’habilitation en vigueur le reste pendant ce temps."
        }
        (Gesture::Refuse, false) => "La demande sera close. Le demandeur pourra en faire une autre.",
        (Gesture::Refuse, true) => "Les changements seront abandonnés ; l’habilitation en vigueur le reste.",
    }
}

fn way_back(number: &str) -> Markup {
    html! { p { a .fr-link href=(paths::request(number)) { "Revenir à la demande " (number) } } }
}

/// 409: the request is not the one that was read.
pub fn stale(viewer: &str, number: &str, latest: Option<&Line>, text: &str) -> Markup {
    let title = "La demande a changé depuis que vous l’avez ouverte";
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { "Votre décision n’a pas été prise. Relisez la demande avant de décider." }
        @if let Some(latest) = latest { h2 .fr-h4 { "Ce qui s’est passé en dernier" } (history::line(latest)) }
        (kept(text))
        p { a .fr-btn href=(paths::request(number)) { "Relire la demande " (number) } }
    };
    page(Audience::BackOffice(viewer), title, &body)
}

/// What was typed, so that it can be copied.
fn kept(text: &str) -> Markup {
    html! {
        @if !text.trim().is_empty() {
            div .fr-input-group {
                label .fr-label for="texte-garde" { "Votre texte, à copier si vous en avez encore besoin" }
                textarea .fr-input #texte-garde rows="6" readonly { (text) }
            }
        }
    }
}

/// 422: checks forbid to accept.
pub fn blocked(viewer: &str, number: &str, checks: &[Check], text: &str) -> Markup {
    let title = "Cette demande ne peut pas être acceptée en l’état";
    let body = html! {
        h1 { (title) }
        (alert(Tone::Error, "Points à résoudre", &checks::points(blocking(checks))))
        div .fr-mt-3w { (kept(text)) (way_back(number)) }
    };
    page(Audience::BackOffice(viewer), title, &body)
}

/// 403, 409: nothing was decided, for that reason.
pub fn refused(viewer: &str, number: &str, sentence: &str, text: &str, datapass: Option<&str>) -> Markup {
    let title = "Décision impossible";
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { (sentence) }
        @if let Some(address) = datapass { p { (dossier::outside(address, "Décider dans DataPass")) } }
        (kept(text))
        (way_back(number))
    };
    page(Audience::BackOffice(viewer), title, &body)
}
