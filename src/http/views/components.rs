//! Pieces of page used by several: form fields with their errors, the error summary, alerts, badges.

use maud::{Markup, html};

/// What a person must mend before a form is taken: the field's id, its French name in a sentence, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    pub sentence: String,
}

/// The list of errors at the top of a refused form; takes the focus when the page opens.
pub fn error_summary(errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div .fr-alert .fr-alert--error .fr-mb-4w role="alert" tabindex="-1" autofocus {
                h2 .fr-alert__title { "À corriger pour continuer" }
                ul { @for error in errors { li { a href={ "#" (error.field) } { (error.sentence) } } } }
            }
        }
    }
}

/// How a text field is laid out.
pub struct Field<'a> {
    pub name: &'static str,
    pub label: &'a str,
    pub hint: Option<&'a str>,
    /// `text`, `email`, `password`, `search`…
    pub kind: &'a str,
    pub value: &'a str,
    pub autocomplete: &'a str,
    pub required: bool,
}

/// A one-line field with its label, hint and error.
pub fn text_field(field: &Field<'_>, errors: &[FieldError]) -> Markup {
    let error = errors.iter().find(|e| e.field == field.name);
    let described = format!("{}-messages", field.name);
    html! {
        div .fr-input-group .fr-input-group--error[error.is_some()] {
            label .fr-label for=(field.name) {
                (field.label)
                @if let Some(hint) = field.hint { span .fr-hint-text { (hint) } }
            }
            input .fr-input .fr-input--error[error.is_some()] #(field.name) name=(field.name) type=(field.kind)
                value=(field.value) autocomplete=(field.autocomplete) required[field.required]
                aria-describedby=(described) aria-invalid=[error.map(|_| "true")];
            (messages(&described, error))
        }
    }
}

/// A field of several lines with its label, hint and error.
pub fn text_area(name: &'static str, label: &str, hint: Option<&str>, value: &str, errors: &[FieldError]) -> Markup {
    let error = errors.iter().find(|e| e.field == name);
    let described = format!("{name}-messages");
    html! {
        div .fr-input-group .fr-input-group--error[error.is_some()] {
            label .fr-label for=(name) {
                (label)
                @if let Some(hint) = hint { span .fr-hint-text { (hint) } }
            }
            textarea .fr-input .fr-input--error[error.is_some()] #(name) name=(name) rows="4"
                aria-describedby=(described) aria-invalid=[error.map(|_| "true")] { (value) }
            (messages(&described, error))
        }
    }
}

/// A field that takes a PDF, with its label, hint and error.
pub fn file_field(name: &'static str, label: &str, hint: &str, errors: &[FieldError]) -> Markup {
    let error = errors.iter().find(|e| e.field == name);
    let described = format!("{name}-messages");
    html! {
        div .fr-upload-group .fr-upload-group--error[error.is_some()] {
            label .fr-label for=(name) { (label) span .fr-hint-text { (hint) } }
            input .fr-upload #(name) name=(name) type="file" accept="application/pdf,.pdf"
                aria-describedby=(described) aria-invalid=[error.map(|_| "true")];
            (messages(&described, error))
        }
    }
}

fn messages(id: &str, error: Option<&FieldError>) -> Markup {
    html! {
        div .fr-messages-group #(id) aria-live="polite" {
            @if let Some(error) = error { p .fr-message .fr-message--error { (error.sentence) } }
        }
    }
}

/// The colour of a badge or an alert; always beside words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Neutral,
    Info,
    Success,
    Warning,
    Error,
}

impl Tone {
    fn word(self) -> Option<&'static str> {
        match self {
            Self::Neutral => None,
            Self::Info => Some("info"),
            Self::Success => Some("success"),
            Self::Warning => Some("warning"),
            Self::Error => Some("error"),
        }
    }
}

/// A short state in a box.
pub fn badge(tone: Tone, text: &str) -> Markup {
    let class =
        tone.word().map_or_else(|| "fr-badge".to_owned(), |w| format!("fr-badge fr-badge--{w} fr-badge--no-icon"));
    html! { p class=(class) { (text) } }
}

/// A message with a title and some content.
pub fn alert(tone: Tone, title: &str, content: &Markup) -> Markup {
    let class = format!("fr-alert fr-alert--{}", tone.word().unwrap_or("info"));
    html! { div class=(class) { h2 .fr-alert__title { (title) } (content) } }
}
