//! The instructeurs' lists: tabs with their counts, search and filters, then the table and what can be done on several
//! of its lines at once.

mod table;

use std::sync::Arc;

use chrono::NaiveDate;
use maud::{Markup, html};
use url::form_urlencoded;
use uuid::Uuid;

use super::assign::attributed;
use super::components::{Tone, alert};
use super::layout::{Audience, page};
use crate::domain::working_days::WorkingDays;
use crate::http::paths;
use crate::instruction::checks::catalogue::CATALOGUE;
use crate::instruction::queue::{
    Checks, Deadline, Filter, Line, Listing, Place, STATES, Said, Tab, Who, state_label, write_place,
};

pub use table::{service_in_words, urgency_tone};

/// Somebody who is, was or may be in charge of a request.
#[derive(Clone, Debug)]
pub struct Colleague {
    pub id: Uuid,
    pub name: String,
    /// Whether they may be given one.
    pub may_take: bool,
}

/// What the list shows.
pub struct Queue<'a> {
    /// Name of who is logged in.
    pub viewer: &'a str,
    /// Decisions to report to DataPass, when they are taken here.
    pub to_report: Option<u64>,
    pub me: Uuid,
    /// Whether they may take and give requests.
    pub may_act: bool,
    pub filter: &'a Filter,
    pub listing: &'a Listing,
    /// Everybody.
    pub colleagues: &'a [Colleague],
    pub days: WorkingDays,
    pub today: NaiveDate,
    /// What was just done, as the address says.
    pub done: &'a str,
}

impl Queue<'_> {
    /// Who has this account.
    fn name(&self, account: Uuid) -> &str {
        self.colleagues.iter().find(|one| one.id == account).map_or("compte inconnu", |one| &one.name)
    }
}

/// The whole page.
pub fn list(queue: &Queue<'_>) -> Markup {
    let body = html! {
        h1 { "Demandes" }
        @if let Some(count) = queue.to_report {
            p { a .fr-link href=(paths::TO_REPORT) { "À reporter dans DataPass (" (count) ")" } }
        }
        (done(queue.done))
        (search(queue.filter))
        (tabs(queue))
        (filters(queue.filter))
        @if queue.listing.lines.is_empty() { (nothing(queue)) } @else {
            (table::table(queue))
            (batch(queue))
        }
        (pages(queue))
        @if !queue.listing.lines.is_empty() { (files(queue)) }
        (shortcuts(&[
            ("j", "demande suivante de la liste"),
            ("k", "demande précédente de la liste"),
            ("/", "aller à la recherche"),
        ]))
    };
    page(Audience::BackOffice(queue.viewer), &format!("Demandes – {}", queue.filter.tab.label()), &body)
}

