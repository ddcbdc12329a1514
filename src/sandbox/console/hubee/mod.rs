//! What HubEE holds, as nobody sees it all in the real one: subscriptions, organisations, accounts, télédossiers, its own
//! mails, and the last calls it received. Gestures: what a collectivité does in HubEE's portal.

pub(super) mod past;
pub(super) mod settings;
pub(super) mod teledossiers;

use axum::{Form, extract::State, response::Redirect};
use maud::{Markup, html};
use serde::Deserialize;

use super::{HUBEE, words};
use crate::{
    domain::paris::paris,
    sandbox::{
        Sandbox, frame,
        hubee::{Call, FaultKind, Subscription},
        page::{Tone, badge, table},
    },
};

/// Rows shown of each table: a load test leaves thousands.
const SHOWN: usize = 50;
const CALLS: usize = 30;

#[derive(Deserialize)]
pub(super) struct Whose {
    siret: String,
}

pub(super) async fn show(State(sandbox): State<Sandbox>) -> Markup {
    let main = html! {
        h1 { "HubEE simulé" }
        p { "Ce que HubEE contient, du plus récent au plus ancien." }
        ul {
            li { a class="fr-link" href={ (HUBEE) "/appels" } { "Voir les derniers appels reçus" } }
            li { a class="fr-link" href={ (HUBEE) "/reglages" } { "Régler ce que HubEE accepte" } }
            li { a class="fr-link" href={ (HUBEE) "/passe" } { "Donner un passé à une collectivité" } }
        }
        (subscriptions(&sandbox))
        (organisations(&sandbox))
        (accounts(&sandbox))
        (teledossiers::list(&sandbox))
        (mails(&sandbox))
    };
    frame(HUBEE, &sandbox.habilis).page("HubEE simulé", main)
}

/// The collectivité's local administrator, in HubEE's portal.
pub(super) async fn activate(State(sandbox): State<Sandbox>, Form(Whose { siret }): Form<Whose>) -> Redirect {
    sandbox.hubee.agent_activates(siret.trim());
    Redirect::to(HUBEE)
}

/// The same, who wants no télédossier any more.
pub(super) async fn suspend(State(sandbox): State<Sandbox>, Form(Whose { siret }): Form<Whose>) -> Redirect {
    sandbox.hubee.agent_suspends(siret.trim());
    Redirect::to(HUBEE)
}

/// The same, who wants them again.
pub(super) async fn reactivate(State(sandbox): State<Sandbox>, Form(Whose { siret }): Form<Whose>) -> Redirect {
    sandbox.hubee.agent_reactivates(siret.trim());
    Redirect::to(HUBEE)
}

fn section(title: &str, count: usize, nothing: &str, table: &Markup) -> Markup {
    html! { section {
        h2 class="fr-mt-6v" { (title) " (" (count) ")" }
        @if count == 0 { p { (nothing) } } @else { (table) }
        @if count > SHOWN { p { "Seuls les " (SHOWN) " derniers sont affichés." } }
    } }
}

fn subscriptions(sandbox: &Sandbox) -> Markup {
    let all = sandbox.hubee.subscriptions();
    let rows = all.iter().rev().take(SHOWN).map(|one| {
        html! {
            td { code { (one.subscriber.company_register) } }
            td { @if one.datapass_id > 0 { "D" (one.datapass_id) } @else { "–" } }
            td { (badge(status_tone(&one.status), &one.status)) }
            td { (one.access_mode.as_deref().unwrap_or("non choisi")) }
            td { (Some(one.local_administrator.as_str()).filter(|email| !email.is_empty()).unwrap_or("aucun")) }
            td { (gesture(one)) }
        }
    });
    let headings = ["SIRET", "Demande", "État", "Mode d’accès", "Administrateur local", "Action"];
    let table = table("Abonnements à la démarche FormulaireQF", &headings, rows);
    section("Abonnements", all.len(), "Aucun abonnement pour l’instant.", &table)
}

fn status_tone(status: &str) -> Tone {
    match status {
        "Actif" => Tone::Success,
        "Inactif" => Tone::Warning,
        "Refusé" | "Suspendu" => Tone::Error,
        _ => Tone::Info,
    }
}

