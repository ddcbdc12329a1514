//! The history of a request and the mails sent about it, newest first, in sentences.

use maud::{Markup, html};

use crate::domain::paris::instant_in_words;
use crate::domain::{Change, Event};
use crate::store::events::Line;
use crate::store::mails::MailRow;

/// One line of history as a sentence, without who and when.
pub fn sentence(event: &Event) -> String {
    match event {
        Event::Saved => "Brouillon enregistré dans DataPass".into(),
        Event::Submitted { reopening: true, .. } => "Réouverture soumise".into(),
        Event::Submitted { again: true, .. } => "Demande complétée et soumise à nouveau".into(),
        Event::Submitted { .. } => "Demande soumise".into(),
        Event::Accepted { .. } => "Demande acceptée".into(),
        Event::Conforming => "Acceptation en un clic, contrôles conformes".into(),
        Event::Refused { .. } => "Demande refusée".into(),
        Event::ReopeningRefused { .. } => {
            "Réouverture refusée : l’habilitation reste en vigueur sans changement".into()
        }
        Event::ChangesRequested { .. } => "Modifications demandées".into(),
        Event::Reopened => "Demande rouverte par le demandeur".into(),
        Event::ReopeningCancelled => "Réouverture annulée : l’habilitation reste en vigueur sans changement".into(),
        Event::Revoked { .. } => "Habilitation révoquée".into(),
        Event::PartlyRevoked => "Une des habilitations révoquée dans DataPass : une autre reste en vigueur".into(),
        Event::Archived => "Demande archivée".into(),
        Event::Transferred { from, to, .. } => format!("Demande transférée : {from}, puis {to}"),
        Event::Confirmed => "DataPass dit désormais la même chose".into(),
        Event::Contradicted { ours, theirs } => {
            format!("DataPass dit « {theirs} », la décision prise ici est « {ours} »")
        }
        Event::ReceivedLate { event, fired_at } => {
            format!("Événement « {event} » du {} reçu en retard : noté, sans effet", instant_in_words(*fired_at))
        }
        Event::Recovered { event, fired_at } => {
            format!("{} du {} retrouvée par rapprochement avec DataPass", recovered(event), instant_in_words(*fired_at))
        }
        Event::ServiceDelayed { .. } => "Mise en service retardée".into(),
        Event::Relaunched => "Mise en service relancée".into(),
        Event::ServiceOpened => "Mise en service terminée : le formulaire est ouvert aux familles".into(),
        Event::Corrected { field, before, after } => {
            format!("Correction de « {field} » pour HubEE : « {before} » devient « {after} »")
        }
        Event::Adjusted { .. } => "Données ajustées automatiquement pour HubEE".into(),
        Event::ServiceDecided { decision, .. } => format!("Décision sur la mise en service : {decision}"),
        Event::ActivationDeclared => "Activation de l’abonnement déclarée par la collectivité".into(),
        Event::AccountConfirmed => "Compte HubEE du demandeur confirmé".into(),
        Event::OpenedByHand { .. } => "Formulaire ouvert sans relecture dans HubEE, sur décision".into(),
        Event::CheckOverridden { code, sentence, .. } => {
            format!("Contrôle {code} écarté : « {} »", sentence.trim_end_matches('.'))
        }
        Event::CheckRestored { code } => format!("Contrôle {code} rétabli : il compte de nouveau"),
        Event::SourcesAsked => "Sources interrogées de nouveau".into(),
        Event::Assigned { from: None, to: Some(to) } => format!("Demande attribuée à {to}"),
        Event::Assigned { from: Some(from), to: Some(to) } => {
            format!("Demande attribuée à {to}, à la place de {from}")
        }
        Event::Assigned { from: Some(from), to: None } => format!("Demande libérée, elle était attribuée à {from}"),
        Event::Assigned { from: None, to: None } => "Demande libérée".into(),
        Event::Upkeep(upkeep) => super::upkeep::sentence(upkeep),
    }
}

/// What an event of DataPass is, for one that had to be looked for.
fn recovered(event: &str) -> &'static str {
    match event {
        "submit" => "Soumission",
        "approve" => "Acceptation",
        "refuse" => "Décision de refus",
        "request_changes" => "Demande de modifications",
        "revoke" => "Révocation",
        "archive" | "system_archive" => "Suppression",
        "reopen" => "Réouverture",
        "cancel_reopening" => "Annulation de la réouverture",
        "transfer" => "Transmission à un autre demandeur",
        _ => "Saisie",
    }
}

