//! Every call to HubEE about a request, newest first: what was asked and answered, redacted, how long it took, what it
//! meant, and which outcomes are unknown.

use maud::{Markup, html};

use super::components::{Tone, badge};
use super::layout::{Audience, page as layout};
use crate::domain::paris::instant_in_words;
use crate::http::paths;
use crate::provisioning::{CHECKS, Step};
use crate::store::provisioning::CallRow;

/// What the page shows.
pub struct Journal<'a> {
    pub viewer: &'a str,
    /// `D61234`.
    pub number: &'a str,
    pub organisation: &'a str,
    /// Newest first.
    pub calls: &'a [CallRow],
    /// Rank of the last call, when older ones follow.
    pub older: Option<i64>,
    /// Newer calls come before these.
    pub further: bool,
}

/// The whole page.
pub fn page(view: &Journal<'_>) -> Markup {
    let title = format!("Échanges avec HubEE, demande {}", view.number);
    let address = paths::request_gesture(view.number, paths::SERVICE_JOURNAL);
    let body = html! {
        p { a .fr-link href={ (paths::request(view.number)) "#mise-en-service" } { "Demande " (view.number) } }
        h1 { (title) }
        p .fr-text--lead { (view.organisation) }
        p { "Du plus récent au plus ancien. Ce qui est écrit avant l’appel l’est même si la réponse n’arrive jamais ; noms, adresses et téléphones sont masqués. Pour le support HubEE, citez l’heure et le numéro de requête." }
        @if view.calls.is_empty() {
            p .fr-text--lead { @if view.further { "Il n’y a pas d’échange plus ancien." } @else { "Aucun échange avec HubEE pour l’instant." } }
        }
        @else { ol .habilis-history { @for call in view.calls { (entry(call)) } } }
        nav .fr-mt-2w role="navigation" aria-label="Pages du journal" {
            @if view.further { a .fr-link .fr-mr-2w href=(address) { "Revenir aux plus récents" } }
            @if let Some(seq) = view.older { a .fr-link href={ (address) "?avant=" (seq) } { "Échanges plus anciens" } }
        }
    };
    layout(Audience::BackOffice(view.viewer), &title, &body)
}

fn entry(call: &CallRow) -> Markup {
    let waited = call.answered_at.map(|at| (at - call.intent_at).num_milliseconds());
    html! {
        li .fr-mb-3w {
            h2 .fr-h6 .fr-mb-1v .habilis-break { (call.seq) ". " (call.method) " " (call.path) }
            (verdict(call))
            dl .habilis-facts {
                div { dt { "Étape" } dd { (step(&call.step)) } }
                div { dt { "Heure" } dd { time datetime=(call.intent_at.to_rfc3339()) { (instant_in_words(call.intent_at)) } } }
                div { dt { "Réponse" } dd {
                    @match (call.http_status, waited) {
                        (Some(status), Some(ms)) => { "HTTP " (status) " en " (ms) " ms" }
                        (None, Some(ms)) => { "aucune, après " (ms) " ms" }
                        _ => { "jamais arrivée" }
                    }
                } }
                @if let Some(id) = &call.request_id { div { dt { "Requête" } dd .habilis-break { (id) } } }
                div { dt { "Sens" } dd .habilis-break { (call.outcome.as_deref().unwrap_or(UNKNOWN)) } }
            }
            (content("Contenu envoyé", call.seq, call.request.as_ref().map(|json| &json.0)))
            (content("Contenu reçu", call.seq, call.response.as_ref().map(|json| &json.0)))
        }
    }
}

/// What a call was for: the checks of the request, a step of its mise en service, or its end.
fn step(name: &str) -> &'static str {
    if name == CHECKS {
        return "Contrôles de la demande";
    }
    Step::ALL.into_iter().find(|step| step.name() == name).map_or("Fin de l’abonnement", Step::label)
}

const UNKNOWN: &str = "issue inconnue : HubEE est relu avant tout nouvel essai";

fn verdict(call: &CallRow) -> Markup {
    let unknown = call.outcome.as_deref().is_none_or(|outcome| outcome.starts_with("issue inconnue"));
    match call.http_status {
        _ if unknown => badge(Tone::Warning, "Issue inconnue"),
        Some(200..=299) => badge(Tone::Success, "Répondu"),
        Some(404) => badge(Tone::Neutral, "Absent de HubEE"),
        _ => badge(Tone::Error, "Échec"),
    }
}

fn content(title: &str, seq: i64, json: Option<&serde_json::Value>) -> Markup {
    html! {
        @if let Some(json) = json {
            details .fr-mt-1w {
                summary { (title) span .fr-sr-only { " (échange " (seq) ")" } }
                pre .habilis-code tabindex="0" role="region" aria-label=(title) { (format!("{json:#}")) }
            }
        }
    }
}
