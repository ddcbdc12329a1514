//! « Écarts »: what HubEE or Sirene shows and we don't, oldest first, each with what it means and the gestures on it.

use chrono::NaiveDate;
use maud::{Markup, html};
use url::form_urlencoded;

use super::components::{Field, FieldError, Tone, alert, badge, error_summary, text_area, text_field};
use super::layout::{Audience, page as layout};
use super::listing::{Sort, pages, sorts};
use crate::domain::paris::{day_in_words, instant_in_words};
use crate::http::paths;
use crate::provisioning::drift::{HUBEE, Kind, Standing};
use crate::store::drift::{DriftRow, Walk};

/// The list.
pub struct List<'a> {
    pub viewer: &'a str,
    /// Oldest first.
    pub rows: &'a [DriftRow],
    /// Kind, to settle, ignored.
    pub counts: &'a [(String, i64, i64)],
    pub walks: &'a [Walk],
    pub kind: Option<Kind>,
    /// Those left alone for now, rather than those to settle.
    pub ignored: bool,
    pub today: NaiveDate,
    /// Address of the next page.
    pub next: Option<String>,
    /// This is not the first page.
    pub further: bool,
    /// What was just done.
    pub done: Option<&'static str>,
}

/// The address of the list.
pub fn address(kind: Option<Kind>, ignored: bool, after: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(kind) = kind {
        query.append_pair("type", kind.name());
    }
    if ignored {
        query.append_pair("ignores", "oui");
    }
    if let Some(after) = after {
        query.append_pair("apres", after);
    }
    match query.finish() {
        empty if empty.is_empty() => paths::DRIFTS.to_owned(),
        query => format!("{}?{query}", paths::DRIFTS),
    }
}

pub fn list(view: &List<'_>) -> Markup {
    let body = html! {
        h1 { "Écarts" }
        @if let Some(done) = view.done {
            div .fr-mb-3w role="status" { (alert(Tone::Success, done, &html! {})) }
        }
        p { "Ce que HubEE ou Sirene montrent, et que nous ne montrons pas. Rien n’est corrigé sans vous." }
        (walks(view.walks))
        (filters(view))
        @if view.rows.is_empty() { (nothing(view)) } @else { (table(view)) }
        (pages(view.further.then(|| address(view.kind, view.ignored, None)).as_deref(), view.next.as_deref()))
    };
    layout(Audience::BackOffice(view.viewer), "Écarts", &body)
}

fn walks(walks: &[Walk]) -> Markup {
    html! {
        @if walks.is_empty() { p { "Aucune comparaison n’a encore eu lieu : la première a lieu cette nuit." } }
        @else { ul { @for walk in walks { li {
            @let name = if walk.source == HUBEE { "HubEE" } else { "Sirene" };
            "Comparaison avec " (name) " : " (Standing::parse(&walk.status).label())
            ", commencée le " (instant_in_words(walk.started_at))
            @if let Some(at) = walk.finished_at { ", arrêtée le " (instant_in_words(at)) }
            ". " (counted(walk.compared, "collectivité comparée", "collectivités comparées")) "."
            @if let Some(note) = &walk.note {
                @if walk.finished_at.is_none() { " Dernier essai manqué : " } @else { " " }
                (note) "."
            }
        } } } }
    }
}

fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{count} {}", if count > 1 { many } else { one })
}

fn filters(view: &List<'_>) -> Markup {
    let total = |pick: fn(&(String, i64, i64)) -> i64| view.counts.iter().map(pick).sum::<i64>();
    let of = |kind: Kind| {
        let found = view.counts.iter().find(|(name, _, _)| name == kind.name());
        found.map_or(0, |(_, settle, ignored)| if view.ignored { *ignored } else { *settle })
    };
    let all = if view.ignored { total(|c| c.2) } else { total(|c| c.1) };
    let sort = |kind: Option<Kind>, label: &'static str, count: i64| Sort {
        label,
        count: Some(count),
        address: address(kind, view.ignored, None),
        current: view.kind == kind,
    };
    let met = Kind::ALL.into_iter().filter(|kind| of(*kind) > 0 || view.kind == Some(*kind));
    let kinds = met.map(|kind| sort(Some(kind), kind.label(), of(kind)));
    html! {
        (sorts("Sortes d’écarts", &std::iter::once(sort(None, "Tous", all)).chain(kinds).collect::<Vec<_>>()))
        p {
            @if view.ignored { a .fr-btn .fr-btn--sm .fr-btn--tertiary href=(address(view.kind, false, None)) { "Voir les écarts à traiter" } }
            @else { a .fr-btn .fr-btn--sm .fr-btn--tertiary href=(address(view.kind, true, None)) { "Voir les écarts ignorés (" (total(|c| c.2)) ")" } }
        }
    }
}

