//! Who is in charge of a request: the section of its page, and the page that says that somebody was faster.

use maud::{Markup, html};
use uuid::Uuid;

use super::components::{Tone, alert};
use super::history;
use super::layout::{Audience, page};
use super::queue::Colleague;
use crate::domain::paris::instant_in_words;
use crate::domain::transition::allowed;
use crate::domain::{Actor, Habilitation, What};
use crate::http::paths;
use crate::store::events::Line;

/// The section of a request's page. `me` may act, or there is nobody who may.
pub fn section(habilitation: &Habilitation, colleagues: &[Colleague], me: Option<Uuid>) -> Markup {
    let number = habilitation.number();
    let assignee = habilitation.assignee.as_ref();
    let mine = assignee.map(|who| who.id);
    let may = me.filter(|id| {
        let by = Actor::Instructeur { id: *id, name: String::new() };
        allowed(&habilitation.state, habilitation.in_force.is_some(), &by, &What::Assign { to: None })
    });
    html! {
        section .fr-mt-2w .fr-mb-4w aria-labelledby="en-charge" {
            h2 .fr-h6 .fr-mb-1v #en-charge { "En charge" }
            p .fr-mb-1w {
                @match assignee {
                    Some(who) => { strong { (who.name) } ", depuis le " (instant_in_words(who.since)) "." }
                    None => "Personne n’est en charge de cette demande.",
                }
            }
            @if let Some(me) = may {
                ul .fr-btns-group .fr-btns-group--inline .fr-btns-group--sm {
                    @if mine != Some(me) { li { (gesture(&number, habilitation.version, "moi", "Prendre en charge", "")) } }
                    @if mine.is_some() { li { (gesture(&number, habilitation.version, "personne", "Libérer", "")) } }
                }
                (hand_over(&number, habilitation.version, colleagues, me, mine))
            }
        }
    }
}

/// One button that puts somebody in charge; `about` completes its words for who can't see around it.
pub fn gesture(number: &str, version: i64, to: &str, words: &str, back: &str) -> Markup {
    html! {
        form method="post" action=(paths::request_gesture(number, paths::ASSIGN)) {
            input type="hidden" name="version" value=(version);
            @if !back.is_empty() { input type="hidden" name="retour" value=(back); }
            button .fr-btn .fr-btn--sm .fr-btn--tertiary type="submit" name="a" value=(to) {
                (words) span .fr-sr-only { " : demande " (number) }
            }
        }
    }
}

fn hand_over(number: &str, version: i64, colleagues: &[Colleague], me: Uuid, mine: Option<Uuid>) -> Markup {
    let others: Vec<&Colleague> = colleagues.iter().filter(|one| one.id != me && Some(one.id) != mine).collect();
    html! {
        @if !others.is_empty() {
            details .habilis-details {
                summary { "Passer à un collègue" }
                form .habilis-row .fr-mt-1w method="post" action=(paths::request_gesture(number, paths::ASSIGN)) {
                    input type="hidden" name="version" value=(version);
                    div .fr-select-group {
                        label .fr-label for="collegue" { "Collègue" }
                        select .fr-select #collegue name="a" required {
                            @for one in others { option value=(one.id) { (one.name) } }
                        }
                    }
                    button .fr-btn .fr-btn--secondary type="submit" { "Passer la demande" }
                }
            }
        }
    }
}

/// A request that was left as it is.
pub struct Missed {
    pub number: String,
    pub name: String,
    /// Who is in charge of it now.
    pub assignee: Option<String>,
    /// The last line of its history.
    pub latest: Option<Line>,
    /// `None`: it changed since it was read.
    pub why: Option<String>,
}

/// 409: these requests are not those that were read; `done` others were given.
pub fn conflict(viewer: &str, missed: &[Missed], done: usize, back: &str) -> Markup {
    let title = match (missed, done) {
        ([_], 0) => "La demande a changé depuis que vous l’avez lue",
        _ => "Des demandes ont changé depuis que vous les avez lues",
    };
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { "Rien n’a été écrasé : relisez avant de recommencer." }
        @if done > 0 { p { (attributed(done)) } }
        @for one in missed {
            section .fr-mt-3w {
                h2 .fr-h5 { a href=(paths::request(&one.number)) { (one.number) " – " (one.name) } }
                (alert(Tone::Warning, "Attribution inchangée", &html! {
                    p {
                        @match &one.assignee {
                            Some(name) => { "La demande est en ce moment attribuée à " strong { (name) } "." }
                            None => "La demande n’est en ce moment attribuée à personne.",
                        }
                        @if let Some(why) = &one.why { " Raison : " (why) "." }
                    }
                }))
                @if let Some(latest) = &one.latest {
                    h3 .fr-h6 .fr-mt-2w { "Ce qui s’est passé en dernier" }
                    (history::line(latest))
                }
            }
        }
        p .fr-mt-4w { a .fr-btn href=(back) { "Revenir" } }
    };
    page(Audience::BackOffice(viewer), title, &body)
}

/// « 3 demandes ont été attribuées. »
pub fn attributed(count: usize) -> String {
    match count {
        0 | 1 => format!("{count} demande a été attribuée."),
        _ => format!("{count} demandes ont été attribuées."),
    }
}