fn reason(event: &Event) -> Option<&str> {
    match event {
        Event::Accepted { comment } => comment.as_deref(),
        Event::Refused { reason }
        | Event::ReopeningRefused { reason }
        | Event::ChangesRequested { reason }
        | Event::Revoked { reason } => reason.as_deref(),
        Event::ServiceDelayed { why, .. } => Some(why),
        Event::Upkeep(upkeep) => upkeep.reason(),
        Event::OpenedByHand { reason } => Some(reason),
        Event::CheckOverridden { reason, .. } => Some(reason),
        _ => None,
    }
}

/// One line: when, who, what, why.
pub fn line(line: &Line) -> Markup {
    html! {
        p .fr-mb-1v {
            strong { (sentence(&line.event)) } br;
            span .fr-text--sm { time datetime=(line.at.to_rfc3339()) { (instant_in_words(line.at)) } ", " (line.by.display_name()) }
        }
        @if let Some(reason) = reason(&line.event) { blockquote .habilis-quote .habilis-lines { (reason) } }
        @if let Some(changes) = changes(&line.event) { (differences(changes, line.seq, matches!(line.event, Event::Adjusted { .. }))) }
    }
}

/// What a submission changed since the one before, or a transfer. `None`: nothing to compare with.
fn changes(event: &Event) -> Option<&[Change]> {
    match event {
        Event::Submitted { changes, .. } | Event::Transferred { changes, .. } => changes.as_deref(),
        Event::Adjusted { changes } => Some(changes),
        _ => None,
    }
}

fn differences(changes: &[Change], seq: i64, sent: bool) -> Markup {
    let side = |value: &Option<String>| html! { @match value { Some(text) => (text), None => em { "vide" } } };
    let title = format!("changements-{seq}");
    html! {
        @if changes.is_empty() { p .fr-text--sm { "Aucun changement dans les réponses." } }
        @else {
            div .fr-table .fr-table--sm .fr-mb-2w { div .fr-table__wrapper { div .fr-table__container {
                div .fr-table__content tabindex="0" role="region" aria-labelledby=(title) {
                    table .fr-cell--multiline {
                        caption #(title) { (counted(changes.len(), sent)) }
                        thead { tr { th scope="col" { "Champ" } th scope="col" { "Avant" } th scope="col" { "Après" } } }
                        tbody { @for change in changes { tr {
                            th scope="row" { (change.field) }
                            td .habilis-break .habilis-lines { (side(&change.before)) }
                            td .habilis-break .habilis-lines { (side(&change.after)) }
                        } } }
                    }
                }
            } } }
        }
    }
}

/// `sent`: of what HubEE is told, rather than of the answers.
fn counted(count: usize, sent: bool) -> String {
    match (count, sent) {
        (1, true) => "1 donnée ajustée".into(),
        (_, true) => format!("{count} données ajustées"),
        (1, false) => "1 réponse modifiée".into(),
        (_, false) => format!("{count} réponses modifiées"),
    }
}

/// The whole history.
pub fn list(lines: &[Line]) -> Markup {
    html! {
        @if lines.is_empty() { p { "Rien ne s’est encore passé." } }
        @else { ol .habilis-history { @for one in lines { li { (line(one)) } } } }
    }
}

/// The mails sent, or about to be.
pub fn mails(mails: &[MailRow]) -> Markup {
    html! {
        @if mails.is_empty() { p { "Aucun courriel n’a été envoyé." } }
        @else { ul .habilis-history { @for mail in mails { li {
            p .fr-mb-1v {
                strong { (mail.subject) } br;
                span .fr-text--sm .habilis-break { "À " (mail.recipient) " – " (fate(mail)) }
            }
        } } } }
    }
}

fn fate(mail: &MailRow) -> String {
    match (mail.sent_at, &mail.last_error) {
        (Some(at), _) => format!("envoyé le {}", instant_in_words(at)),
        (None, Some(_)) => format!("non envoyé après {} essais : un nouvel essai est prévu", mail.attempts),
        (None, None) => format!("prévu le {}, pas encore envoyé", instant_in_words(mail.created_at)),
    }
}
