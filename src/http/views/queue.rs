//! The instructeurs' list: tabs with their counts, then one line per request with its deadline in words.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::components::{Tone, badge};
use super::layout::{Audience, page};
use crate::domain::paris::{day_in_words, paris};
use crate::domain::working_days::{Urgency, WorkingDays};
use crate::http::paths;
use crate::instruction::queue::{Tab, state_label};
use crate::store::queue::QueueRow;

/// What the list shows.
pub struct Queue<'a> {
    /// Name of who is logged in.
    pub viewer: &'a str,
    pub tab: Tab,
    /// Requests by state.
    pub counts: &'a [(String, i64)],
    pub rows: &'a [QueueRow],
    pub days: WorkingDays,
    pub today: NaiveDate,
    /// Not the first page.
    pub further: bool,
    /// Where the next page starts, when there is one.
    pub next: Option<String>,
}

/// The whole page.
pub fn list(queue: &Queue<'_>) -> Markup {
    let body = html! {
        h1 { "Demandes" }
        (tabs(queue))
        @if queue.rows.is_empty() { (nothing(queue)) } @else { (table(queue)) }
        (pages(queue))
    };
    page(Audience::BackOffice(queue.viewer), &format!("Demandes – {}", queue.tab.label()), &body)
}

/// The address of a tab, from its start or after a line already seen.
fn address(tab: Tab, after: Option<&str>) -> String {
    let after = after.map(|cursor| format!("&apres={cursor}")).unwrap_or_default();
    format!("{}?etat={}{after}", paths::QUEUE, tab.name())
}

fn tabs(queue: &Queue<'_>) -> Markup {
    html! {
        nav .habilis-tabs .fr-mb-3w role="navigation" aria-label="Demandes par état" {
            ul { @for tab in Tab::ALL {
                li { a href=(address(tab, None)) aria-current=[(tab == queue.tab).then_some("page")] {
                    (tab.label()) " (" (tab.count(queue.counts)) ")"
                } }
            } }
        }
    }
}

fn nothing(queue: &Queue<'_>) -> Markup {
    html! {
        p .fr-text--lead {
            @match (queue.further, queue.tab) {
                (true, _) => "Il n’y a plus de demande après celles que vous venez de voir.",
                (false, Tab::ToInstruct) => "Aucune demande n’attend de réponse.",
                (false, Tab::Waiting) => "Aucune demande n’attend de complément.",
                (false, Tab::Accepted) => "Aucune demande n’est acceptée.",
                (false, Tab::Refused) => "Aucune demande n’est refusée.",
                (false, Tab::Others) => "Aucun brouillon, aucune demande révoquée ni archivée.",
            }
        }
        @if !queue.further && queue.tab == Tab::ToInstruct {
            p { "Les demandes arrivent ici dès qu’elles sont soumises dans DataPass." }
        }
    }
}

fn table(queue: &Queue<'_>) -> Markup {
    let deadlines = queue.tab.has_deadlines();
    let order = if deadlines { "échéance la plus ancienne d’abord" } else { "la plus récente d’abord" };
    html! {
        div .fr-table { div .fr-table__wrapper { div .fr-table__container {
            div .fr-table__content tabindex="0" role="region" aria-labelledby="titre-demandes" {
                table .fr-cell--multiline {
                    caption #titre-demandes { (queue.tab.label()) " : " (order) }
                    thead { tr {
                        th scope="col" { "Numéro" }
                        th scope="col" { @if deadlines { "Échéance" } @else { "Soumise le" } }
                        th scope="col" { "Collectivité" }
                        th scope="col" { "État" }
                        th scope="col" { "Mise en service" }
                        th scope="col" { "DataPass" }
                    } }
                    tbody { @for row in queue.rows { (line(queue, row)) } }
                }
            }
        } } }
    }
}

fn line(queue: &Queue<'_>, row: &QueueRow) -> Markup {
    let number = format!("D{}", row.datapass_id);
    let reopening = row.in_force && matches!(row.state.as_str(), "draft" | "submitted" | "changes_requested");
    html! {
        tr {
            th scope="row" { a href=(paths::request(&number)) { (number) } }
            td .habilis-one-line {
                @if queue.tab.has_deadlines() { (deadline(queue, row)) }
                @else if let Some(at) = row.submitted_at { (day_in_words(paris(at).date_naive())) }
                @else { "jamais soumise" }
            }
            td .habilis-roomy {
                @if row.name.trim().is_empty() { "Organisation sans nom" } @else { (row.name) }
                @if let Some(departement) = &row.departement { br; span .fr-text--sm { "Département " (departement) } }
            }
            td { (state_label(&row.state)) @if reopening { br; span .fr-text--sm { "réouverture" } } }
            td { @if let Some(status) = &row.provisioning { (service(status)) } @else { "non commencée" } }
            td { @if row.to_report { (badge(Tone::Warning, "à reporter")) } @else { "à jour" } }
        }
    }
}

