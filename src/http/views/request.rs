//! The page of one request, in the order an instructeur reads it: what to answer and by when, who asks, on which ground,
//! what was checked, the decision, what happened before.

use maud::{Markup, html};

use super::components::{Tone, alert, badge};
use super::decision::{self, Desk};
use super::layout::{Audience, page as layout};
use super::queue::{shortcuts, urgency_tone};
use super::{checks, dossier, history, to_report};
use crate::domain::paris::{day_in_words, instant_in_words};
use crate::domain::working_days::Urgency;
use crate::domain::{Habilitation, State};
use crate::instruction::diff::{self, Change};
use crate::instruction::{Check, Gesture};
use crate::store::events::Line;
use crate::store::mails::MailRow;

/// What the page shows.
pub struct Request<'a> {
    /// Name of who is logged in.
    pub viewer: &'a str,
    pub habilitation: &'a Habilitation,
    pub checks: &'a [Check],
    /// How near the deadline is, when an answer is owed.
    pub urgency: Option<Urgency>,
    /// Newest first.
    pub history: &'a [Line],
    /// Newest first.
    pub mails: &'a [MailRow],
    /// Messages and notes.
    pub talk: &'a Talk,
    /// What is known of its délibération.
    pub papers: &'a Talk,
    pub links: &'a Links,
    pub desk: &'a Desk<'a>,
    /// What was just decided.
    pub done: Option<Gesture>,
    /// What was just done to its checks, in French.
    pub checks_done: Option<&'static str>,
    /// Whether registers are asked about it.
    pub has_sources: bool,
    /// Links to the requests around it in the list.
    pub neighbours: Markup,
    /// Who is in charge of it.
    pub charge: Markup,
}

/// What is said beside decisions: what is new of it, for the top of the page, and the sections that hold it.
#[derive(Default)]
pub struct Talk {
    pub notice: Markup,
    pub sections: Markup,
}

/// Addresses outside the service.
#[derive(Clone, Debug)]
pub struct Links {
    /// The request in DataPass, as its instructeurs see it.
    pub datapass: String,
    /// Its public page there, which shows the délibération.
    pub datapass_public: Option<String>,
    /// The establishment in the Annuaire des entreprises.
    pub annuaire: Option<String>,
}

/// What follows an acceptance; empty before one.
#[derive(Default)]
pub struct Sections {
    /// What was not taken, for the top of the page.
    pub errors: Markup,
    /// The mise en service.
    pub service: Markup,
    /// The form and its abonnement.
    pub upkeep: Markup,
}

