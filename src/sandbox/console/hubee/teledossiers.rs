//! The télédossiers that HubEE carries, and what an agent of the collectivité does of each in the portal. Shows of a
//! family nothing: only numbers and statuses.

use axum::{Form, extract::State, response::Redirect};
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use super::super::HUBEE;
use super::{SHOWN, moment, section};
use crate::sandbox::{
    Sandbox,
    hubee::Case,
    page::{Tone, badge, table},
};

/// What an agent does next, by where the case is: the status given, and the button's label.
const NEXT: [(&str, &str, &str); 3] = [
    ("SENT", "SI_RECEIVED", "Ouvrir comme l’agent"),
    ("SI_RECEIVED", "IN_PROGRESS", "Prendre en charge comme l’agent"),
    ("IN_PROGRESS", "DONE", "Traiter comme l’agent"),
];

#[derive(Deserialize)]
pub(in super::super) struct Which {
    dossier: Uuid,
    statut: String,
}

/// The collectivité's agent, in HubEE's portal.
pub(in super::super) async fn advance(State(sandbox): State<Sandbox>, Form(which): Form<Which>) -> Redirect {
    sandbox.hubee.agent_moves(which.dossier, &which.statut);
    Redirect::to(HUBEE)
}

pub(super) fn list(sandbox: &Sandbox) -> Markup {
    let folders = sandbox.hubee.folders();
    let cases = folders.iter().rev().flat_map(|folder| folder.cases.iter().map(move |case| (folder, case)));
    let rows = cases.take(SHOWN).map(|(folder, case)| {
        html! {
            td { code { (case.external_id) } }
            td { code { (case.recipient.company_register) } }
            td { (moment(folder.create_date_time)) }
            td { (badge(Tone::Info, &case.status)) }
            td { (gesture(case)) }
        }
    });
    let headings = ["Dossier", "SIRET", "Reçu le", "Statut", "Action"];
    let table = table("Télédossiers reçus par HubEE", &headings, rows);
    let count = folders.iter().map(|folder| folder.cases.len()).sum();
    section("Télédossiers", count, "Aucun télédossier pour l’instant.", &table)
}

fn gesture(case: &Case) -> Markup {
    let Some((_, status, label)) = NEXT.iter().find(|(from, ..)| *from == case.status) else { return html! { "–" } };
    html! {
        form method="post" action={ (HUBEE) "/traiter" } {
            input type="hidden" name="dossier" value=(case.id);
            input type="hidden" name="statut" value=(status);
            button class="fr-btn fr-btn--sm fr-btn--secondary" type="submit" aria-label={ (label) " " (case.external_id) } { (label) }
        }
    }
}
