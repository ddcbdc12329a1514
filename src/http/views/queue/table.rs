//! The lines of a list. Each colour is beside its words.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::super::assign;
use super::super::components::{Tone, badge};
use super::{Queue, address};
use crate::domain::paris::{day_in_words, paris};
use crate::domain::working_days::Urgency;
use crate::http::paths;
use crate::instruction::checks::{Codes, Summary};
use crate::instruction::queue::{Line, checks_in_words, state_label};

pub fn table(queue: &Queue<'_>) -> Markup {
    let deadlines = queue.filter.tab.has_deadlines();
    let order = if deadlines { "échéance la plus ancienne d’abord" } else { "la plus récente d’abord" };
    html! {
        div .fr-table { div .fr-table__wrapper { div .fr-table__container {
            div .fr-table__content tabindex="0" role="region" aria-labelledby="titre-demandes" {
                table .fr-cell--multiline {
                    caption #titre-demandes { (queue.filter.tab.label()) " : " (order) }
                    thead { tr {
                        th scope="col" { span .fr-sr-only { "Cocher" } }
                        th scope="col" { "Numéro" }
                        th scope="col" { "Collectivité" }
                        th .habilis-wide scope="col" { "Échéance" }
                        th scope="col" { "Contrôles" }
                        th scope="col" { "En charge" }
                        th scope="col" { "Messages" }
                        th scope="col" { "État" }
                        th scope="col" { "Mise en service" }
                    } }
                    tbody { @for one in &queue.listing.lines { (line(queue, one)) } }
                }
            }
        } } }
    }
}

fn line(queue: &Queue<'_>, row: &Line) -> Markup {
    let number = format!("D{}", row.datapass_id);
    let id = format!("choix-{number}");
    html! {
        tr {
            td {
                input #(id) type="checkbox" name="choix" value={ (row.datapass_id) "." (row.version) } form="lot";
                label .fr-sr-only for=(id) { "Cocher la demande " (number) }
            }
            th scope="row" {
                a href=(paths::request(&number)) data-habilis-line { (number) }
                // A narrow screen would leave it beyond its edge.
                @if let Some(due) = row.due_on { div .habilis-narrow { (urgency(queue, due)) } }
            }
            td .habilis-roomy {
                @if row.name().trim().is_empty() { "Organisation sans nom" } @else { (row.name()) }
                @if !row.departement().is_empty() { br; span .fr-text--sm { "Département " (row.departement()) } }
            }
            td .habilis-one-line .habilis-wide { (deadline(queue, row)) }
            td { (checks(row)) }
            td { (charge(queue, row, &number)) }
            td { @if row.unread > 0 { (badge(Tone::Info, &unread(row.unread))) } @else { "aucun" } }
            td {
                (state_label(row.state))
                @if row.is_reopening() { br; span .fr-text--sm { "réouverture" } }
                @if row.to_report { br; (badge(Tone::Warning, "à reporter")) }
            }
            td { @if row.provisioning().is_empty() { "non commencée" } @else { (service(row.provisioning())) } }
        }
    }
}

fn unread(count: i64) -> String {
    if count == 1 { "1 non lu".into() } else { format!("{count} non lus") }
}

fn urgency(queue: &Queue<'_>, due: NaiveDate) -> Markup {
    badge(urgency_tone(queue.days.urgency(due, queue.today)), &queue.days.wording(due, queue.today))
}

fn deadline(queue: &Queue<'_>, row: &Line) -> Markup {
    html! {
        @if let Some(due) = row.due_on {
            (urgency(queue, due))
            br;
            span .fr-text--sm { (day_in_words(due)) }
        } @else if row.state == "changes_requested" {
            "suspendue"
        } @else if let Some(at) = row.submitted_at {
            "soumise le" br; span .fr-text--sm { (day_in_words(paris(at).date_naive())) }
        } @else { "jamais soumise" }
    }
}

fn checks(row: &Line) -> Markup {
    let Some(said) = &row.checks else { return html! { "non faits" } };
    let tone = match (said.blocking.is_empty(), said.look.is_empty(), said.is_green()) {
        (false, ..) => Tone::Error,
        (true, false, _) => Tone::Warning,
        (.., true) => Tone::Success,
        _ => Tone::Neutral,
    };
    let codes = points(said);
    html! {
        (badge(tone, &checks_in_words(said)))
        @if !codes.is_empty() { br; span .fr-text--sm { (codes) } }
    }
}

/// Codes of what is to be judged, then of what was set aside: « C17, C23 ; écarté : C18 ».
fn points(said: &Summary) -> String {
    let codes = |codes: Codes| codes.iter().map(|entry| entry.code).collect::<Vec<_>>().join(", ");
    let judged = [codes(said.blocking), codes(said.look)];
    let judged: Vec<String> = judged.into_iter().filter(|codes| !codes.is_empty()).collect();
    let aside = Some(codes(said.overridden)).filter(|codes| !codes.is_empty()).map(|codes| format!("écarté : {codes}"));
    [Some(judged.join(", ")).filter(|codes| !codes.is_empty()), aside]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ; ")
}

fn charge(queue: &Queue<'_>, row: &Line, number: &str) -> Markup {
    let open = matches!(row.state, "submitted" | "changes_requested" | "accepted");
    let back = address(queue.filter);
    html! {
        @match row.assignee { Some(account) => (queue.name(account)), None => "personne" }
        @if queue.may_act && open {
            @if row.assignee.is_none() { (assign::gesture(number, row.version, "moi", "Prendre", &back)) }
            @else if row.assignee == Some(queue.me) { (assign::gesture(number, row.version, "personne", "Libérer", &back)) }
        }
    }
}

/// How a deadline is coloured.
pub fn urgency_tone(urgency: Urgency) -> Tone {
    match urgency {
        Urgency::Late(_) => Tone::Error,
        Urgency::Today | Urgency::Tomorrow => Tone::Warning,
        Urgency::In(_) => Tone::Info,
    }
}

/// The stable name of a mise en service's status, in French.
pub fn service_in_words(status: &str) -> &str {
    match status {
        "" => "non commencée",
        "running" => "en cours",
        "retrying" => "nouvel essai prévu",
        "held" => "une personne est demandée",
        "parked" => "arrêtée",
        "awaiting_activation" => "à activer par la collectivité",
        "open" => "en service",
        other => other,
    }
}

fn service(status: &str) -> Markup {
    let tone = match status {
        "running" | "retrying" => Tone::Info,
        "held" | "awaiting_activation" => Tone::Warning,
        "parked" => Tone::Error,
        "open" => Tone::Success,
        _ => Tone::Neutral,
    };
    badge(tone, service_in_words(status))
}
