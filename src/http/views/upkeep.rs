//! The service of a request once it was granted: its form open, paused or closed, its abonnements that end, its
//! administrator, and the gestures of an instructeur on them.

use maud::{Markup, html};

use super::components::{Field, FieldError, Tone, badge, text_area, text_field};
use super::drift::support;
use crate::domain::Upkeep;
use crate::domain::paris::{day_in_words, instant_in_words};
use crate::http::paths;
use crate::provisioning::drift::Kind;
use crate::provisioning::suspension::{Cause, Status};
use crate::store::collectivites::Standing;
use crate::store::drift::DriftRow;
use crate::store::suspensions::SuspensionRow;

/// What the section shows.
pub struct Service<'a> {
    /// `D61234`.
    pub number: &'a str,
    pub version: i64,
    /// The one that is not closed first.
    pub forms: &'a [Standing],
    /// Newest first.
    pub suspensions: &'a [SuspensionRow],
    /// Standing differences, oldest first.
    pub drifts: &'a [DriftRow],
    /// A habilitation is in force.
    pub in_force: bool,
    /// This person may act.
    pub may_act: bool,
    pub typed: &'a Typed,
    pub errors: &'a [FieldError],
}

/// What was typed and not taken.
#[derive(Default)]
pub struct Typed {
    pub reason: String,
    pub siret: String,
}

/// One line of history as a sentence.
pub fn sentence(upkeep: &Upkeep) -> String {
    match upkeep {
        Upkeep::Paused { .. } => "Formulaire mis en pause : il n’est plus ouvert aux familles".into(),
        Upkeep::Resumed => "Pause terminée : le formulaire est de nouveau ouvert aux familles".into(),
        Upkeep::Stopped { siret, how } => format!("Abonnement HubEE du SIRET {siret} arrêté : {how}"),
        Upkeep::NothingToStop { siret, how } => format!("Rien à suspendre dans HubEE pour le SIRET {siret} : {how}"),
        Upkeep::StopByHand { siret, due, .. } => {
            format!("Abonnement HubEE du SIRET {siret} à suspendre à la main, au plus tard le {}", day_in_words(*due))
        }
        Upkeep::Undone { siret } => format!("Abonnement HubEE du SIRET {siret} réactivé sans nous après sa suspension"),
        Upkeep::Moved { from, to, name, merger: true } => {
            format!("Fusion de communes : le SIRET {from} fait désormais partie de {name} (SIRET {to})")
        }
        Upkeep::Moved { from, to, name, merger: false } => {
            format!("Service transféré du SIRET {from} à {name} (SIRET {to})")
        }
        Upkeep::OtherAdministrator { siret } => {
            format!("Administrateur différent : le compte HubEE du SIRET {siret} est celui du demandeur précédent")
        }
        Upkeep::Settled { difference, gesture, .. } => format!("Écart « {difference} » : {gesture}"),
    }
}

/// The section; empty while there is nothing to say.
pub fn section(view: &Service<'_>) -> Markup {
    if view.forms.is_empty() && view.suspensions.is_empty() && view.drifts.is_empty() {
        return html! {};
    }
    html! {
        section .fr-mt-4w {
            h2 .fr-h4 #formulaire { "Formulaire et abonnement" }
            @for form in view.forms { (standing(form)) }
            @for row in view.drifts { (difference(row)) }
            @for row in view.suspensions { (suspension(view, row)) }
            @if view.may_act && view.in_force { (gestures(view)) }
        }
    }
}

fn standing(form: &Standing) -> Markup {
    let (tone, word) = match (form.closed_at, form.paused_at) {
        (Some(_), _) => (Tone::Neutral, "Formulaire fermé"),
        (None, Some(_)) => (Tone::Warning, "Formulaire en pause"),
        (None, None) => (Tone::Success, "Formulaire ouvert"),
    };
    html! {
        div .fr-mb-2w {
            (badge(tone, word))
            p .fr-mt-1v .fr-mb-0 .habilis-break {
                a .fr-link href=(paths::collectivite(&form.siret)) { (form.name) } " (SIRET " (form.siret) ")"
                @match (form.closed_at, form.paused_at) {
                    (Some(at), _) => {
                        ", fermé le " (instant_in_words(at)) "."
                        @if let Some(to) = &form.successor_siret {
                            " Les familles sont envoyées vers le SIRET " (to) "."
                        }
                    }
                    (None, Some(at)) => { ", en pause depuis le " (instant_in_words(at)) "." }
                    (None, None) => { ", ouvert depuis le " (instant_in_words(form.opened_at)) "." }
                }
            }
            @if let Some(reason) = &form.paused_reason { blockquote .habilis-quote .habilis-prose { (reason) } }
        }
    }
}

fn difference(row: &DriftRow) -> Markup {
    let kind = Kind::parse(&row.kind);
    html! {
        div .fr-alert .fr-alert--warning .fr-alert--sm .fr-mb-2w {
            p .habilis-break {
                strong { (kind.map_or(row.kind.as_str(), |kind| kind.label())) ". " }
                "Attendu : " (row.expected) ". Constaté : " (row.found) ". "
                a href=(paths::difference(&row.id.to_string())) { "Traiter cet écart" }
            }
        }
        @if kind.is_some_and(Kind::is_for_support) { (support(row)) }
    }
}

