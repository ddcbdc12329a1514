//! The texts that answers start from: their list, the form of one, and the page that asks before one is removed.

use maud::{Markup, html};
use uuid::Uuid;

use super::components::{Field, FieldError, Tone, alert, error_summary, text_area, text_field};
use super::layout::{Audience, page};
use crate::domain::paris::{day_in_words, paris};
use crate::http::paths;
use crate::instruction::Gesture;
use crate::instruction::decision::VARIABLES;
use crate::store::reasons::ReasonRow;

/// A template in its form.
pub struct Edited<'a> {
    /// None for a new one.
    pub id: Option<Uuid>,
    pub gesture: Gesture,
    pub title: &'a str,
    pub body: &'a str,
    /// When what is edited was written: nobody's change is overwritten.
    pub read_at: &'a str,
}

/// The whole list. `done`: what was just done to it.
pub fn list(viewer: &str, rows: &[ReasonRow], may_write: bool, done: &str) -> Markup {
    let title = "Modèles de texte";
    let body = html! {
        p { a .fr-link href=(paths::QUEUE) { "Toutes les demandes" } }
        h1 { (title) }
        @match done {
            "enregistre" => (said("Le modèle est enregistré")),
            "supprime" => (said("Le modèle est supprimé")),
            _ => {},
        }
        p {
            "Les réponses partent de ces textes, que chacun adapte avant d’envoyer. "
            @if !may_write { "Seuls les responsables les modifient." }
        }
        @for gesture in Gesture::WORDED { (of_gesture(rows, gesture, may_write)) }
    };
    page(Audience::BackOffice(viewer), title, &body)
}

fn said(title: &str) -> Markup {
    html! { div .fr-mb-3w role="status" { (alert(Tone::Success, title, &html! {})) } }
}

fn of_gesture(rows: &[ReasonRow], gesture: Gesture, may_write: bool) -> Markup {
    let ours: Vec<&ReasonRow> = rows.iter().filter(|row| row.gesture == gesture.name()).collect();
    html! {
        section .fr-mb-4w {
            h2 .fr-h4 { (gesture.label()) }
            @if ours.is_empty() { p { "Aucun modèle." } }
            @for row in ours { (one(row, may_write)) }
            @if may_write {
                p {
                    a .fr-btn .fr-btn--secondary href={ (paths::REASON_NEW) "?geste=" (gesture.name()) } {
                        "Ajouter un modèle" span .fr-sr-only { " pour « " (gesture.label()) " »" }
                    }
                }
            }
        }
    }
}

fn one(row: &ReasonRow, may_write: bool) -> Markup {
    let id = row.id.to_string();
    html! {
        article .fr-mb-3w {
            h3 .fr-h6 .fr-mb-1v { (row.title) }
            p .habilis-quote .habilis-lines { (row.body) }
            p .fr-text--sm .fr-mb-1v {
                "Écrit par " (row.updated_by) " le " (day_in_words(paris(row.updated_at).date_naive())) "."
            }
            @if may_write {
                p {
                    a .fr-link href=(paths::reason(&id)) { "Modifier" span .fr-sr-only { " « " (row.title) " »" } }
                    " – "
                    a .fr-link href=(paths::reason_delete(&id)) { "Supprimer" span .fr-sr-only { " « " (row.title) " »" } }
                }
            }
        }
    }
}

/// The form of a template, with what is wrong with it.
pub fn form(viewer: &str, edited: &Edited<'_>, errors: &[FieldError]) -> Markup {
    let title = if edited.id.is_some() { "Modifier un modèle de texte" } else { "Ajouter un modèle de texte" };
    let action = edited.id.map_or_else(|| paths::REASONS.to_owned(), |id| paths::reason(&id.to_string()));
    let name = Field {
        name: "titre",
        label: "Titre",
        hint: Some("Vu des seuls instructeurs. 50 caractères au plus."),
        kind: "text",
        value: edited.title,
        autocomplete: "off",
        required: true,
    };
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { "Pour le geste « " (edited.gesture.label()) " »" }
        (error_summary(errors))
        (variables())
        form method="post" action=(action) novalidate {
            input type="hidden" name="geste" value=(edited.gesture.name());
            input type="hidden" name="lu" value=(edited.read_at);
            (text_field(&name, errors))
            (text_area("texte", "Texte", Some("Lu par le demandeur, une fois adapté."), edited.body, errors))
            button .fr-btn type="submit" { "Enregistrer" }
        }
        p .fr-mt-2w { a .fr-link href=(paths::REASONS) { "Revenir aux modèles sans rien changer" } }
    };
    page(Audience::BackOffice(viewer), title, &body)
}

fn variables() -> Markup {
    html! {
        p .fr-mb-1v { "Ces variables sont remplacées quand le texte est inséré dans une réponse :" }
        ul { @for (name, meaning) in VARIABLES { li { code { "{{" (name) "}}" } " : " (meaning) } } }
    }
}

/// The page that asks before a template is removed.
pub fn confirm_delete(viewer: &str, row: &ReasonRow) -> Markup {
    let title = "Supprimer un modèle de texte";
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { (row.title) }
        p .habilis-quote .habilis-lines { (row.body) }
        p { "Les réponses déjà envoyées ne changent pas." }
        form method="post" action=(paths::reason_delete(&row.id.to_string())) {
            button .fr-btn type="submit" { "Supprimer" }
        }
        p .fr-mt-2w { a .fr-link href=(paths::REASONS) { "Revenir aux modèles sans rien changer" } }
    };
    page(Audience::BackOffice(viewer), title, &body)
}
