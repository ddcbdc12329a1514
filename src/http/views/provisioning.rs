//! The mise en service on the page of a request: its steps, why it stops and what to do, what was exchanged with HubEE.
//! Refreshed by itself when scripts run; a link does it otherwise.

use maud::{Markup, html};

use super::components::{FieldError, Tone, badge, error_summary};
use super::service::gestures;
use crate::domain::Change;
use crate::domain::paris::instant_in_words;
use crate::http::paths;
use crate::provisioning::{Corrections, ErrorClass, Place, Progress, Status, Step};
use crate::store::provisioning::CallRow;

/// What the section shows.
pub struct Section<'a> {
    /// `D61234`.
    pub number: &'a str,
    pub version: i64,
    pub progress: &'a Progress,
    /// The public page of the collectivité, once open.
    pub page: Option<String>,
    /// This person may set things right.
    pub may_act: bool,
    /// This person may start it again, or put it aside.
    pub may_mend: bool,
    /// This person may say that the demandeur's account at HubEE works.
    pub may_confirm: bool,
    pub corrections: &'a Corrections,
    /// SIRET of the éditeur of the request.
    pub editeur: Option<&'a str>,
    pub errors: &'a [FieldError],
}

/// The colour of a status; always beside its words.
pub fn tone(status: Status) -> Tone {
    match status {
        Status::Running => Tone::Info,
        Status::Retrying | Status::AwaitingActivation => Tone::Warning,
        Status::Held | Status::Parked => Tone::Error,
        Status::Open => Tone::Success,
    }
}

/// The whole section.
pub fn section(view: &Section<'_>) -> Markup {
    html! {
        section .fr-mt-4w {
            h2 .fr-h4 #mise-en-service { "Mise en service" }
            (error_summary(view.errors))
            (live(view))
            @if view.may_confirm { (confirming(view)) }
            @if view.may_mend && view.progress.status != Status::Open { (gestures(view)) }
            p .fr-mt-2w { a .fr-link href=(paths::request_gesture(view.number, paths::SERVICE_JOURNAL)) { "Tous les échanges avec HubEE" } }
        }
    }
}

/// The part that moves by itself.
pub fn live(view: &Section<'_>) -> Markup {
    let progress = view.progress;
    let moving = matches!(progress.status, Status::Running | Status::Retrying);
    let address = paths::request_gesture(view.number, paths::SERVICE);
    html! {
        div data-habilis-live=[moving.then_some(&address)] {
            p .fr-sr-only role="status" { "Mise en service : " (progress.status.label()) }
            (badge(tone(progress.status), progress.status.label()))
            p .fr-text--sm .fr-mt-1w {
                "Dernier mouvement le " (instant_in_words(progress.updated_at)) ". "
                @if moving { a .fr-link .fr-link--sm href={ (paths::request(view.number)) "#mise-en-service" } { "Actualiser" } }
            }
            (stops(progress))
            (awaited(progress))
            ol .habilis-saga { @for step in &progress.steps { (line(progress.status, step.place, step.step.label())) } }
            (skipped(progress))
            (account(progress))
            @if let Some(page) = &view.page { p { a .fr-link href=(page) { "Page publique de la collectivité" } } }
            (adjusted(&progress.adjustments))
            (calls(&progress.calls))
        }
    }
}

/// What is waited for, and what is known of it.
fn awaited(progress: &Progress) -> Markup {
    html! {
        @if let Some(by_hand) = &progress.opened_by_hand {
            p {
                "Ouvert sans relecture dans HubEE par " (by_hand.by) ", le " (instant_in_words(by_hand.at)) " : "
                span .habilis-prose { "« " (by_hand.reason) " »" } "."
            }
        }
        @if progress.status == Status::AwaitingActivation {
            @if let Some(since) = progress.awaiting_since { p { "Activation attendue depuis le " (instant_in_words(since)) "." } }
            @if let Some(at) = progress.declared_at {
                p { strong { "La collectivité déclare avoir activé l’abonnement" } ", le " (instant_in_words(at)) "." }
            }
            @if !progress.is_readable() {
                p { "Nos identifiants ne permettent pas de relire l’abonnement : seule la collectivité, ou le support HubEE, sait s’il est actif." }
            }
        }
        @let refused = progress.rights.refused();
        @if !refused.is_empty() { p { "HubEE refuse à nos identifiants de : " (refused.join(", ")) "." } }
    }
}

/// What is expected of the demandeur's account, which HubEE shows to nobody, and who said that it works.
fn account(progress: &Progress) -> Markup {
    html! {
        p { "Compte HubEE du demandeur : " (progress.account.label()) "." }
        @if let Some(confirmed) = &progress.account_confirmed {
            p {
                (badge(Tone::Success, "Compte confirmé")) " Par "
                @match &confirmed.by { Some(name) => (name), None => "le demandeur" }
                ", le " (instant_in_words(confirmed.at)) "."
            }
        }
    }
}