/// The query of a list's address, from its start or from a place: `avant` or `apres`.
pub fn query(filter: &Filter, from: Option<(&str, &str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(filter.pairs()).extend_pairs(from).finish()
}

fn address(filter: &Filter) -> String {
    format!("{}?{}", paths::QUEUE, query(filter, None))
}

fn done(said: &str) -> Markup {
    let (what, count) = said.split_once('-').unwrap_or((said, "0"));
    let count: usize = count.parse().unwrap_or_default();
    let sentence = match what {
        "attribuees" => attributed(count),
        "controles" if count > 1 => format!("Les contrôles de {count} demandes ont été refaits."),
        "controles" => format!("Les contrôles de {count} demande ont été refaits."),
        "rien" => "Aucune demande n’était cochée : rien n’a été fait.".into(),
        _ => return html! {},
    };
    let tone = if what == "rien" { Tone::Warning } else { Tone::Success };
    let title = if what == "rien" { "Rien n’a été fait" } else { "C’est fait" };
    html! { div .fr-mb-3w role="status" { (alert(tone, title, &html! { p { (sentence) } })) } }
}

fn search(filter: &Filter) -> Markup {
    html! {
        form .habilis-search method="get" action=(paths::QUEUE) role="search" {
            label .fr-label .fr-mb-1v for="recherche" {
                "Chercher une demande"
                span .fr-hint-text { "Numéro D ou H, SIRET, code INSEE, nom, adresse électronique ou personne" }
            }
            div .fr-search-bar {
                input .fr-input #recherche type="search" name="q" value=(filter.words) autocomplete="off" maxlength="200"
                    data-habilis-key="/";
                button .fr-btn type="submit" { "Chercher" }
            }
        }
    }
}

fn tabs(queue: &Queue<'_>) -> Markup {
    html! {
        nav .habilis-tabs .fr-mb-3w role="navigation" aria-label="Listes de demandes" {
            ul { @for (tab, total) in Tab::ALL.into_iter().zip(queue.listing.totals) {
                li { a href=(address(&queue.filter.in_tab(tab))) aria-current=[(tab == queue.filter.tab).then_some("page")] {
                    (tab.label()) " (" (total) ")"
                } }
            } }
        }
    }
}

fn filters(filter: &Filter) -> Markup {
    let labels = CATALOGUE.map(|entry| format!("{} – {}", entry.code, entry.title));
    let chosen = |known: Option<&str>, name: &str| known == Some(name);
    html! {
        details .habilis-details .fr-mb-3w open[filter.narrows()] {
            summary { "Filtrer la liste" @if filter.narrows() { " (filtres en place)" } }
            form .habilis-row .fr-mt-2w method="get" action=(paths::QUEUE) {
                input type="hidden" name="onglet" value=(filter.tab.name());
                @if !filter.words.is_empty() { input type="hidden" name="q" value=(filter.words); }
                (select("etat", "État", STATES.map(|state| (state, state_label(state), chosen(filter.state, state)))))
                (select("qui", "En charge", Who::ALL.iter().map(|one| {
                    (one.name(), one.label(), filter.who == Some(*one))
                })))
                (select("controles", "Contrôles", Checks::ALL.iter().map(|one| {
                    (one.name(), one.label(), filter.checks == Some(*one))
                })))
                (select("controle", "Contrôle", CATALOGUE.iter().map(|entry| {
                    (entry.code, labels[entry.rank() as usize].as_str(), filter.point.is_some_and(|p| p.entry == entry))
                })))
                (select("verdict", "Ce contrôle dit", Said::ALL.iter().map(|one| {
                    (one.name(), one.label(), filter.point.is_some_and(|point| point.said == Some(*one)))
                })))
                (select("echeance", "Échéance", Deadline::ALL.iter().map(|one| {
                    (one.name(), one.label(), filter.deadline == Some(*one))
                })))
                div .fr-input-group {
                    label .fr-label for="departement" { "Département" span .fr-hint-text { "73, 2A, 974" } }
                    input .fr-input #departement name="departement" size="4" maxlength="3" autocomplete="off"
                        value=(filter.departement.as_deref().unwrap_or_default());
                }
                button .fr-btn .fr-btn--secondary type="submit" { "Filtrer" }
                @if filter.narrows() { a .fr-link href=(address(&Filter::of(filter.tab))) { "Effacer les filtres" } }
            }
        }
    }
}

/// A list of choices, none asked first: name, words, chosen.
fn select<'a>(name: &str, label: &str, choices: impl IntoIterator<Item = (&'a str, &'a str, bool)>) -> Markup {
    html! {
        div .fr-select-group {
            label .fr-label for=(name) { (label) }
            select .fr-select #(name) name=(name) {
                option value="" { "Indifférent" }
                @for (value, words, chosen) in choices { option value=(value) selected[chosen] { (words) } }
            }
        }
    }
}

fn nothing(queue: &Queue<'_>) -> Markup {
    let (before, after) = queue.listing.more;
    html! {
        p .fr-text--lead {
            @if before || after { "Il n’y a plus de demande de ce côté de la liste." }
            @else if queue.filter.narrows() { "Aucune demande de cette liste ne correspond." }
            @else { (empty(queue.filter.tab)) }
        }
        @if queue.filter.narrows() && queue.filter.tab != Tab::All {
            p { a .fr-link href=(address(&queue.filter.in_tab(Tab::All))) { "Chercher dans toutes les demandes" } }
        } @else if queue.filter.tab == Tab::ToInstruct {
            p { "Les demandes arrivent ici dès qu’elles sont soumises dans DataPass." }
        }
    }
}

fn empty(tab: Tab) -> &'static str {
    match tab {
        Tab::ToInstruct => "Aucune demande n’attend de réponse.",
        Tab::Late => "Aucune demande n’est en retard.",
        Tab::Waiting => "Aucune demande n’attend de complément.",
        Tab::ToOpen => "Aucune mise en service n’est à mener.",
        Tab::Open => "Aucun formulaire n’est encore ouvert.",
        Tab::Done => "Aucune demande n’est refusée, révoquée ni archivée.",
        Tab::All => "Aucune demande n’est encore arrivée.",
    }
}

