//! The list of mises en service: where each stands and since when, why it stops, of whom something is awaited, and the
//! gestures that need no page of their own.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use url::form_urlencoded;

use super::components::{Tone, alert, badge};
use super::layout::{Audience, page as layout};
use super::listing::{Sort, pages, sorts};
use super::provisioning::tone;
use crate::domain::paris::instant_in_words;
use crate::http::paths;
use crate::provisioning::{ErrorClass, Hold, Status, Step, awaited};
use crate::store::services::{Place, ServiceRow};

/// Ages that the list may be narrowed to, in days.
pub const AGES: [i64; 4] = [1, 3, 7, 30];

/// What is listed, as the address says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Without one: all that is not open.
    pub status: Option<Status>,
    pub class: Option<ErrorClass>,
    /// In their state for that many days at least.
    pub days: Option<i64>,
}

impl Filter {
    /// Reads an address; what is not understood narrows nothing.
    pub fn read(status: &str, class: &str, days: &str) -> Self {
        Self {
            status: Status::parse(status),
            class: ErrorClass::parse(class),
            days: days.parse().ok().filter(|days| AGES.contains(days)),
        }
    }

    /// Its query, from a place on.
    pub fn query(&self, after: Option<Place>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.status.map(|status| ("etat", status.name())));
        query.extend_pairs(self.class.map(|class| ("classe", class.name())));
        query.extend_pairs(self.days.map(|days| ("depuis", days.to_string())));
        query.extend_pairs(after.map(|(at, number)| ("apres", format!("{}_{number}", at.timestamp_micros()))));
        query.finish()
    }

    fn address(&self) -> String {
        match self.query(None).as_str() {
            "" => paths::SERVICES.to_owned(),
            query => format!("{}?{query}", paths::SERVICES),
        }
    }

    fn narrows(&self) -> bool {
        *self != Self::default()
    }
}

/// What the page shows.
pub struct Services<'a> {
    pub viewer: &'a str,
    pub filter: &'a Filter,
    pub rows: &'a [ServiceRow],
    /// The place of the last line, when more follow.
    pub next: Option<Place>,
    /// The list begins after some lines.
    pub further: bool,
    /// By state and class, those that are open aside.
    pub counts: &'a [(String, Option<String>, i64)],
    pub now: DateTime<Utc>,
    /// This person may start again and put aside.
    pub may_mend: bool,
    /// This person may see the page of the operators.
    pub may_operate: bool,
    /// How many were just started again.
    pub relaunched: Option<usize>,
    /// DataPass number of the request that a gesture was just made on.
    pub touched: Option<i64>,
}

/// The whole page.
pub fn page(view: &Services<'_>) -> Markup {
    let start = view.further.then(|| view.filter.address());
    let next = view.next.map(|_| format!("{}?{}", paths::SERVICES, view.filter.query(view.next)));
    let body = html! {
        h1 { "Mises en service" }
        @if let Some(count) = view.relaunched { (done(&relaunched(count))) }
        @if let Some(number) = view.touched { (done(&format!("Le geste sur D{number} est enregistré, et noté dans son historique."))) }
        p {
            "De l’acceptation d’une demande à l’ouverture de sa page publique, dans HubEE. "
            @if view.may_operate { a .fr-link href=(paths::OPERATION) { "Exploitation" } }
        }
        (states(view))
        (classes(view))
        (filters(view.filter))
        (relaunch_class(view))
        @if view.rows.is_empty() { (nothing(view)) } @else { (table(view)) }
        (pages(start.as_deref(), next.as_deref()))
    };
    layout(Audience::BackOffice(view.viewer), "Mises en service", &body)
}

fn relaunched(count: usize) -> String {
    match count {
        0 => "Aucune mise en service n’était à relancer.".into(),
        1 => "Une mise en service est relancée.".into(),
        _ => format!("{count} mises en service sont relancées."),
    }
}

fn done(sentence: &str) -> Markup {
    html! { div .fr-mb-3w role="status" { (alert(Tone::Success, "C’est fait", &html! { p { (sentence) } })) } }
}

/// One link per state, with how many there are.
fn states(view: &Services<'_>) -> Markup {
    let count = |status: Status| -> i64 {
        view.counts.iter().filter(|(name, ..)| name == status.name()).map(|(.., count)| count).sum()
    };
    let all: i64 = view.counts.iter().map(|(.., count)| count).sum();
    let sort = |status: Option<Status>, label: &'static str, count: Option<i64>| Sort {
        label,
        count,
        address: Filter { status, ..Filter::default() }.address(),
        current: view.filter.status == status,
    };
    let each =
        Status::ALL.map(|status| sort(Some(status), status.label(), (status != Status::Open).then(|| count(status))));
    let all = sort(None, "Toutes celles qui ne sont pas en service", Some(all));
    sorts("Mises en service par état", &std::iter::once(all).chain(each).collect::<Vec<_>>())
}