/// The whole page, in the order an instructeur thinks: may I accept? who, on which ground, with whom, for which data? Then
/// what is decided, and what became of it.
pub fn page(request: &Request<'_>, sections: &Sections) -> Markup {
    let habilitation = request.habilitation;
    let title = format!("Demande {} – {}", habilitation.number(), habilitation.dossier.organisation.name);
    let body = html! {
        (request.neighbours)
        h1 .fr-mb-2w { (title) }
        (decision::error_summary(request.desk))
        (request.papers.notice)
        (sections.errors)
        (request.talk.notice)
        (done(request))
        (standing(request))
        (request.charge)
        @let to_report = to_report::alerts(habilitation, &request.links.datapass);
        @if !to_report.0.is_empty() { div .fr-mb-3w { (to_report) } }
        (checks_section(request, true))
        @if let Some(changes) = reopening(habilitation) { (dossier::changes(&changes)) }
        (dossier::body(&habilitation.dossier, request.links))
        (request.papers.sections)
        (dossier::people(&habilitation.dossier))
        section .fr-mt-4w { (dossier::ground(&habilitation.dossier, request.links)) }
        (checks_section(request, false))
        (decision::section(habilitation, request.checks, request.desk, request.links))
        (datapass(request))
        (sections.service)
        (sections.upkeep)
        section .fr-mt-4w { h2 .fr-h4 #historique { "Historique" } (history::list(request.history)) }
        section .fr-mt-4w { h2 .fr-h4 #courriels { "Courriels" } (history::mails(request.mails)) }
        (request.talk.sections)
        (shortcuts(&[("j", "demande suivante"), ("k", "demande précédente"), ("/", "revenir à la liste")]))
    };
    layout(Audience::BackOffice(request.viewer), &title, &body)
}

fn done(request: &Request<'_>) -> Markup {
    if let Some(title) = request.checks_done {
        return html! { div .fr-mb-3w role="status" { (alert(Tone::Success, title, &html! {})) } };
    }
    let title = match request.done {
        Some(Gesture::Accept) => "La demande est acceptée",
        Some(Gesture::AskChanges) => "Les modifications sont demandées",
        Some(Gesture::Refuse) => "La demande est refusée",
        Some(Gesture::Revoke) => "L’habilitation est révoquée",
        Some(Gesture::Archive) => "La demande est archivée",
        None => return html! {},
    };
    let told = match request.done {
        Some(Gesture::Archive) => "Le demandeur n’en est pas informé.",
        _ => "Le demandeur en est informé par courriel.",
    };
    let content = html! { p { (told) } };
    html! { div .fr-mb-3w role="status" { (alert(Tone::Success, title, &content)) } }
}

/// State and deadline, in badges and words.
fn standing(request: &Request<'_>) -> Markup {
    let habilitation = request.habilitation;
    html! {
        ul .fr-badges-group {
            li { (badge(state_tone(&habilitation.state), habilitation.state.label())) }
            @if habilitation.is_reopening() { li { (badge(Tone::Info, "réouverture")) } }
            @if let Some(urgency) = request.urgency { li { (badge(urgency_tone(urgency), &urgency.to_string())) } }
        }
        p .fr-mb-2w {
            @if let Some(due) = habilitation.state.due() { "Réponse attendue au plus tard le " strong { (day_in_words(due)) } ". " }
            @if let Some(at) = habilitation.submitted_at { "Soumise le " (instant_in_words(at)) ". " }
            @if let Some(decided) = decided(&habilitation.state) { (decided) }
        }
    }
}

fn state_tone(state: &State) -> Tone {
    match state {
        State::Submitted { .. } => Tone::Info,
        State::Accepted { .. } => Tone::Success,
        State::Refused { .. } | State::Revoked { .. } => Tone::Error,
        State::ChangesRequested { .. } => Tone::Warning,
        State::Draft | State::Archived { .. } => Tone::Neutral,
    }
}

fn decided(state: &State) -> Option<String> {
    let (gesture, at, by) = match state {
        State::Draft | State::Submitted { .. } => return None,
        State::ChangesRequested { at, by, .. } => ("Modifications demandées", at, by),
        State::Accepted { at, by } => ("Acceptée", at, by),
        State::Refused { at, by, .. } => ("Refusée", at, by),
        State::Revoked { at, by, .. } => ("Révoquée", at, by),
        State::Archived { at, by } => ("Archivée", at, by),
    };
    Some(format!("{gesture} le {} par {}.", instant_in_words(*at), by.display_name()))
}

/// The checks: at the top while an answer is owed, below what they are about otherwise.
fn checks_section(request: &Request<'_>, top: bool) -> Markup {
    let open = matches!(request.habilitation.state, State::Submitted { .. } | State::ChangesRequested { .. });
    if open != top {
        return html! {};
    }
    let may_act = open && matches!(request.desk, Desk::Open { .. });
    let one_click = decision::one_click(request.habilitation, request.checks, request.desk);
    let to_decision = html! {
        (one_click)
        @if !matches!(request.desk, Desk::Closed) { p .fr-mt-2w { a href="#decision" { "Aller à la décision" } } }
    };
    checks::section(request.habilitation, request.checks, open, may_act, request.has_sources, &to_decision)
}

/// What DataPass says; what it must be told is at the top.
fn datapass(request: &Request<'_>) -> Markup {
    let habilitation = request.habilitation;
    html! {
        section .fr-mt-4w .fr-mb-4w {
            h2 .fr-h4 { "Dans DataPass" }
            p {
                "Dans DataPass, la demande est « " (habilitation.datapass.state.label()) " » depuis le "
                (instant_in_words(habilitation.datapass.moment.fired_at)) ". "
                (dossier::outside(&request.links.datapass, "Ouvrir la demande dans DataPass"))
            }
        }
    }
}

fn reopening(habilitation: &Habilitation) -> Option<Vec<Change>> {
    let in_force = habilitation.in_force.as_ref().filter(|_| habilitation.is_reopening())?;
    Some(diff::changes(&in_force.dossier, &habilitation.dossier))
}

#[cfg(test)]
mod tests;
