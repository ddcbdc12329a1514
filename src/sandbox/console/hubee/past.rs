//! A past: what HubEE already holds when a collectivité files its request, as other hands left it. The form puts it
//! there; no account, no mail.

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::{
    HUBEE,
    fields::{input, select, text},
};
use super::back;
use crate::sandbox::{
    Sandbox, frame,
    hubee::{Organisation, Subscription},
    page::{Tone, alert},
};

const PAST: &str = "/hubee-console/passe";
const NONE: &str = "aucun";
const STATES: [(&str, &str); 5] = [
    (NONE, "Aucun abonnement"),
    ("Inactif", "Inactif"),
    ("Actif", "Actif"),
    ("Suspendu", "Suspendu"),
    ("Refusé", "Refusé"),
];
const MODES: [(&str, &str); 3] = [(NONE, "Non choisi"), ("PORTAIL", "Portail"), ("API", "API (éditeur)")];

/// What is typed; every field may be missing.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(in super::super) struct Typed {
    siret: String,
    nom: String,
    guichet: String,
    etat: String,
    mode: String,
    administrateur: String,
}

/// The past that hurts most: a legacy branch, suspended, somebody else's, in API mode.
impl Default for Typed {
    fn default() -> Self {
        let [siret, nom, guichet, etat, mode, administrateur] =
            ["", "", "00000", "Suspendu", "API", "ancien.agent@exemple.fr"].map(str::to_owned);
        Self { siret, nom, guichet, etat, mode, administrateur }
    }
}

/// What is wrong, next to its field.
#[derive(Default, PartialEq, Eq)]
struct Wrong {
    siret: Option<&'static str>,
    nom: Option<&'static str>,
    guichet: Option<&'static str>,
    administrateur: Option<&'static str>,
}

pub(in super::super) async fn show(State(sandbox): State<Sandbox>) -> Markup {
    page(&sandbox, &Typed::default(), &Wrong::default())
}

/// Replaces what HubEE held under the same key.
pub(in super::super) async fn create(State(sandbox): State<Sandbox>, Form(typed): Form<Typed>) -> Response {
    let typed = typed.tidy();
    let wrong = typed.wrong();
    if wrong != Wrong::default() {
        return (StatusCode::UNPROCESSABLE_ENTITY, page(&sandbox, &typed, &wrong)).into_response();
    }
    let now = sandbox.time.now();
    sandbox.hubee.seed_organisation(Organisation::collectivite(&typed.siret, &typed.guichet, &typed.nom, now));
    if typed.etat != NONE {
        let by_hand = Subscription::made_by_hand(&typed.siret, &typed.guichet, &typed.administrateur, now);
        let access_mode = Some(typed.mode).filter(|mode| mode != NONE);
        let subscription = match typed.etat.as_str() {
            "Suspendu" => by_hand.suspended(now),
            _ => Subscription { status: typed.etat, ..by_hand },
        };
        sandbox.hubee.seed_subscription(Subscription { access_mode, ..subscription });
    }
    Redirect::to(HUBEE).into_response()
}

impl Typed {
    fn tidy(mut self) -> Self {
        self.siret.retain(|c| !c.is_whitespace());
        for field in [&mut self.nom, &mut self.guichet, &mut self.administrateur] {
            *field = field.trim().to_owned();
        }
        let known = |list: &[(&str, &str)], value: &str| list.iter().any(|(name, _)| *name == value);
        if !known(&STATES, &self.etat) {
            NONE.clone_into(&mut self.etat);
        }
        if !known(&MODES, &self.mode) {
            NONE.clone_into(&mut self.mode);
        }
        self
    }

    fn wrong(&self) -> Wrong {
        let is_siret = self.siret.len() == 14 && self.siret.bytes().all(|byte| byte.is_ascii_digit());
        let is_branch =
            (1..=10).contains(&self.guichet.len()) && self.guichet.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_name = (1..=100).contains(&self.nom.chars().count());
        let is_address = self
            .administrateur
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
        Wrong {
            siret: (!is_siret).then_some("Un SIRET a 14 chiffres."),
            nom: (!is_name).then_some("Indiquez un nom de 100 caractères au plus."),
            guichet: (!is_branch).then_some("Indiquez 1 à 10 lettres ou chiffres, comme 73132 ou 00000."),
            administrateur: (self.etat != NONE && !is_address).then_some("Indiquez une adresse, comme nom@commune.fr."),
        }
    }
}

fn page(sandbox: &Sandbox, typed: &Typed, wrong: &Wrong) -> Markup {
    let failed = *wrong != Wrong::default();
    let branch = "Celui d’une organisation ancienne est 00000 ; d’ordinaire, le code INSEE de la commune";
    let main = html! {
        (back())
        h1 { "Donner un passé à une collectivité" }
        p class="fr-text--lead" { "Ce que HubEE contient déjà quand la demande arrive, tel que d’autres l’y ont laissé." }
        @if failed { (alert(Tone::Error, "Rien n’a été créé", "Corrigez les champs signalés, puis recommencez.")) }
        form method="post" action=(PAST) novalidate {
            div class="fr-grid-row fr-grid-row--gutters" {
                div class="fr-col-12 fr-col-md-6" {
                    (input("siret", "SIRET", "14 chiffres, ceux de la demande", &typed.siret, wrong.siret))
                }
                div class="fr-col-12 fr-col-md-6" {
                    (text("nom", "Nom de l’organisation", "Tel que HubEE le connaît", &typed.nom, wrong.nom))
                }
                div class="fr-col-12 fr-col-md-6" { (text("guichet", "Code guichet", branch, &typed.guichet, wrong.guichet)) }
                div class="fr-col-12 fr-col-md-6" {
                    (text("administrateur", "Administrateur local", "Adresse électronique de celui de l’abonnement", &typed.administrateur, wrong.administrateur))
                }
                div class="fr-col-12 fr-col-md-6" { (select("etat", "Abonnement", STATES.into_iter(), &typed.etat)) }
                div class="fr-col-12 fr-col-md-6" { (select("mode", "Mode d’accès", MODES.into_iter(), &typed.mode)) }
            }
            button class="fr-btn fr-mt-4v" type="submit" { "Créer ce passé" }
        }
    };
    let title = if failed { "Erreur : Passé – HubEE simulé" } else { "Passé – HubEE simulé" };
    frame(HUBEE, &sandbox.habilis).page(title, main)
}
