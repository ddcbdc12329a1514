//! How the switches look: one form by system that can fail, the list of faults to come, and one button that repairs
//! everything.

use maud::{Markup, html};

use super::super::fields::{input, select};
use super::{FAULTS, Typed, Wrong, count, words};
use crate::sandbox::{
    Sandbox, frame,
    hubee::{Fault, When},
    page::{Tone, alert, table},
    registers::outage::Switch,
    sirene,
};

pub(super) fn show(sandbox: &Sandbox, typed: &Typed, wrong: &Wrong) -> Markup {
    let failed = wrong.rank.is_some() || wrong.count.is_some() || wrong.siret.is_some();
    let main = html! {
        h1 { "Pannes" }
        p class="fr-text--lead" { "Faites échouer les systèmes simulés, et regardez comment Habilis s’en sort." }
        @if failed { (alert(Tone::Error, "La panne n’a pas été ajoutée", "Corrigez le champ signalé, puis recommencez.")) }
        (to_come(sandbox))
        h2 class="fr-mt-6v" { "Faire échouer HubEE" }
        (hubee_form(typed, wrong))
        h2 class="fr-mt-8v" { "Faire échouer Sirene" }
        (sirene_form(sandbox))
        h2 class="fr-mt-8v" { "Faire échouer une autre source" }
        (register_form())
        h2 class="fr-mt-8v" { "Faire échouer la messagerie" }
        (mailbox_form(sandbox))
    };
    let title = if failed { "Erreur : Pannes" } else { "Pannes" };
    frame(FAULTS, &sandbox.habilis).page(title, main)
}

fn to_come(sandbox: &Sandbox) -> Markup {
    let faults = sandbox.hubee.faults();
    let (to_refuse, to_lose) = sandbox.mailbox.faults();
    let sirene = sandbox.sirene.switch.get();
    html! {
        h2 { "Pannes en cours" }
        @if count(sandbox) == 0 { p { "Aucune : tout fonctionne." } } @else {
            @if !faults.is_empty() {
                (table("Pannes de HubEE, dans l’ordre où elles s’appliquent", &["Appel", "Panne", "Combien", "SIRET", "Action"], faults.iter().map(row)))
            }
            ul {
                @if let Some(fault) = sirene { li { "Sirene : " (sirene_label(fault)) } }
                @for (name, label) in words::REGISTERS {
                    @if let Some(outage) = sandbox.switch(name).and_then(Switch::get) { li { (label) " : " (words::of_outage(outage)) } }
                }
                @if to_refuse > 0 { li { "Messagerie : courriels encore à refuser : " (to_refuse) } }
                @if to_lose > 0 { li { "Messagerie : courriels encore à recevoir sans répondre : " (to_lose) } }
            }
            form method="post" action={ (FAULTS) "/retablir" } {
                button class="fr-btn" type="submit" { "Tout rétablir" }
            }
        }
    }
}

fn sirene_label(fault: sirene::Fault) -> &'static str {
    let found = words::SIRENE.iter().find(|(known, ..)| *known == Some(fault));
    found.map_or("réponses en retard", |(_, _, label)| *label)
}

fn row(fault: &Fault) -> Markup {
    let ((route, route_label), (kind, kind_label)) = (words::of_route(fault.route), words::of_kind(fault.kind));
    html! {
        td { (route_label) }
        td { (kind_label) }
        td { @match fault.when {
            When::Always => "tous",
            When::Next(1) => "le prochain",
            When::Next(count) => { "les " (count) " prochains" },
            When::Nth(rank) => { "seulement le " (ordinal(rank)) },
            When::From { first, count: None } => { "tous, à partir du " (ordinal(first)) },
            When::From { first, count: Some(count) } => { (count) " à partir du " (ordinal(first)) },
        } }
        td { (fault.siret.as_deref().unwrap_or("tous")) }
        td { form method="post" action={ (FAULTS) "/hubee/retirer" } {
            input type="hidden" name="route" value=(route);
            input type="hidden" name="panne" value=(kind);
            input type="hidden" name="siret" value=(fault.siret.as_deref().unwrap_or_default());
            button class="fr-btn fr-btn--sm fr-btn--secondary" type="submit"
                aria-label={ "Retirer la panne « " (kind_label) " », " (route_label) } { "Retirer" }
        } }
    }
}

