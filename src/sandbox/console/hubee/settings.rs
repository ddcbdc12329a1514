//! How strict or whimsical HubEE is: one form for all its switches. Knows their words, not what they change.

use std::collections::BTreeMap;

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::super::{HUBEE, fields::input};
use super::back;
use crate::sandbox::{
    Sandbox, frame,
    hubee::Switches,
    page::{Tone, alert},
};

/// Longest lifetime of a token, and delay of lists, in seconds: a day.
const LONGEST: u32 = 86_400;

/// The name that the form sends, the label, and the switch itself.
type Flag = (&'static str, &'static str, fn(&mut Switches) -> &mut bool);

const RIGHTS: [Flag; 6] = [
    ("lire-organisation", "Lire une organisation", |all| &mut all.datapass.get_organisation),
    ("creer-organisation", "Créer une organisation", |all| &mut all.datapass.post_organisation),
    ("lister-organisations", "Lister les organisations", |all| &mut all.datapass.list_organisations),
    ("lire-abonnement", "Lire un abonnement", |all| &mut all.datapass.get_subscription),
    ("lister-abonnements", "Lister les abonnements", |all| &mut all.datapass.list_subscriptions),
    ("modifier-abonnement", "Modifier ou activer un abonnement", |all| &mut all.datapass.put_subscription),
];

const MANNERS: [Flag; 6] = [
    ("demarche-ouverte", "La démarche FormulaireQF est ouverte (sinon, personne ne peut s’y abonner)", |all| {
        &mut all.process_active
    }),
    ("dates-melangees", "Certaines dates s’écrivent sans deux-points dans le décalage horaire", |all| {
        &mut all.mixed_dates
    }),
    ("gzip", "Les réponses sont compressées (gzip) pour qui l’accepte", |all| &mut all.gzip),
    ("lecture-seule-refusee", "Les champs que seul HubEE écrit sont refusés dans une requête", |all| {
        &mut all.read_only_rejected
    }),
    (
        "premier-compte",
        "Le courriel « mot de passe » ne part que pour le premier compte d’une organisation",
        |all| &mut all.mail_only_first_account,
    ),
    ("suspension-immediate", "Une suspension prend effet aussitôt (sinon, le lendemain à 00 h 01)", |all| {
        &mut all.suspends_at_once
    }),
];

/// The form as typed: a box is there when it is ticked.
type Typed = BTreeMap<String, String>;

pub(in super::super) async fn show(State(sandbox): State<Sandbox>) -> Markup {
    page(&sandbox, &typed(&sandbox.hubee.switches()), false)
}

pub(in super::super) async fn save(State(sandbox): State<Sandbox>, Form(typed): Form<Typed>) -> Response {
    if typed.contains_key("retablir") {
        sandbox.hubee.set_switches(Switches::default());
        return Redirect::to(SETTINGS).into_response();
    }
    let (Some(token_seconds), Some(list_lag_seconds)) = (seconds(&typed, "jeton", 1), seconds(&typed, "retard", 0))
    else {
        return (StatusCode::UNPROCESSABLE_ENTITY, page(&sandbox, &typed, true)).into_response();
    };
    let mut switches = Switches { token_seconds, list_lag_seconds, ..sandbox.hubee.switches() };
    for (name, _, flag) in RIGHTS.iter().chain(&MANNERS) {
        *flag(&mut switches) = typed.contains_key(*name);
    }
    sandbox.hubee.set_switches(switches);
    Redirect::to(SETTINGS).into_response()
}

const SETTINGS: &str = "/hubee-console/reglages";

fn seconds(typed: &Typed, name: &str, least: u32) -> Option<u32> {
    let typed = typed.get(name)?.split_whitespace().collect::<String>();
    typed.parse().ok().filter(|seconds| (least..=LONGEST).contains(seconds))
}

fn typed(switches: &Switches) -> Typed {
    let mut switches = switches.clone();
    let mut typed: Typed = RIGHTS
        .iter()
        .chain(&MANNERS)
        .filter(|(.., flag)| *flag(&mut switches))
        .map(|(name, ..)| ((*name).to_owned(), "oui".to_owned()))
        .collect();
    typed.insert("jeton".to_owned(), switches.token_seconds.to_string());
    typed.insert("retard".to_owned(), switches.list_lag_seconds.to_string());
    typed
}

fn page(sandbox: &Sandbox, typed: &Typed, failed: bool) -> Markup {
    let number = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let wrong = |name: &str, least: u32, sentence: &'static str| {
        (failed && seconds(typed, name, least).is_none()).then_some(sentence)
    };
    let token = wrong("jeton", 1, "Indiquez un nombre de secondes entre 1 et 86400.");
    let lag = wrong("retard", 0, "Indiquez un nombre de secondes entre 0 et 86400.");
    let main = html! {
        (back())
        h1 { "Réglages de HubEE" }
        p class="fr-text--lead" { "Ce que HubEE accepte, et ses irrégularités, là où il n’est pas toujours le même." }
        @if failed { (alert(Tone::Error, "Les réglages n’ont pas été enregistrés", "Corrigez le champ signalé, puis recommencez.")) }
        form method="post" action=(SETTINGS) novalidate {
            (boxes("droits", "Ce que la portée DATAPASS peut faire, en plus de créer un abonnement", &RIGHTS, typed))
            (boxes("manieres", "Manières de HubEE", &MANNERS, typed))
            div class="fr-grid-row fr-grid-row--gutters" {
                div class="fr-col-12 fr-col-md-6" {
                    (input("jeton", "Durée de vie d’un jeton", "En secondes ; 3600 d’ordinaire", number("jeton"), token))
                }
                div class="fr-col-12 fr-col-md-6" {
                    (input("retard", "Retard des listes", "Secondes avant qu’une création y figure ; 0 pour aucun", number("retard"), lag))
                }
            }
            ul class="fr-btns-group fr-btns-group--inline fr-mt-4v" {
                li { button class="fr-btn" type="submit" { "Enregistrer les réglages" } }
                li { button class="fr-btn fr-btn--secondary" type="submit" name="retablir" value="oui" { "Revenir aux réglages de départ" } }
            }
        }
    };
    let title = if failed { "Erreur : Réglages – HubEE simulé" } else { "Réglages – HubEE simulé" };
    frame(HUBEE, &sandbox.habilis).page(title, main)
}

fn boxes(id: &str, legend: &str, flags: &[Flag], typed: &Typed) -> Markup {
    html! {
        fieldset class="fr-fieldset" id=(id) aria-labelledby={ (id) "-legende" } {
            legend class="fr-fieldset__legend" id={ (id) "-legende" } { (legend) }
            @for (name, label, _) in flags {
                div class="fr-fieldset__element" { div class="fr-checkbox-group" {
                    input type="checkbox" id=(name) name=(name) value="oui" checked[typed.contains_key(*name)];
                    label class="fr-label" for=(name) { (label) }
                } }
            }
        }
    }
}