fn confirming(view: &Section<'_>) -> Markup {
    html! {
        form method="post" action=(paths::request_gesture(view.number, paths::SERVICE_ACCOUNT)) .fr-mt-2w {
            input type="hidden" name="version" value=(view.version);
            p .fr-text--sm .fr-mb-1w { "HubEE ne montre pas les comptes. Si le demandeur vous dit qu’il se connecte, notez-le." }
            button .fr-btn .fr-btn--secondary type="submit" { "Confirmer que le demandeur a accès à son compte" }
        }
    }
}

/// The steps that somebody took upon themselves.
fn skipped(progress: &Progress) -> Markup {
    html! {
        @for one in &progress.corrections.skipped {
            p { "Étape « " (Step::parse(&one.step).label()) " » passée par " (one.by) " : "
                span .habilis-prose { "« " (one.reason) " »" } "." }
        }
    }
}

fn adjusted(changes: &[Change]) -> Markup {
    let side = |value: &Option<String>| html! { @match value { Some(text) => (text), None => em { "vide" } } };
    html! {
        @if !changes.is_empty() {
            details .fr-mt-2w {
                summary { "Données ajustées automatiquement pour HubEE (" (changes.len()) ")" }
                ul { @for change in changes {
                    li .habilis-break { (change.field) " : " (side(&change.before)) " devient " (side(&change.after)) }
                } }
            }
        }
    }
}

fn stops(progress: &Progress) -> Markup {
    html! {
        @for hold in &progress.holds {
            div .fr-alert .fr-alert--error .fr-alert--sm .fr-mb-2w {
                p { strong { (hold.sentence) } " " (hold.remedy) }
            }
        }
        @if let (Status::Held, Some(at)) = (progress.status, progress.next_attempt_at) {
            p { "En attente, à la demande d’un instructeur : l’abonnement sera relu le " (instant_in_words(at)) ", puis chaque jour." }
        }
        @if let Some(error) = &progress.last_error {
            div .fr-alert .fr-alert--warning .fr-alert--sm .fr-mb-2w {
                p {
                    @if let Some(class) = progress.error_class { strong { (class.label()) } " : " }
                    (error.trim_end_matches('.')) ". "
                    @if progress.status == Status::Parked { (after_parking(progress.error_class)) }
                    @else if let Some(at) = progress.next_attempt_at {
                        "Un nouvel essai aura lieu de lui-même vers le " (instant_in_words(at)) " ; rien n’est perdu."
                    }
                    @else { "Un nouvel essai aura lieu de lui-même ; rien n’est perdu." }
                }
            }
        }
        @if progress.status == Status::AwaitingActivation {
            p {
                "La collectivité doit activer son abonnement dans le portail HubEE."
                @if progress.is_readable() { " L’état est relu toutes les heures." }
            }
        }
    }
}

fn after_parking(class: Option<ErrorClass>) -> &'static str {
    match class {
        Some(ErrorClass::Transient | ErrorClass::Unknown) => {
            "Aucun essai n’a abouti en 24 heures : écrivez au support HubEE avec le numéro de requête, puis relancez quand il répond."
        }
        Some(ErrorClass::Rights) => "Un opérateur le règle avec HubEE, puis relance.",
        _ => "Corrigez ce qui doit l’être, puis relancez.",
    }
}

fn line(status: Status, place: Place, label: &str) -> Markup {
    let (word, class) = match (place, status) {
        (Place::Done, _) => ("fait", "habilis-saga--done"),
        (Place::Current, Status::Held | Status::Parked) => ("arrêté ici", "habilis-saga--current"),
        (Place::Current, Status::AwaitingActivation) => ("attendu de la collectivité", "habilis-saga--current"),
        (Place::Current, _) => ("en cours", "habilis-saga--current"),
        (Place::ToCome, _) => ("à venir", "habilis-saga--todo"),
    };
    html! { li class=(class) { (label) " " span .fr-text--sm { "(" (word) ")" } } }
}

fn calls(calls: &[CallRow]) -> Markup {
    html! {
        @if !calls.is_empty() {
            details .fr-mt-2w {
                summary { "Échanges avec HubEE (" (calls.len()) ")" }
                div .fr-table .fr-table--sm { div .fr-table__wrapper { div .fr-table__container { div .fr-table__content {
                    table {
                        caption .fr-sr-only { "Échanges avec HubEE, du plus récent au plus ancien" }
                        thead { tr { th scope="col" { "Heure" } th scope="col" { "Appel" } th scope="col" { "Réponse" } th scope="col" { "Sens" } } }
                        tbody { @for call in calls { (call_row(call)) } }
                    }
                } } } }
            }
        }
    }
}

fn call_row(call: &CallRow) -> Markup {
    let waited = call.answered_at.map(|at| (at - call.intent_at).num_milliseconds());
    html! {
        tr {
            td { (instant_in_words(call.intent_at)) }
            td .habilis-break { (call.method) " " (call.path) }
            td {
                @match (call.http_status, waited) {
                    (Some(status), Some(ms)) => { (status) " en " (ms) " ms" }
                    (None, Some(ms)) => { "aucune, en " (ms) " ms" }
                    _ => { "jamais arrivée" }
                }
                @if let Some(id) = &call.request_id { br; span .fr-text--xs .habilis-break { "Requête " (id) } }
            }
            td { (call.outcome.as_deref().unwrap_or("issue inconnue : HubEE a été relu avant tout nouvel essai")) }
        }
    }
}