fn ordinal(rank: usize) -> String {
    if rank == 1 { "1er".to_owned() } else { format!("{rank}e") }
}

fn hubee_form(typed: &Typed, wrong: &Wrong) -> Markup {
    let count_hint = "Laissez vide pour tous les appels, jusqu’à ce que vous retiriez la panne";
    let rank_hint = "1 pour le prochain, 2 pour celui d’après… ; laissez vide pour le prochain";
    let siret_hint = "Facultatif : seuls les appels au sujet de cette collectivité échouent";
    html! {
        form method="post" action={ (FAULTS) "/hubee" } novalidate {
            div class="fr-grid-row fr-grid-row--gutters" {
                div class="fr-col-12 fr-col-md-6" {
                    (select("route", "Appel", words::ROUTES.iter().map(|(_, name, label)| (*name, *label)), &typed.route))
                }
                div class="fr-col-12 fr-col-md-6" {
                    (select("panne", "Panne", words::KINDS.iter().map(|(_, name, label)| (*name, *label)), &typed.panne))
                }
                div class="fr-col-12 fr-col-md-6" {
                    (input("rang", "À partir de l’appel n°", rank_hint, &typed.rang, wrong.rank))
                }
                div class="fr-col-12 fr-col-md-6" {
                    (input("combien", "Nombre d’appels à faire échouer", count_hint, &typed.combien, wrong.count))
                }
                div class="fr-col-12 fr-col-md-6" { (input("siret", "SIRET", siret_hint, &typed.siret, wrong.siret)) }
            }
            button class="fr-btn fr-mt-4v" type="submit" { "Ajouter cette panne" }
        }
    }
}

fn sirene_form(sandbox: &Sandbox) -> Markup {
    let fault = sandbox.sirene.switch.get();
    let current = words::SIRENE.iter().find(|(known, ..)| *known == fault).map_or("lent", |(_, name, _)| *name);
    html! {
        form method="post" action={ (FAULTS) "/sirene" } {
            (select("sirene", "Panne de Sirene", words::SIRENE.iter().map(|(_, name, label)| (*name, *label)), current))
            button class="fr-btn fr-btn--secondary" type="submit" { "Appliquer à Sirene" }
        }
    }
}

fn register_form() -> Markup {
    html! {
        form method="post" action={ (FAULTS) "/registre" } {
            div class="fr-grid-row fr-grid-row--gutters" {
                div class="fr-col-12 fr-col-md-6" { (select("registre", "Source", words::REGISTERS.into_iter(), "")) }
                div class="fr-col-12 fr-col-md-6" {
                    (select_panne("panne-registre", words::OUTAGES.iter().map(|(_, name, label)| (*name, *label))))
                }
            }
            button class="fr-btn fr-btn--secondary fr-mt-4v" type="submit" { "Appliquer à cette source" }
        }
    }
}

/// Another list of the page has the name of its field for id.
fn select_panne<'a>(id: &str, choices: impl Iterator<Item = (&'a str, &'a str)>) -> Markup {
    html! {
        div class="fr-select-group" {
            label class="fr-label" for=(id) { "Panne de cette source" }
            select class="fr-select" id=(id) name="panne" {
                @for (value, label) in choices { option value=(value) { (label) } }
            }
        }
    }
}

fn mailbox_form(sandbox: &Sandbox) -> Markup {
    let (to_refuse, to_lose) = sandbox.mailbox.faults();
    let lose = "Courriels à recevoir sans répondre";
    let lose_hint = "La connexion est coupée après réception : l’expéditeur ne sait pas si c’est fait";
    html! {
        form method="post" action={ (FAULTS) "/courriels" } {
            div class="fr-grid-row fr-grid-row--gutters" {
                div class="fr-col-12 fr-col-md-6" {
                    (input("refuser", "Courriels à refuser", "Les prochains reçoivent une erreur 451", &to_refuse.to_string(), None))
                }
                div class="fr-col-12 fr-col-md-6" { (input("perdre", lose, lose_hint, &to_lose.to_string(), None)) }
            }
            button class="fr-btn fr-btn--secondary fr-mt-4v" type="submit" { "Appliquer à la messagerie" }
        }
    }
}
