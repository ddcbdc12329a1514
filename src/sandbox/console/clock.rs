//! The time of the demonstration, as the console shows it and pushes it forward. Nothing ever goes back.

use axum::{Form, extract::State, response::Redirect};
use chrono::Duration;
use maud::{Markup, html};
use serde::Deserialize;

use super::CLOCK;
use crate::{domain::paris::paris, sandbox::Sandbox};

/// What is pushed at once: the name that the form sends, the label, and how long.
const STEPS: [(&str, &str, Duration); 2] =
    [("heure", "Avancer d’une heure", Duration::hours(1)), ("jour", "Avancer d’un jour", Duration::days(1))];

#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    duree: String,
}

pub(super) async fn advance(State(sandbox): State<Sandbox>, Form(chosen): Form<Chosen>) -> Redirect {
    if let Some((.., by)) = STEPS.iter().find(|(name, ..)| *name == chosen.duree) {
        sandbox.time.advance(*by);
        sandbox.hubee.catch_up();
    }
    Redirect::to("/#horloge")
}

pub(super) fn section(sandbox: &Sandbox) -> Markup {
    let now = paris(sandbox.time.now());
    html! {
        section id="horloge" {
            h2 class="fr-mt-8v" { "Horloge" }
            p { "Il est " strong { (now.format("%H:%M")) } ", le " strong { (now.format("%d/%m/%Y")) } " à Paris" (ahead(sandbox.time.ahead())) "." }
            @if sandbox.time.can_move() {
                p {
                    "Avancez le temps pour Habilis et tous les systèmes simulés : jetons qui expirent, activation de "
                    "00 h 01, relances, délais de réponse. Il n’est pas possible de revenir en arrière."
                }
                form method="post" action=(CLOCK) {
                    ul class="fr-btns-group fr-btns-group--inline" { @for (name, label, _) in STEPS { li {
                        button class="fr-btn fr-btn--secondary" type="submit" name="duree" value=(name) { (label) }
                    } } }
                }
            } @else {
                p { "C’est l’heure de cette machine : elle ne s’avance pas." }
            }
        }
    }
}

/// How far ahead of the machine, in words; nothing when it is not.
fn ahead(by: Duration) -> String {
    let counted = |count: i64, noun: &str| match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{count} {noun}s")),
    };
    let parts = [counted(by.num_days(), "jour"), counted(by.num_hours() % 24, "heure")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!(", soit {} d’avance sur cette machine", parts.join(" et ")) }
}