fn suspension(view: &Service<'_>, row: &SuspensionRow) -> Markup {
    let status = Status::parse(&row.status);
    let tone = match status {
        Status::Verified | Status::Left | Status::Nothing | Status::Lifted => Tone::Neutral,
        Status::Waiting | Status::Running | Status::Suspended => Tone::Info,
        Status::Retrying => Tone::Warning,
        Status::ByHand | Status::Undone => Tone::Error,
    };
    let path = |gesture: &str| paths::request_gesture(view.number, gesture);
    html! {
        div .fr-mb-2w {
            h3 .fr-h6 .fr-mb-1v { "Fin de l’abonnement HubEE du SIRET " (row.siret) }
            (badge(tone, status.label()))
            p .fr-text--sm .fr-mt-1v .fr-mb-1v {
                "Demandée le " (instant_in_words(row.started_at)) " (" (Cause::label(&row.cause)) "). "
                @if let (Some(seen), Some(at)) = (&row.observed, row.observed_at) {
                    "HubEE le montrait « " (seen) " » le " (instant_in_words(at)) ". "
                }
                @if matches!(status, Status::Suspended | Status::Verified) {
                    "Les dossiers déjà remis peuvent être traités dans HubEE jusqu’à leur terme ; aucun autre ne l’est. "
                }
                @if let Some(due) = row.due_on { "À faire au plus tard le " (day_in_words(due)) ". " }
                @if let Some(error) = &row.last_error { (error) ". " }
            }
            @if view.may_act && matches!(status, Status::ByHand | Status::Undone | Status::Verified) {
                ul .fr-btns-group .fr-btns-group--inline .fr-btns-group--sm {
                    @if status == Status::ByHand {
                        li { (button(view, &path(paths::STOP_CONFIRM), &row.siret, "Confirmer la suspension faite à la main", "")) }
                    }
                    li { (button(view, &path(paths::STOP_AGAIN), &row.siret, "Relire et suspendre de nouveau", "fr-btn--secondary")) }
                }
            }
        }
    }
}

fn button(view: &Service<'_>, action: &str, siret: &str, text: &str, class: &str) -> Markup {
    html! {
        form method="post" action=(action) {
            input type="hidden" name="version" value=(view.version);
            input type="hidden" name="siret" value=(siret);
            button class={ "fr-btn " (class) } type="submit" { (text) }
        }
    }
}

fn gestures(view: &Service<'_>) -> Markup {
    let form = view.forms.iter().find(|form| form.closed_at.is_none());
    html! {
        @match form.map(|form| form.paused_at.is_some()) {
            Some(true) => (resume(view)),
            Some(false) => (pause(view)),
            None => {},
        }
        @if !view.forms.is_empty() { (merger(view)) }
    }
}

fn resume(view: &Service<'_>) -> Markup {
    html! {
        form method="post" action=(paths::request_gesture(view.number, paths::RESUME)) .fr-mt-2w {
            input type="hidden" name="version" value=(view.version);
            button .fr-btn type="submit" { "Rouvrir le formulaire aux familles" }
        }
    }
}

fn pause(view: &Service<'_>) -> Markup {
    let hint = "Transmis au demandeur. Les familles lisent seulement que le service est momentanément suspendu.";
    let open = view.errors.iter().any(|error| error.field == "motif-pause");
    html! {
        details .fr-mt-2w open[open] {
            summary { "Mettre le formulaire en pause" }
            form method="post" action=(paths::request_gesture(view.number, paths::PAUSE)) novalidate {
                input type="hidden" name="version" value=(view.version);
                (text_area("motif-pause", "Motif de la pause", Some(hint), &view.typed.reason, view.errors))
                button .fr-btn .fr-btn--secondary type="submit" { "Mettre en pause" }
            }
        }
    }
}

fn merger(view: &Service<'_>) -> Markup {
    let field = Field {
        name: "siret-fusion",
        label: "SIRET de la nouvelle commune",
        hint: Some("Quatorze chiffres. Il est vérifié dans Sirene."),
        kind: "text",
        value: &view.typed.siret,
        autocomplete: "off",
        required: true,
    };
    let open = view.errors.iter().any(|error| error.field == "siret-fusion");
    html! {
        details .fr-mt-2w open[open] {
            summary { "La commune a fusionné avec une autre" }
            form method="post" action=(paths::request_gesture(view.number, paths::MERGE)) novalidate {
                p .fr-text--sm {
                    "La page de l’ancienne commune se ferme et dit de quelle commune elle fait partie. La nouvelle est mise \
                     en service sous cette habilitation, puis l’ancien abonnement est suspendu."
                }
                input type="hidden" name="version" value=(view.version);
                (text_field(&field, view.errors))
                button .fr-btn .fr-btn--secondary type="submit" { "Ouvrir la fusion" }
            }
        }
    }
}