/// What can be done on the checked lines; the boxes are in the table and belong to this form.
fn batch(queue: &Queue<'_>) -> Markup {
    html! {
        form #lot .habilis-row method="post" action=(paths::QUEUE_BATCH) aria-label="Demandes cochées" {
            input type="hidden" name="retour" value=(address(queue.filter));
            input type="hidden" name="choisies" value="oui";
            @if queue.may_act {
                div .fr-select-group {
                    label .fr-label for="attribuer-a" { "Attribuer les demandes cochées à" }
                    select .fr-select #attribuer-a name="a" {
                        option value="moi" { "Moi" }
                        @for one in queue.colleagues.iter().filter(|one| one.may_take && one.id != queue.me) {
                            option value=(one.id) { (one.name) }
                        }
                        option value="personne" { "Personne (libérer)" }
                    }
                }
                button .fr-btn .fr-btn--secondary type="submit" name="geste" value="attribuer" { "Attribuer" }
                button .fr-btn .fr-btn--secondary type="submit" name="geste" value="controles" { "Relancer les contrôles" }
            }
            button .fr-btn .fr-btn--tertiary type="submit" formmethod="get" formaction=(file("csv")) {
                "Exporter les cochées (CSV)"
            }
            button .fr-btn .fr-btn--tertiary type="submit" formmethod="get" formaction=(file("xlsx")) {
                "Exporter les cochées (XLSX)"
            }
        }
    }
}

fn file(format: &str) -> String {
    paths::QUEUE_EXPORT.replace("{format}", format)
}

fn files(queue: &Queue<'_>) -> Markup {
    let query = query(queue.filter, None);
    html! {
        p .fr-mt-3w {
            "Exporter toute la liste filtrée : "
            a .fr-link href={ (file("csv")) "?" (query) } { "CSV" } ", "
            a .fr-link href={ (file("xlsx")) "?" (query) } { "XLSX (tableur)" }
        }
    }
}

fn pages(queue: &Queue<'_>) -> Markup {
    let (before, after) = queue.listing.more;
    let place = |line: Option<&Arc<Line>>| {
        let due = |due| if queue.filter.tab.has_deadlines() { due } else { None };
        line.map(|line| write_place(Place { due_on: due(line.due_on), datapass_id: line.datapass_id }))
    };
    let at = |name: &str, place: &str| format!("{}?{}", paths::QUEUE, query(queue.filter, Some((name, place))));
    let (first, last) = (place(queue.listing.lines.first()), place(queue.listing.lines.last()));
    html! {
        @if before || after {
            nav .fr-mt-2w role="navigation" aria-label="Pages de la liste" { ul .fr-btns-group .fr-btns-group--inline {
                @if before {
                    li { a .fr-btn .fr-btn--secondary href=(address(queue.filter)) { "Revenir au début" } }
                    @if let Some(first) = &first {
                        li { a .fr-btn .fr-btn--secondary href=(at("avant", first)) { "Précédentes" } }
                    }
                }
                @if let Some(last) = last.as_ref().filter(|_| after) {
                    li { a .fr-btn .fr-btn--secondary href=(at("apres", last)) { "Suivantes" } }
                }
            } }
        }
    }
}

/// The keys that work on a page, and the button that turns them off: shown by the script that makes them work.
pub fn shortcuts(keys: &[(&str, &str)]) -> Markup {
    html! {
        details .habilis-details .fr-mt-4w data-habilis-shortcuts hidden {
            summary { "Raccourcis" }
            ul { @for (key, what) in keys { li { kbd { (key) } " : " (what) } } }
            p { "Ils ne font rien pendant que vous écrivez dans un champ." }
            button .fr-btn .fr-btn--sm .fr-btn--tertiary type="button" aria-pressed="false" {
                "Désactiver les raccourcis"
            }
        }
    }
}

/// Links to the requests before and after one, in the list it was opened from.
pub fn neighbours(before: Option<i64>, after: Option<i64>) -> Markup {
    let link = |number: i64, words: &str, key: &str| {
        let number = format!("D{number}");
        html! { li { a .fr-link href=(paths::request(&number)) data-habilis-key=(key) { (words) " (" (number) ")" } } }
    };
    html! {
        nav role="navigation" aria-label="Autres demandes" { ul .habilis-beside {
            li { a .fr-link href=(paths::QUEUE) data-habilis-key="/" { "Toutes les demandes" } }
            @if let Some(number) = before { (link(number, "Demande précédente", "k")) }
            @if let Some(number) = after { (link(number, "Demande suivante", "j")) }
        } }
    }
}

#[cfg(test)]
mod tests;