/// One link per class of failure that somebody has.
fn classes(view: &Services<'_>) -> Markup {
    let of_status = |name: &str| view.filter.status.is_none_or(|status| status.name() == name);
    let count = |class: ErrorClass| -> i64 {
        let same = |(status, known, _): &&(String, Option<String>, i64)| {
            of_status(status) && known.as_deref() == Some(class.name())
        };
        view.counts.iter().filter(same).map(|(.., count)| count).sum()
    };
    let found: Vec<(ErrorClass, i64)> =
        ErrorClass::ALL.into_iter().map(|class| (class, count(class))).filter(|(_, count)| *count > 0).collect();
    html! {
        @if !found.is_empty() {
            p .fr-mb-1w { "Par classe d’erreur :" }
            ul .fr-tags-group { @for (class, count) in found {
                li { a .fr-tag href=(Filter { class: Some(class), ..view.filter.clone() }.address())
                    aria-current=[(view.filter.class == Some(class)).then_some("true")] { (class.label()) " (" (count) ")" } }
            } }
        }
    }
}

fn filters(filter: &Filter) -> Markup {
    let option = |value: &str, label: &str, chosen: bool| html! { option value=(value) selected[chosen] { (label) } };
    let select = |name: &str, label: &str, choices: Markup| {
        html! { div .fr-select-group {
            label .fr-label for=(name) { (label) }
            select .fr-select #(name) name=(name) { option value="" { "Indifférent" } (choices) }
        } }
    };
    html! {
        details .habilis-details .fr-mb-3w open[filter.narrows()] {
            summary { "Filtrer la liste" @if filter.narrows() { " (filtres en place)" } }
            form .habilis-row .fr-mt-2w method="get" action=(paths::SERVICES) {
                (select("etat", "État", html! { @for one in Status::ALL {
                    (option(one.name(), one.label(), filter.status == Some(one)))
                } }))
                (select("classe", "Classe d’erreur", html! { @for one in ErrorClass::ALL {
                    (option(one.name(), one.label(), filter.class == Some(one)))
                } }))
                (select("depuis", "Dans cet état depuis", html! { @for days in AGES {
                    (option(&days.to_string(), &at_least(days), filter.days == Some(days)))
                } }))
                button .fr-btn .fr-btn--secondary type="submit" { "Filtrer" }
                @if filter.narrows() { a .fr-link href=(paths::SERVICES) { "Effacer les filtres" } }
            }
        }
    }
}

fn at_least(days: i64) -> String {
    if days == 1 { "un jour au moins".into() } else { format!("{days} jours au moins") }
}

/// All that is parked for one reason goes again at once, when its cause is mended.
fn relaunch_class(view: &Services<'_>) -> Markup {
    let class = view.filter.class.filter(|_| view.may_mend && view.filter.status == Some(Status::Parked));
    html! {
        @if let Some(class) = class.filter(|_| !view.rows.is_empty()) {
            form .fr-mb-3w method="post" action=(paths::SERVICES_RELAUNCH) {
                input type="hidden" name="classe" value=(class.name());
                button .fr-btn .fr-btn--secondary type="submit" { "Relancer toute la classe « " (class.label()) " »" }
                p .fr-text--sm .fr-mt-1w { "Corrigez d’abord la cause : relancées telles quelles, elles s’arrêteraient de nouveau. 500 au plus à la fois." }
            }
        }
    }
}

fn nothing(view: &Services<'_>) -> Markup {
    html! {
        p .fr-text--lead {
            @if view.further { "Il n’y a plus de mise en service de ce côté de la liste." }
            @else if view.filter.narrows() { "Aucune mise en service ne correspond." }
            @else { "Toutes les mises en service sont terminées." }
        }
    }
}

fn table(view: &Services<'_>) -> Markup {
    html! {
        div .fr-table { div .fr-table__wrapper { div .fr-table__container {
            div .fr-table__content tabindex="0" role="region" aria-labelledby="titre-mises-en-service" {
                table .fr-cell--multiline {
                    caption #titre-mises-en-service { "Mises en service, la plus ancienne dans son état d’abord" }
                    thead { tr {
                        @for column in ["Numéro", "Collectivité", "État et étape", "Ce qui l’arrête", "Attendu de"] { th scope="col" { (column) } }
                        @if view.may_mend { th scope="col" { "Gestes" } }
                    } }
                    tbody { @for row in view.rows { (line(view, row)) } }
                }
            }
        } } }
    }
}

