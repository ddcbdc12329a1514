//! What got stuck, for whoever mends it: figures, deliveries put aside, jobs that need a person. Nothing that names one.

use maud::{Markup, html};

use super::components::{Tone, alert};
use super::layout::{Audience, page as layout};
use crate::domain::paris::instant_in_words;
use crate::http::paths;
use crate::provisioning::Status;
use crate::provisioning::drift::Kind;
use crate::provisioning::suspension;
use crate::store::figures::Figures;
use crate::store::inbox::Quarantined;
use crate::store::jobs::Job;

/// What the page shows.
pub struct Operation<'a> {
    pub viewer: &'a str,
    pub figures: &'a Figures,
    /// Newest first.
    pub quarantined: &'a [Quarantined],
    /// Newest first.
    pub parked: &'a [Job],
    /// What was just asked: a job tried again, or one that was no longer stopped.
    pub retried: Option<bool>,
}

/// The whole page.
pub fn page(view: &Operation<'_>) -> Markup {
    let body = html! {
        h1 { "Exploitation" }
        @match view.retried {
            Some(true) => div .fr-mb-3w role="status" { (alert(Tone::Success, "La tâche est relancée", &html! {
                p { "Elle est reprise dans les secondes qui viennent. Actualisez la page pour voir ce qu’elle devient." }
            })) },
            Some(false) => div .fr-mb-3w role="status" { (alert(Tone::Info, "Cette tâche n’est plus arrêtée", &html! {
                p { "Quelqu’un d’autre l’a relancée, ou elle est terminée." }
            })) },
            None => {},
        }
        section { h2 .fr-h4 { "En chiffres" } (counts(view.figures)) }
        section .fr-mt-4w { h2 .fr-h4 { "Tâches arrêtées" } (parked(view.parked)) }
        section .fr-mt-4w { h2 .fr-h4 { "Réceptions en quarantaine" } (quarantined(view.quarantined)) }
    };
    layout(Audience::BackOffice(view.viewer), "Exploitation", &body)
}

/// A status of the deliveries, for a person.
pub fn inbox_label(status: &str) -> &str {
    match status {
        "pending" => "À traiter",
        "applied" => "Appliquées",
        "ignored" => "Ignorées",
        "quarantined" => "En quarantaine",
        other => other,
    }
}

/// A state of the jobs, for a person.
pub fn job_label(state: &str) -> &str {
    match state {
        "queued" => "en attente",
        "running" => "en cours",
        "parked" => "arrêtées",
        other => other,
    }
}

/// A status of the mises en service, for a person.
pub fn service_label(status: &str) -> &str {
    Status::ALL.into_iter().find(|known| known.name() == status).map_or(status, |known| known.label())
}

fn suspension_label(status: &str) -> &str {
    suspension::Status::parse(status).label()
}

fn drift_label(kind: &str) -> &str {
    Kind::parse(kind).map_or(kind, |known| known.label())
}

/// A trace without the values it quotes, which may be what somebody typed.
pub fn without_values(trace: &str) -> String {
    let parts = trace.split('"').enumerate();
    parts.map(|(rank, part)| if rank % 2 == 0 { part } else { "« … »" }).collect()
}

fn counts(figures: &Figures) -> Markup {
    let group = |title: &str, lines: Vec<(String, i64)>| {
        html! {
            div { dt { (title) } dd {
                @if lines.is_empty() { "aucune" }
                @else { ul { @for (label, count) in lines { li { (label) " : " (count) } } } }
            } }
        }
    };
    let named = |counts: &std::collections::BTreeMap<String, i64>, label: fn(&str) -> &str| {
        counts.iter().map(|(name, count)| (label(name).to_owned(), *count)).collect::<Vec<_>>()
    };
    let jobs = figures.jobs.iter().map(|job| (format!("{}, {}", job.kind, job_label(&job.state)), job.count)).collect();
    html! {
        dl .habilis-facts {
            (group("Réceptions de DataPass", named(&figures.inbox, inbox_label)))
            (group("Tâches", jobs))
            (group("Mises en service", named(&figures.provisioning, service_label)))
            (group("Fins d’abonnement", named(&figures.suspensions, suspension_label)))
            (group("Écarts", named(&figures.drifts, drift_label)))
            div { dt { "Formulaires ouverts" } dd { (figures.open_forms) } }
        }
    }
}

fn parked(jobs: &[Job]) -> Markup {
    let row = |job: &Job| {
        html! { tr {
            th scope="row" { (job.kind) }
            td .habilis-break .habilis-roomy { (without_values(job.last_error.as_deref().unwrap_or("non dite"))) }
            td { (instant_in_words(job.created_at)) }
            td { form method="post" action=(paths::OPERATION_RETRY) {
                input type="hidden" name="job" value=(job.id);
                button .fr-btn .fr-btn--sm .fr-btn--secondary type="submit" {
                    "Relancer" span .fr-sr-only { " la tâche " (job.kind) " du " (instant_in_words(job.created_at)) }
                }
            } }
        } }
    };
    html! {
        @if jobs.is_empty() { p { "Aucune tâche n’est arrêtée." } }
        @else {
            p { "Corrigez d’abord ce qui les arrête : relancée telle quelle, une tâche s’arrêterait de nouveau." }
            (table("taches", "Tâches que la machine ne peut finir seule, la plus récente d’abord",
                &["Tâche", "Erreur", "Créée le", "Geste"], &html! { @for job in jobs { (row(job)) } }))
        }
    }
}

fn quarantined(deliveries: &[Quarantined]) -> Markup {
    let row = |one: &Quarantined| {
        let number = one.model_id.map(|number| format!("D{number}"));
        html! { tr {
            th scope="row" { (instant_in_words(one.received_at)) }
            td { (one.event.as_deref().unwrap_or("inconnu")) }
            td { @match number {
                Some(number) => a href=(paths::request(&number)) { (number) },
                None => "inconnue",
            } }
            td .habilis-break .habilis-roomy { (without_values(one.note.as_deref().unwrap_or("non dit"))) }
        } }
    };
    html! {
        @if deliveries.is_empty() { p { "Aucune réception n’est en quarantaine." } }
        @else {
            p { "Reçues de DataPass mais incomprises : rien n’en a été appliqué. Elles sont conservées 90 jours." }
            (table("receptions", "Réceptions mises de côté, la plus récente d’abord",
                &["Reçue le", "Événement", "Demande", "Motif"], &html! { @for one in deliveries { (row(one)) } }))
        }
    }
}

fn table(id: &str, caption: &str, columns: &[&str], rows: &Markup) -> Markup {
    html! {
        div .fr-table { div .fr-table__wrapper { div .fr-table__container {
            div .fr-table__content tabindex="0" role="region" aria-labelledby=(id) {
                table .fr-cell--multiline {
                    caption #(id) { (caption) }
                    thead { tr { @for column in columns { th scope="col" { (column) } } } }
                    tbody { (rows) }
                }
            }
        } } }
    }
}

#[cfg(test)]
mod tests {
    use super::without_values;

    #[test]
    fn quoted_values_are_left_out() {
        for (trace, shown) in [
            (r#"invalid type: string "Camille", expected i64"#, "invalid type: string « … », expected i64"),
            ("missing field `data`", "missing field `data`"),
            (r#"coupé "Camil"#, "coupé « … »"),
            ("", ""),
        ] {
            assert_eq!(without_values(trace), shown);
        }
    }
}
