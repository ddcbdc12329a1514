//! What got stuck, for whoever mends it: figures, deliveries put aside, jobs that need a person. Nothing that names one.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::components::{Tone, alert};
use super::layout::{Audience, page as layout};
use crate::domain::paris::instant_in_words;
use crate::http::paths;
use crate::provisioning::drift::Kind;
use crate::provisioning::{ErrorClass, Status, suspension};
use crate::store::figures::Figures;
use crate::store::hubee::Circuit;
use crate::store::inbox::Quarantined;
use crate::store::jobs::Job;

/// What the page shows.
pub struct Operation<'a> {
    pub viewer: &'a str,
    pub figures: &'a Figures,
    /// Newest first.
    pub quarantined: &'a [Quarantined],
    /// Newest first, the first fifty.
    pub parked: &'a [Job],
    /// All of them by kind and class, the most numerous first.
    pub groups: &'a [Group],
    /// Kind, how many, since when: jobs whose time has come.
    pub overdue: &'a [(String, i64, DateTime<Utc>)],
    /// Absent while HubEE takes our credentials.
    pub circuit: Option<&'a Circuit>,
    /// French name of a kind of job.
    pub kind: for<'k> fn(&'k str) -> &'k str,
    pub done: Done,
}

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Nothing,
    /// A job is tried again, or was no longer stopped.
    Retried(bool),
    /// So many were.
    RetriedAll(usize),
    /// HubEE was tried: whether it takes our credentials.
    Tried(bool),
}

/// Parked jobs that say the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub kind: String,
    /// Of mises en service alone.
    pub class: Option<ErrorClass>,
    pub count: i64,
    pub oldest: DateTime<Utc>,
    /// One of their traces.
    pub example: Option<String>,
}

