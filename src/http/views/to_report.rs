//! What must still be done in DataPass: on the page of a request, and as a list where the disagreements come first.

use maud::{Markup, html};

use super::components::{Tone, alert, badge};
use super::dossier::outside;
use super::layout::{Audience, page};
use crate::domain::Habilitation;
use crate::domain::paris::instant_in_words;
use crate::http::paths;
use crate::instruction::decision::{Contradiction, Report, report};

/// A request to report, with its address in DataPass.
pub struct Line {
    pub habilitation: Habilitation,
    pub datapass: String,
}

/// For the page of a request: what is to do in DataPass, and where it disagrees.
pub fn alerts(habilitation: &Habilitation, datapass: &str) -> Markup {
    let Some(Report { todo, contradiction }) = report(habilitation) else { return html! {} };
    match contradiction {
        Some(contradiction) => html! {
            (alert(
                Tone::Warning,
                "DataPass et Habilis ne disent pas la même chose",
                &html! { (ways_out(&contradiction)) p { (outside(datapass, "Ouvrir la demande dans DataPass")) } },
            ))
        },
        None => alert(
            Tone::Warning,
            "Décision à reporter dans DataPass",
            &html! {
                p { "DataPass ne peut pas être informé automatiquement : " (todo) " aussi dans DataPass." }
                p { (outside(datapass, "Reporter la décision dans DataPass")) }
            },
        ),
    }
}

fn ways_out(contradiction: &Contradiction) -> Markup {
    html! {
        p { strong { "Habilis : " (contradiction.ours) " ; DataPass : " (contradiction.theirs) "." }
            " La décision prise ici tient tant que personne ne tranche. Deux façons de le faire :" }
        ul {
            li { strong { "Garder la décision prise ici : " } (contradiction.keep) }
            li { strong { "Suivre DataPass : " } (contradiction.follow) }
        }
    }
}

/// The whole list. `count`: how many there are, shown or not.
pub fn list(viewer: &str, lines: &[Line], count: i64) -> Markup {
    let title = "À reporter dans DataPass";
    let (contradicted, plain): (Vec<_>, Vec<_>) = lines
        .iter()
        .filter_map(|line| Some((line, report(&line.habilitation)?)))
        .partition(|(_, report)| report.contradiction.is_some());
    let body = html! {
        p { a .fr-link href=(paths::QUEUE) { "Toutes les demandes" } }
        h1 { (title) }
        p {
            "DataPass ne peut pas être informé automatiquement des décisions prises ici : prenez-les aussi là-bas. \
             Chaque ligne disparaît d’elle-même quand DataPass annonce la même décision."
        }
        @if lines.is_empty() { p .fr-text--lead { "Rien à reporter : DataPass connaît toutes vos décisions." } }
        @if !contradicted.is_empty() { (disagreements(&contradicted)) }
        @if !plain.is_empty() { (table(&plain)) }
        @if i64::try_from(lines.len()).is_ok_and(|shown| shown < count) {
            p { "Les " (lines.len()) " premières sur " (count) " : les suivantes apparaîtront à mesure." }
        }
    };
    page(Audience::BackOffice(viewer), title, &body)
}

fn disagreements(lines: &[(&Line, Report)]) -> Markup {
    html! {
        section .fr-mb-4w aria-labelledby="a-trancher" {
            h2 .fr-h4 #a-trancher { "Désaccords à trancher (" (lines.len()) ")" }
            @for (line, report) in lines { @if let Some(contradiction) = &report.contradiction {
                div .fr-mb-2w .fr-alert .fr-alert--warning {
                    h3 .fr-alert__title {
                        a href=(paths::request(&line.habilitation.number())) { (line.habilitation.number()) } " – "
                        (line.habilitation.dossier.organisation.name)
                    }
                    (ways_out(contradiction))
                    p { (outside(&line.datapass, &format!("Ouvrir {} dans DataPass", line.habilitation.number()))) }
                }
            } }
        }
    }
}

fn table(lines: &[(&Line, Report)]) -> Markup {
    html! {
        div .fr-table { div .fr-table__wrapper { div .fr-table__container {
            div .fr-table__content tabindex="0" role="region" aria-labelledby="titre-a-reporter" {
                table .fr-cell--multiline {
                    caption #titre-a-reporter { "Décisions à reporter : la plus ancienne d’abord" }
                    thead { tr {
                        th scope="col" { "Numéro" }
                        th scope="col" { "Collectivité" }
                        th scope="col" { "Décision prise ici" }
                        th scope="col" { "À faire dans DataPass" }
                    } }
                    tbody { @for (line, report) in lines { (row(line, report)) } }
                }
            }
        } } }
    }
}

fn row(line: &Line, report: &Report) -> Markup {
    let habilitation = &line.habilitation;
    let number = habilitation.number();
    html! {
        tr {
            th scope="row" { a href=(paths::request(&number)) { (number) } }
            td .habilis-roomy { (habilitation.dossier.organisation.name) }
            td .habilis-roomy {
                (badge(Tone::Neutral, habilitation.state.label())) " "
                @if let Some(decision) = &habilitation.unreported {
                    span .fr-text--sm { "le " (instant_in_words(decision.at)) ", " (decision.by.display_name()) }
                }
            }
            td .habilis-roomy {
                (capitalised(report.todo)) "." br;
                (outside(&line.datapass, &format!("Ouvrir {number} dans DataPass")))
            }
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
