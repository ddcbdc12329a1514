//! The conversation about a request, on the instructeur's page and on the demandeur's. Texts are shown as they were
//! typed: nothing in them becomes a link.

use maud::{Markup, html};
use uuid::Uuid;

use super::components::{FieldError, Tone, badge, error_summary, text_area};
use crate::domain::paris::instant_in_words;
use crate::http::paths;
use crate::messages::{Message, Side, Thread};

/// What one side sees of it.
pub struct Conversation<'a> {
    pub reader: Side,
    pub thread: &'a Thread,
    /// Where a message is posted.
    pub send: String,
    /// Where « read » is posted.
    pub mark: String,
    pub may_write: bool,
    /// Says that the messages shown were read, by a gesture or by answering.
    pub may_mark: bool,
    /// Why the reader can't write, if they can't.
    pub closed: &'a str,
    /// Fresh with each page: the same form sent twice is one message.
    pub key: Uuid,
    /// A text that was not taken, and why.
    pub typed: &'a str,
    pub errors: &'a [FieldError],
    /// What was just done.
    pub done: Option<&'static str>,
}

/// The top of a page: what must be mended, or what is new.
pub fn notice(errors: &[FieldError], unread: usize) -> Markup {
    let words = if unread == 1 { "nouveau message" } else { "nouveaux messages" };
    html! {
        (error_summary(errors))
        @if unread > 0 {
            div .fr-alert .fr-alert--info .fr-alert--sm .fr-mb-3w {
                p { (unread) " " (words) " : " a href={ "#" (paths::MESSAGES) } { "lire et répondre" } }
            }
        }
    }
}

/// The whole conversation, under the heading `title`.
pub fn section(title: &str, conversation: &Conversation<'_>) -> Markup {
    let thread = conversation.thread;
    html! {
        section .fr-mt-4w {
            h2 .fr-h4 #(paths::MESSAGES) { (title) }
            (done(conversation.done))
            @if thread.is_cut() { p { "Seuls les derniers messages sont affichés." } }
            @if thread.messages.is_empty() { p { "Aucun message pour l’instant." } }
            @else { ol .habilis-history { @for message in &thread.messages { li { (one(message, conversation.reader)) } } } }
            (mark(conversation))
            @if conversation.may_write { (form(conversation)) } @else { (closed(conversation)) }
        }
    }
}

/// What was just done, told once.
pub fn done(sentence: Option<&str>) -> Markup {
    html! {
        @if let Some(sentence) = sentence {
            div role="status" { div .fr-alert .fr-alert--success .fr-alert--sm .fr-mb-3w { p { (sentence) } } }
        }
    }
}

fn one(message: &Message, reader: Side) -> Markup {
    let new = message.side != reader && message.read_at.is_none();
    html! {
        p .fr-mb-1v {
            strong .habilis-break { (writer(message, reader)) } br;
            span .fr-text--sm {
                time datetime=(message.at.to_rfc3339()) { (instant_in_words(message.at)) }
                @if let Some(at) = message.read_at.filter(|_| message.side == reader) { ", lu le " (instant_in_words(at)) }
            }
        }
        @if new { (badge(Tone::Info, "nouveau")) }
        blockquote .habilis-quote .habilis-lines { (message.body) }
    }
}

/// The demandeur's page names no demandeur: whoever holds the link sees it.
fn writer(message: &Message, reader: Side) -> String {
    match (message.side, reader) {
        (Side::Demandeur, Side::Demandeur) => "Demandeur".into(),
        (Side::Demandeur, Side::Instructeur) => format!("{} (demandeur)", message.author),
        (Side::Instructeur, _) => format!("{} (instructeur)", message.author),
    }
}

fn mark(conversation: &Conversation<'_>) -> Markup {
    let last = conversation.thread.last().filter(|_| conversation.thread.unread(conversation.reader) > 0);
    html! {
        @if let (Some(last), true) = (last, conversation.may_mark) {
            form .fr-mb-3w method="post" action=(conversation.mark) {
                input type="hidden" name="vu" value=(last);
                button .fr-btn .fr-btn--sm .fr-btn--secondary type="submit" { "Marquer les messages comme lus" }
            }
        }
    }
}

fn form(conversation: &Conversation<'_>) -> Markup {
    let hint = match conversation.reader {
        Side::Instructeur => "Le demandeur le recevra par courriel, avec votre nom. 5\u{a0}000 caractères au plus.",
        Side::Demandeur => "Un instructeur sera prévenu par courriel. 5\u{a0}000 caractères au plus.",
    };
    html! {
        form method="post" action=(conversation.send) novalidate {
            @if let Some(last) = conversation.thread.last() { input type="hidden" name="vu" value=(last); }
            input type="hidden" name="cle" value=(conversation.key);
            (text_area("message", "Votre message", Some(hint), conversation.typed, conversation.errors))
            button .fr-btn type="submit" { "Envoyer le message" }
        }
    }
}

fn closed(conversation: &Conversation<'_>) -> Markup {
    html! {
        p { (conversation.closed) }
        @if !conversation.typed.trim().is_empty() {
            div .fr-input-group {
                label .fr-label for="message" { "Votre texte, à copier si vous en avez encore besoin" }
                textarea .fr-input #message rows="6" readonly { (conversation.typed) }
            }
        }
    }
}