fn line(view: &Services<'_>, row: &ServiceRow) -> Markup {
    let number = format!("D{}", row.datapass_id);
    let status = Status::parse(&row.status).unwrap_or(Status::Running);
    let class = row.error_class.as_deref().and_then(ErrorClass::parse);
    let holds: Vec<Hold> =
        row.hold.as_ref().and_then(|json| serde_json::from_value(json.0.clone()).ok()).unwrap_or_default();
    let codes: Vec<&str> = holds.iter().map(|hold| hold.code.as_str()).collect();
    html! {
        tr {
            th scope="row" { a href={ (paths::request(&number)) "#mise-en-service" } { (number) } }
            td .habilis-roomy { (row.name) @if let Some(siret) = &row.siret { br; span .fr-text--sm { (siret) } } }
            td .habilis-roomy {
                (badge(tone(status), status.label()))
                p .fr-text--sm .fr-mb-0 { (Step::parse(&row.step).label()) br; "depuis le " (instant_in_words(row.status_since)) " (" (age(view.now - row.status_since)) ")" }
            }
            td .habilis-roomy .habilis-break { (why(row, class, &holds)) }
            td .habilis-roomy {
                (awaited(status, class, &codes).label())
                @if let Some(at) = row.next_attempt_at.filter(|at| *at > view.now) {
                    br; span .fr-text--sm { "prochain passage le " (instant_in_words(at)) }
                }
            }
            @if view.may_mend { td { (gestures(view, row, status, &number, codes.contains(&"MISE-DE-COTE"))) } }
        }
    }
}

fn why(row: &ServiceRow, class: Option<ErrorClass>, holds: &[Hold]) -> Markup {
    html! {
        @for hold in holds { p .fr-mb-1v { strong { (hold.code) } " : " (hold.sentence) " " (hold.remedy) } }
        @if let Some(error) = row.last_error.as_deref().filter(|_| holds.is_empty()) {
            @if let Some(class) = class { strong { (class.label()) } " : " }
            (error)
        }
        @if holds.is_empty() && row.last_error.is_none() { "rien" }
    }
}

fn gestures(view: &Services<'_>, row: &ServiceRow, status: Status, number: &str, aside: bool) -> Markup {
    let back = view.filter.query(None);
    let hidden = html! {
        input type="hidden" name="version" value=(row.version);
        input type="hidden" name="retour" value={ "?" (back) };
    };
    let field = format!("motif-{number}");
    html! {
        @if status != Status::Open {
            form method="post" action=(paths::request_gesture(number, paths::SERVICE_RELAUNCH)) .fr-mb-1w {
                (hidden)
                button .fr-btn .fr-btn--sm .fr-btn--secondary type="submit" {
                    @if aside { "Reprendre" } @else { "Relancer" } span .fr-sr-only { " la mise en service de " (number) }
                }
            }
            @if !aside {
                details {
                    summary { "Mettre de côté" span .fr-sr-only { " " (number) } }
                    form method="post" action=(paths::request_gesture(number, paths::SERVICE_PARK)) .fr-mt-1w {
                        (hidden)
                        label .fr-label for=(field) { "Motif" span .fr-hint-text { "10 à 1 000 caractères" } }
                        input .fr-input #(field) name="motif" minlength="10" maxlength="1000" required autocomplete="off";
                        button .fr-btn .fr-btn--sm .fr-mt-1w type="submit" { "Mettre de côté" }
                    }
                }
            }
        }
    }
}

/// « 3 jours », « 5 h », « 12 min ».
fn age(since: chrono::Duration) -> String {
    match (since.num_days(), since.num_hours(), since.num_minutes()) {
        (0, 0, minutes) => format!("{} min", minutes.max(0)),
        (0, hours, _) => format!("{hours} h"),
        (1, ..) => "1 jour".into(),
        (days, ..) => format!("{days} jours"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_back_from_its_address() {
        let filter = Filter::read("parked", "permanent", "7");
        assert_eq!(filter.query(None), "etat=parked&classe=permanent&depuis=7");
        assert_eq!(Filter::read("ailleurs", "autre", "12"), Filter::default());
        assert_eq!(Filter::default().address(), paths::SERVICES);
    }

    #[test]
    fn ages_in_words() {
        let words = [(5, "5 min"), (60, "1 h"), (1500, "1 jour"), (2881, "2 jours")];
        for (minutes, expected) in words {
            assert_eq!(age(chrono::Duration::minutes(minutes)), expected);
        }
    }
}