/// The whole page.
pub fn page(view: &Operation<'_>) -> Markup {
    let body = html! {
        h1 { "Exploitation" }
        (done(view.done))
        ul .fr-btns-group .fr-btns-group--sm .fr-btns-group--inline-md {
            li { a .fr-btn .fr-btn--tertiary href=(paths::SERVICES) { "Mises en service" } }
            li { a .fr-btn .fr-btn--tertiary href={ (paths::SERVICES) "?etat=parked" } { "Mises en service arrêtées" } }
            li { a .fr-btn .fr-btn--tertiary href=(paths::QUEUE) { "Demandes" } }
        }
        section { h2 .fr-h4 { "HubEE" } (circuit(view.circuit)) }
        section .fr-mt-4w { h2 .fr-h4 { "En chiffres" } (counts(view)) }
        section .fr-mt-4w { h2 .fr-h4 #arretees { "Tâches arrêtées" } (groups(view)) (parked(view)) }
        section .fr-mt-4w { h2 .fr-h4 { "Réceptions en quarantaine" } (quarantined(view.quarantined)) }
    };
    layout(Audience::BackOffice(view.viewer), "Exploitation", &body)
}

fn done(done: Done) -> Markup {
    html! {
        @match done {
            Done::Nothing => {},
            Done::RetriedAll(count) => div .fr-mb-3w role="status" { (alert(Tone::Success, "C’est fait", &html! {
                p { @if count == 1 { "Une tâche est relancée." } @else { (count) " tâches sont relancées." } }
            })) },
            Done::Tried(true) => div .fr-mb-3w role="status" { (alert(Tone::Success, "HubEE accepte nos identifiants", &html! {
                p { "Les mises en service qui attendaient reprennent." }
            })) },
            Done::Tried(false) => div .fr-mb-3w role="status" { (alert(Tone::Warning, "HubEE n’accepte toujours pas nos identifiants", &html! {
                p { "Ou bien il ne répond pas. D’autres essais auront lieu d’eux-mêmes." }
            })) },
            Done::Retried(true) => div .fr-mb-3w role="status" { (alert(Tone::Success, "La tâche est relancée", &html! {
                p { "Elle est reprise dans les secondes qui viennent. Actualisez la page pour voir ce qu’elle devient." }
            })) },
            Done::Retried(false) => div .fr-mb-3w role="status" { (alert(Tone::Info, "Cette tâche n’est plus arrêtée", &html! {
                p { "Quelqu’un d’autre l’a relancée, ou elle est terminée." }
            })) },
        }
    }
}

/// Whether HubEE takes our credentials, and when it is tried again.
fn circuit(circuit: Option<&Circuit>) -> Markup {
    let Some(open) = circuit else {
        return html! { p { "Circuit fermé : HubEE accepte nos identifiants, les mises en service avancent." } };
    };
    html! {
        (alert(Tone::Error, "Circuit ouvert : HubEE refuse nos identifiants", &html! {
            p {
                "Depuis le " (instant_in_words(open.opened_at)) ". Toutes les mises en service attendent, aucune n’est perdue. "
                "Essais : " (open.probes) ". Prochain essai vers le " (instant_in_words(open.probe_at)) "."
            }
            p .habilis-break { "Dernière réponse : " (without_values(&open.reason)) }
        }))
        form .fr-mt-2w method="post" action=(paths::OPERATION_TRY) {
            button .fr-btn .fr-btn--secondary type="submit" { "Essayer maintenant" }
        }
    }
}

fn groups(view: &Operation<'_>) -> Markup {
    let row = |group: &Group| {
        let kind = (view.kind)(&group.kind);
        html! { tr {
            th scope="row" {
                (kind)
                @if let Some(class) = group.class { ", " (class.label()) }
            }
            td { (group.count) }
            td .habilis-one-line { (instant_in_words(group.oldest)) }
            td .habilis-break .habilis-roomy { (without_values(group.example.as_deref().unwrap_or("non dite"))) }
            td {
                form method="post" action=(paths::OPERATION_RETRY_ALL) {
                    input type="hidden" name="genre" value=(group.kind);
                    input type="hidden" name="classe" value=(group.class.map_or("", ErrorClass::name));
                    button .fr-btn .fr-btn--sm .fr-btn--secondary type="submit" {
                        "Relancer toute la classe" span .fr-sr-only { " : " (kind) @if let Some(class) = group.class { ", " (class.label()) } }
                    }
                }
                @if let Some(class) = group.class {
                    a .fr-link .fr-link--sm href={ (paths::SERVICES) "?etat=parked&classe=" (class.name()) } { "Voir la liste" }
                }
            }
        } }
    };
    html! {
        @if !view.groups.is_empty() {
            (table("classes", "Tâches arrêtées par genre et par classe, les plus nombreuses d’abord",
                &["Genre", "Nombre", "La plus ancienne", "Exemple", "Geste"],
                &html! { @for group in view.groups { (row(group)) } }))
        }
    }
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

fn counts(view: &Operation<'_>) -> Markup {
    let figures = view.figures;
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
    let named_job = |kind: &str, state: &str| format!("{}, {}", (view.kind)(kind), job_label(state));
    let jobs = figures.jobs.iter().map(|job| (named_job(&job.kind, &job.state), job.count)).collect();
    html! {
        dl .habilis-facts {
            (group("Réceptions de DataPass", named(&figures.inbox, inbox_label)))
            (group("Tâches", jobs))
            div { dt { "Tâches dont l’heure est passée" } dd {
                @if view.overdue.is_empty() { "aucune" }
                @else { ul { @for (kind, count, since) in view.overdue {
                    li { ((view.kind)(kind)) " : " (count) ", la plus ancienne attend depuis le " (instant_in_words(*since)) }
                } } }
            } }
            (group("Mises en service", named(&figures.provisioning, service_label)))
            (group("Fins d’abonnement", named(&figures.suspensions, suspension_label)))
            (group("Écarts", named(&figures.drifts, drift_label)))
            div { dt { "Formulaires ouverts" } dd { (figures.open_forms) } }
        }
    }
}

fn parked(view: &Operation<'_>) -> Markup {
    let jobs = view.parked;
    let total: i64 = view.groups.iter().map(|group| group.count).sum();
    let row = |job: &Job| {
        let kind = (view.kind)(&job.kind);
        html! { tr {
            th scope="row" { (kind) }
            td .habilis-break .habilis-roomy { (without_values(job.last_error.as_deref().unwrap_or("non dite"))) }
            td { (instant_in_words(job.created_at)) }
            td { form method="post" action=(paths::OPERATION_RETRY) {
                input type="hidden" name="job" value=(job.id);
                button .fr-btn .fr-btn--sm .fr-btn--secondary type="submit" {
                    "Relancer" span .fr-sr-only { " la tâche " (kind) " du " (instant_in_words(job.created_at)) }
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
            @if i64::try_from(jobs.len()).is_ok_and(|shown| shown < total) {
                p { "Les " (jobs.len()) " plus récentes sur " (total) " ; le premier tableau les compte toutes." }
            }
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