/// What the collectivité can do of a subscription in the portal, as it stands.
fn gesture(subscription: &Subscription) -> Markup {
    let (path, label) = match subscription.status.as_str() {
        "Inactif" => ("/activer", "Activer comme la collectivité"),
        "Actif" => ("/suspendre", "Suspendre comme la collectivité"),
        "Suspendu" => ("/reactiver", "Réactiver comme la collectivité"),
        _ => return html! { "–" },
    };
    let siret = &subscription.subscriber.company_register;
    html! {
        form method="post" action={ (HUBEE) (path) } {
            input type="hidden" name="siret" value=(siret);
            button class="fr-btn fr-btn--sm fr-btn--secondary" type="submit" aria-label={ (label) " " (siret) } { (label) }
        }
    }
}

fn organisations(sandbox: &Sandbox) -> Markup {
    let all = sandbox.hubee.organisations();
    let rows = all.iter().rev().take(SHOWN).map(|one| {
        html! {
            td { (one.name) }
            td { code { (one.triple.key()) } }
            td { (one.postal_code) " " (one.territory) }
            td { (one.status) }
        }
    });
    let table = table("Organisations", &["Nom", "Clé", "Commune", "État"], rows);
    section("Organisations", all.len(), "Aucune organisation pour l’instant.", &table)
}

fn accounts(sandbox: &Sandbox) -> Markup {
    let all = sandbox.hubee.accounts();
    let rows = all.iter().rev().take(SHOWN).map(|one| {
        html! {
            td { (one.email) }
            td { (one.first_name) " " (one.last_name) }
            td { (one.actor_type) @if one.datapass { ", compte DataPass" } }
            td { (one.roles.join(", ")) }
            td { code { (one.organisation.company_register) } }
            td { (one.activated_at.map_or_else(|| "mot de passe pas encore choisi".to_owned(), |at| format!("depuis le {}", moment(at)))) }
        }
    });
    let table = table(
        "Comptes du portail HubEE",
        &["Identifiant", "Personne", "Type d’acteur", "Rôles", "SIRET", "Utilisable"],
        rows,
    );
    section("Comptes", all.len(), "Aucun compte pour l’instant.", &table)
}

fn mails(sandbox: &Sandbox) -> Markup {
    let all = sandbox.hubee.mails();
    let rows = all.iter().rev().take(SHOWN).map(|one| {
        html! {
            td { (moment(one.at)) }
            td { (one.to) }
            td { details {
                summary { (one.subject) }
                @for paragraph in one.text.split("\n\n") { p class="fr-text--sm habilis-break" { (paragraph) } }
            } }
            td { (one.expires_at.map_or_else(|| "sans lien".to_owned(), moment)) }
        }
    });
    let headings = ["Envoyé le", "À", "Objet", "Lien valable jusqu’au"];
    let table = table("Courriels que HubEE envoie lui-même", &headings, rows);
    section("Courriels de HubEE", all.len(), "HubEE n’a encore écrit à personne.", &table)
}

pub(super) async fn calls(State(sandbox): State<Sandbox>) -> Markup {
    let calls = sandbox.hubee.last_calls(CALLS);
    let rows = calls.iter().rev().map(|call| {
        html! {
            td { (paris(call.at).format("%d/%m %H:%M:%S")) }
            td { (call.method) }
            td class="habilis-break" { code { (call.path) } }
            td { (ending(call)) }
            td { (call.fault.map_or("–", |kind| words::in_short(kind))) }
        }
    });
    let main = html! {
        (back())
        h1 { "Derniers appels reçus par HubEE" }
        @if calls.is_empty() { p { "Aucun appel depuis le démarrage." } } @else {
            (table("Du plus récent au plus ancien", &["Heure", "Méthode", "Chemin", "Réponse", "Panne provoquée"], rows))
        }
    };
    frame(HUBEE, &sandbox.habilis).page("Derniers appels – HubEE simulé", main)
}

fn back() -> Markup {
    html! { p { a class="fr-link fr-icon-arrow-left-line fr-link--icon-left" href=(HUBEE) { "HubEE simulé" } } }
}

/// What the caller got.
fn ending(call: &Call) -> Markup {
    match (call.status, call.fault) {
        (Some(status @ 200..300), _) => badge(Tone::Success, &status.to_string()),
        (Some(status), _) => badge(Tone::Error, &status.to_string()),
        (None, Some(FaultKind::LostAnswer)) => badge(Tone::Error, "réponse perdue"),
        (None, Some(FaultKind::LostRequest)) => badge(Tone::Error, "requête perdue"),
        (None, _) => badge(Tone::Info, "en cours"),
    }
}

fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    paris(at).format("%d/%m/%Y à %H:%M").to_string()
}