fn nothing(view: &List<'_>) -> Markup {
    html! {
        p role="status" {
            @if view.further { "Il n’y a plus d’écart après ceux-là." }
            @else if view.ignored { "Aucun écart n’est ignoré." }
            @else if view.kind.is_some() { "Aucun écart de cette sorte n’est à traiter." }
            @else { "Aucun écart n’est à traiter." }
        }
    }
}

fn table(view: &List<'_>) -> Markup {
    html! {
        div .fr-table { div .fr-table__wrapper { div .fr-table__container {
            div .fr-table__content tabindex="0" role="region" aria-labelledby="ecarts" {
                table .fr-cell--multiline {
                    caption #ecarts { @if view.ignored { "Écarts ignorés, du plus ancien au plus récent" } @else { "Écarts à traiter, du plus ancien au plus récent" } }
                    thead { tr {
                        th scope="col" { "Collectivité" } th scope="col" { "Écart" } th scope="col" { "Attendu" }
                        th scope="col" { "Constaté" } th scope="col" { "Depuis" }
                    } }
                    tbody { @for row in view.rows { (line(row, view.today)) } }
                }
            }
        } } }
    }
}

fn line(row: &DriftRow, today: NaiveDate) -> Markup {
    let kind = Kind::parse(&row.kind).map_or(row.kind.as_str(), |kind| kind.label());
    html! {
        tr {
            th scope="row" .habilis-roomy {
                a href=(paths::difference(&row.id.to_string())) { (row.name) }
                br; span .fr-text--sm { "SIRET " (row.siret) }
            }
            td { (kind) @if let Some(by) = &row.settled_by { br; span .fr-text--sm { "Vu par " (by) } } }
            td .habilis-break { (row.expected) }
            td .habilis-break { (row.found) }
            td { (age(row, today)) }
        }
    }
}

fn age(row: &DriftRow, today: NaiveDate) -> String {
    let since = crate::domain::paris::paris(row.first_seen_at).date_naive();
    match (today - since).num_days() {
        ..=0 => "aujourd’hui".into(),
        1 => "1 jour".into(),
        days => format!("{days} jours"),
    }
}

/// One difference.
pub struct Detail<'a> {
    pub viewer: &'a str,
    pub row: &'a DriftRow,
    pub may_act: bool,
    pub reason: &'a str,
    pub until: &'a str,
    pub errors: &'a [FieldError],
    /// Why nothing was done.
    pub refused: Option<&'a str>,
}

pub fn detail(view: &Detail<'_>) -> Markup {
    let row = view.row;
    let kind = Kind::parse(&row.kind);
    let label = kind.map_or(row.kind.as_str(), |kind| kind.label());
    let title = format!("{label} : {}", row.name);
    let body = html! {
        p { a .fr-link .fr-icon-arrow-left-line .fr-link--icon-left href=(paths::DRIFTS) { "Tous les écarts" } }
        h1 .habilis-break { (title) }
        (error_summary(view.errors))
        @if let Some(why) = view.refused {
            div .fr-mb-3w role="alert" { (alert(Tone::Error, "Rien n’a été fait", &html! { p { (why) } })) }
        }
        @if row.gone_at.is_some() { (badge(Tone::Success, "Écart disparu")) }
        @if let Some(kind) = kind { p { (kind.meaning()) } }
        (facts(row))
        @if kind.is_some_and(Kind::is_for_support) { (support(row)) }
        @if view.may_act && row.gone_at.is_none() { (gestures(view, kind)) }
    };
    layout(Audience::BackOffice(view.viewer), &title, &body)
}

fn facts(row: &DriftRow) -> Markup {
    html! {
        dl .habilis-facts {
            div { dt { "SIRET" } dd { (row.siret) } }
            @if let Some(number) = row.datapass_id.map(|number| format!("D{number}")) {
                div { dt { "Demande" } dd { a href={ (paths::request(&number)) "#formulaire" } { (number) } } }
            }
            div { dt { "Attendu" } dd .habilis-break { (row.expected) } }
            div { dt { "Constaté" } dd .habilis-break { (row.found) } }
            div { dt { "Vu la première fois" } dd { (instant_in_words(row.first_seen_at)) } }
            div { dt { "Vu la dernière fois" } dd { (instant_in_words(row.last_seen_at)) } }
            @if let Some(at) = row.gone_at { div { dt { "Disparu" } dd { (instant_in_words(at)) } } }
            @if let (Some(by), Some(at)) = (&row.settled_by, row.settled_at) {
                div { dt { "Dernier geste" } dd {
                    (by) ", le " (instant_in_words(at))
                    @if let Some(until) = row.ignored_until { ", ignoré jusqu’au " (day_in_words(until)) }
                    @if let Some(reason) = row.settled_reason.as_deref().filter(|r| !r.is_empty()) { " : " (reason) }
                } }
            }
        }
    }
}