fn deadline(queue: &Queue<'_>, row: &QueueRow) -> Markup {
    html! {
        @if let Some(due) = row.due_on {
            (badge(urgency_tone(queue.days.urgency(due, queue.today)), &queue.days.wording(due, queue.today)))
            br;
            span .fr-text--sm { (day_in_words(due)) }
        } @else { "sans échéance" }
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
fn service(status: &str) -> Markup {
    let (tone, words) = match status {
        "running" => (Tone::Info, "en cours"),
        "retrying" => (Tone::Info, "nouvel essai prévu"),
        "held" => (Tone::Warning, "une personne est demandée"),
        "parked" => (Tone::Error, "arrêtée"),
        "awaiting_activation" => (Tone::Warning, "à activer par la collectivité"),
        "open" => (Tone::Success, "en service"),
        other => (Tone::Neutral, other),
    };
    badge(tone, words)
}

fn pages(queue: &Queue<'_>) -> Markup {
    html! {
        @if queue.further || queue.next.is_some() {
            nav .fr-mt-2w role="navigation" aria-label="Pages de la liste" { ul .fr-btns-group .fr-btns-group--inline {
                @if queue.further {
                    li { a .fr-btn .fr-btn--secondary href=(address(queue.tab, None)) { "Revenir au début" } }
                }
                @if let Some(next) = &queue.next {
                    li { a .fr-btn .fr-btn--secondary href=(address(queue.tab, Some(next))) { "Suivants" } }
                }
            } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::{Html, Selector};

    fn row(datapass_id: i64, name: &str, due: &str) -> QueueRow {
        QueueRow {
            datapass_id,
            name: name.into(),
            departement: Some("73".into()),
            state: "submitted".into(),
            to_report: false,
            due_on: due.parse().ok(),
            submitted_at: "2026-06-02T08:00:00Z".parse().ok(),
            in_force: false,
            provisioning: None,
        }
    }

    fn queue<'a>(tab: Tab, counts: &'a [(String, i64)], rows: &'a [QueueRow]) -> Queue<'a> {
        Queue {
            viewer: "Inès Perrin",
            tab,
            counts,
            rows,
            days: WorkingDays::default(),
            today: "2026-06-04".parse().unwrap(),
            further: false,
            next: None,
        }
    }

    fn texts(page: &Html, selector: &str) -> Vec<String> {
        let words =
            |e: scraper::ElementRef<'_>| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
        page.select(&Selector::parse(selector).unwrap()).map(words).collect()
    }

    #[test]
    fn tabs_count_and_say_where_one_is() {
        let counts = [("submitted".to_owned(), 2), ("draft".to_owned(), 1), ("archived".to_owned(), 4)];
        let page = Html::parse_document(&list(&queue(Tab::ToInstruct, &counts, &[])).into_string());
        let expected = [
            "À instruire (2)",
            "En attente du demandeur (0)",
            "Acceptées (0)",
            "Refusées (0)",
            "Toutes les autres (5)",
        ];
        assert_eq!(texts(&page, ".habilis-tabs a"), expected);
        assert_eq!(texts(&page, ".habilis-tabs a[aria-current=page]"), ["À instruire (2)"]);
        assert_eq!(texts(&page, "h1"), ["Demandes"]);
        assert_eq!(texts(&page, "table").len(), 0);
        assert!(texts(&page, "main p")[0].contains("Aucune demande n’attend"));
    }

    #[test]
    fn lines_say_their_deadline_in_words() {
        let mut rows = [row(61_234, "HAUTELUCE", "2026-06-02"), row(61_235, "<b>", "2026-06-05")];
        rows[1].in_force = true;
        let mut queue = queue(Tab::ToInstruct, &[], &rows);
        queue.next = Some("2026-06-05_61235".into());
        let html = list(&queue).into_string();
        let page = Html::parse_document(&html);
        assert_eq!(texts(&page, "tbody th a"), ["D61234", "D61235"]);
        assert_eq!(texts(&page, "tbody .fr-badge"), ["en retard de 2 j", "échéance demain"]);
        assert_eq!(texts(&page, "thead th[scope=col]").len(), 6);
        assert_eq!(texts(&page, "caption").len(), 1);
        assert_eq!(texts(&page, "tbody td span.fr-text--sm").iter().filter(|t| *t == "réouverture").count(), 1);
        assert!(!html.contains("<b>"));
        let next = Selector::parse("a[href='/instruction?etat=a-instruire&apres=2026-06-05_61235']").unwrap();
        assert_eq!(page.select(&next).count(), 1);
    }

    #[test]
    fn accepted_requests_show_their_service_and_what_to_report() {
        let mut rows = [row(1, "A", ""), row(2, "B", "")];
        for (row, (status, to_report)) in rows.iter_mut().zip([("held", true), ("open", false)]) {
            row.state = "accepted".into();
            row.to_report = to_report;
            row.provisioning = Some(status.into());
        }
        let page = Html::parse_document(&list(&queue(Tab::Accepted, &[], &rows)).into_string());
        assert_eq!(texts(&page, "tbody .fr-badge"), ["une personne est demandée", "à reporter", "en service"]);
        assert!(texts(&page, "tbody td").contains(&"2 juin 2026".to_owned()));
    }
}
