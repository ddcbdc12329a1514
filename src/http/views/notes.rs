//! Notes between colleagues, on the instructeur's page alone.

use maud::{Markup, html};
use uuid::Uuid;

use super::components::{FieldError, text_area};
use super::messages::done;
use crate::domain::paris::instant_in_words;
use crate::http::paths;
use crate::messages::notes::Note;

/// What the section shows.
pub struct Notes<'a> {
    /// `D61234`.
    pub number: &'a str,
    pub notes: &'a [Note],
    /// The account that may write and strike its own; `None` only reads.
    pub writer: Option<Uuid>,
    /// Fresh with each page: the same form sent twice is one note.
    pub key: Uuid,
    /// A text that was not taken, and why.
    pub typed: &'a str,
    pub errors: &'a [FieldError],
    /// What was just done.
    pub done: Option<&'static str>,
}

/// The conversation, then the notes below it.
pub fn talk(conversation: &Markup, notes: &Notes<'_>) -> Markup {
    html! { (conversation) (section(notes)) }
}

/// The section of a request's page.
pub fn section(notes: &Notes<'_>) -> Markup {
    html! {
        section .fr-mt-4w {
            h2 .fr-h4 #(paths::NOTES) { "Notes internes" }
            p { "Le demandeur ne les voit jamais. Une note ne s’efface pas : son auteur peut la rayer." }
            (done(notes.done))
            @if notes.notes.is_empty() { p { "Aucune note pour l’instant." } }
            @else { ol .habilis-history { @for note in notes.notes { li { (one(note, notes)) } } } }
            @if notes.writer.is_some() {
                form method="post" action=(paths::request_gesture(notes.number, paths::NOTES)) novalidate {
                    input type="hidden" name="cle" value=(notes.key);
                    (text_area("note", "Votre note", Some("5\u{a0}000 caractères au plus."), notes.typed, notes.errors))
                    button .fr-btn .fr-btn--secondary type="submit" { "Ajouter la note" }
                }
            }
        }
    }
}

fn one(note: &Note, notes: &Notes<'_>) -> Markup {
    let when = instant_in_words(note.at);
    html! {
        p .fr-mb-1v {
            strong { (note.author) } br;
            span .fr-text--sm {
                time datetime=(note.at.to_rfc3339()) { (when) }
                @if let Some(at) = note.struck_at { ", rayée par son auteur le " (instant_in_words(at)) }
            }
        }
        blockquote .habilis-quote .habilis-lines {
            @if note.struck_at.is_some() { del { (note.body) } } @else { (note.body) }
        }
        @if note.struck_at.is_none() && notes.writer == Some(note.author_id) {
            form method="post" action=(paths::request_gesture(notes.number, &paths::note_strike(&note.id.to_string()))) {
                button .fr-btn .fr-btn--sm .fr-btn--tertiary type="submit" {
                    "Rayer la note" span .fr-sr-only { " du " (when) }
                }
            }
        }
    }
}