/// The text to send to HubEE's support and to the local administrator, ready to copy.
pub fn support(row: &DriftRow) -> Markup {
    let detail = |key: &str| row.detail.0.get(key).and_then(|value| value.as_str()).unwrap_or("inconnu").to_owned();
    let body = match Kind::parse(&row.kind) {
        Some(Kind::Administrator) => format!(
            "Bonjour,\n\nL’administrateur local de {} (SIRET {}) pour la démarche FormulaireQF a changé.\n\
             Administrateur actuel dans HubEE : {}.\nNouvel administrateur : {}.\n\
             Merci de créer son compte, ou de lui donner ce rôle, puis de nous le confirmer.",
            row.name, row.siret, row.found, row.expected
        ),
        Some(Kind::OtherCog) => format!(
            "Bonjour,\n\nL’organisation {} (SIRET {}) est connue de HubEE sous le code guichet {}. Son code officiel \
             géographique est désormais {}.\nMerci de nous dire comment la faire connaître sous ce code, sans perdre son \
             abonnement à la démarche FormulaireQF.",
            row.name, row.siret, row.expected, row.found
        ),
        Some(Kind::Access) => format!(
            "Bonjour,\n\nDans HubEE, l’abonnement de {} (SIRET {}) à la démarche FormulaireQF ({}) n’a pas le mode d’accès \
             que son habilitation demande.\nDemandé : {}.\nConstaté : {}.\nMerci de finir les télédossiers en cours, puis \
             de le corriger dans le portail, par « Gestion des abonnements », ou de nous dire pourquoi ce choix convient.",
            row.name,
            row.siret,
            detail("subscription"),
            row.expected,
            row.found
        ),
        Some(Kind::Double) => format!(
            "Bonjour,\n\nLa collectivité {} (SIRET {}) a plusieurs abonnements à la démarche FormulaireQF : {}.\nSes \
             télédossiers sont remis sous le code guichet {}.\nMerci de suspendre l’autre abonnement, puis de nous le \
             confirmer.",
            row.name,
            row.siret,
            row.found,
            detail("branch")
        ),
        Some(Kind::Key) => format!(
            "Bonjour,\n\nL’habilitation de {} (SIRET {}) a pris fin et son abonnement à la démarche FormulaireQF ({}) est \
             suspendu.\nAccès connu : {}.\nMerci de désactiver ou de renouveler le secret d’API de cet abonnement, puis \
             de nous le confirmer.",
            row.name,
            row.siret,
            detail("subscription"),
            row.found
        ),
        _ => format!(
            "Bonjour,\n\nMerci de suspendre l’abonnement à la démarche FormulaireQF de {} (SIRET {}, code guichet {}, \
             abonnement {}) : l’habilitation a pris fin.\nSon administrateur local peut aussi le faire dans le portail, \
             par « Gestion des abonnements », « Suspendre l’abonnement ».",
            row.name,
            row.siret,
            detail("branch"),
            detail("subscription")
        ),
    };
    let id = format!("support-{}", row.id.simple());
    html! { (super::public::copyable_text(&id, "Message pour le support HubEE et l’administrateur local", &body)) }
}

fn gestures(view: &Detail<'_>, kind: Option<Kind>) -> Markup {
    let row = view.row;
    let path = |gesture: &str| paths::difference_gesture(&row.id.to_string(), gesture);
    let until = Field {
        name: "jusqu-au",
        label: "Ignorer jusqu’au",
        hint: Some("Un jour à venir, dans un an au plus. L’écart revient ensuite dans la liste."),
        kind: "date",
        value: view.until,
        autocomplete: "off",
        required: true,
    };
    html! {
        @if let Some(fix) = kind.and_then(Kind::fix).filter(|_| row.habilitation_id.is_some()) {
            h2 .fr-h4 { "Traiter" }
            form method="post" action=(path(paths::DRIFT_FIX)) .fr-mb-4w {
                input type="hidden" name="version" value=(row.version);
                button .fr-btn type="submit" { (fix) }
            }
        }
        h2 .fr-h4 { "Ignorer" }
        form method="post" action=(path(paths::DRIFT_IGNORE)) novalidate {
            input type="hidden" name="version" value=(row.version);
            (text_area("motif", "Motif", Some("Il reste dans l’historique."), view.reason, view.errors))
            (text_field(&until, view.errors))
            button .fr-btn .fr-btn--secondary type="submit" { "Ignorer cet écart" }
        }
    }
}
