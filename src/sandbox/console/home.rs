//! The first page: what the sandbox is, and a tile by system with where it stands.

use axum::extract::State;
use maud::{Markup, html};

use super::{FAULTS, HUBEE};
use crate::sandbox::{
    DATAPASS, FORM, MAILBOX, Sandbox,
    datapass::Status,
    frame,
    page::{Tone, alert},
};

struct Tile {
    title: &'static str,
    href: String,
    text: &'static str,
    figures: Option<String>,
}

pub(super) async fn show(State(sandbox): State<Sandbox>) -> Markup {
    let failing = super::faults::count(&sandbox);
    let main = html! {
        h1 { "Bac à sable d’Habilis" }
        p class="fr-text--lead" {
            "Ici vivent des copies simulées de DataPass, de HubEE, de Sirene, d’une messagerie et du formulaire national. "
            "Habilis leur parle comme aux vrais services, et vous pouvez y déposer une demande, l’instruire, provoquer "
            "des pannes et observer ce qu’il fait."
        }
        @if failing > 0 {
            (alert(Tone::Warning, "Des pannes sont en cours", "Certains systèmes simulés échouent exprès : voyez la page « Pannes »."))
        }
        ul class="fr-raw-list fr-grid-row fr-grid-row--gutters" {
            @for tile in tiles(&sandbox, failing) { li class="fr-col-12 fr-col-sm-6 fr-col-lg-4" { (tile.show()) } }
        }
        (super::clock::section(&sandbox))
    };
    frame("", &sandbox.habilis).page("Accueil", main)
}

impl Tile {
    fn show(&self) -> Markup {
        html! {
            div class="fr-tile fr-enlarge-link" { div class="fr-tile__body" { div class="fr-tile__content" {
                h2 class="fr-tile__title" { a href=(self.href) { (self.title) } }
                p class="fr-tile__desc" { (self.text) }
                @if let Some(figures) = &self.figures { p class="fr-tile__detail" { (figures) } }
            } } }
        }
    }
}

fn tiles(sandbox: &Sandbox, failing: usize) -> [Tile; 6] {
    [
        Tile {
            title: "DataPass",
            href: DATAPASS.to_owned(),
            text: "Déposer une demande, la modifier, l’instruire, suivre les webhooks envoyés.",
            figures: Some(datapass(sandbox)),
        },
        Tile {
            title: "Habilis",
            href: format!("{}/", sandbox.habilis),
            text: "Le service lui-même : instruction, suivi, pages publiques des collectivités.",
            figures: None,
        },
        Tile {
            title: "HubEE",
            href: HUBEE.to_owned(),
            text: "Organisations, abonnements, comptes, télédossiers et derniers appels reçus.",
            figures: Some(counted(sandbox.hubee.subscriptions().len(), "abonnement")),
        },
        Tile {
            title: "Courriels",
            href: MAILBOX.to_owned(),
            text: "Tout ce qu’Habilis a écrit aux demandeurs, quelle que soit leur adresse.",
            figures: Some(counted(sandbox.mailbox.mails().len(), "courriel")),
        },
        Tile {
            title: "Formulaire national",
            href: FORM.to_owned(),
            text: "Ce que voit un usager : les collectivités dont le formulaire est ouvert.",
            figures: None,
        },
        Tile {
            title: "Pannes",
            href: FAULTS.to_owned(),
            text: "Faire échouer HubEE, Sirene ou la messagerie, puis tout rétablir.",
            figures: Some(if failing == 0 { "Tout fonctionne".to_owned() } else { counted(failing, "panne") }),
        },
    ]
}

fn datapass(sandbox: &Sandbox) -> String {
    let deliveries = sandbox.datapass.deliveries();
    let count = |status: Status| deliveries.iter().filter(|one| one.status() == status).count();
    format!(
        "{}, {} en attente, {} sans réponse",
        counted(sandbox.datapass.requests().len(), "demande"),
        counted(count(Status::Pending), "webhook"),
        count(Status::Lost),
    )
}

/// « 0 demande », « 2 demandes ».
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count > 1 { "s" } else { "" })
}
