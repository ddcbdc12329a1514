//! One request: what it says, what may be done to it now, its habilitations and its deliveries.

use maud::{Markup, html};

use super::index::{moment, state_badge};
use crate::sandbox::{
    datapass::{
        AuthorizationState, Datapass, Delivery, Gesture, Request, RequestState,
        filing::{CONTACT_FIELDS, CONTACTS, JUSTIFICATION, LEGAL_BASIS, RECIPIENTS, RETENTION, URL},
    },
    page::entries,
};

/// `notice` is shown under the title.
pub(super) fn page(datapass: &Datapass, request: &Request, notice: &Markup) -> Markup {
    let main = html! {
        p { a class="fr-link fr-icon-arrow-left-line fr-link--icon-left" href=(datapass.frame.path("/")) {
            "Toutes les demandes"
        } }
        h1 { "Demande D" (request.id) }
        div class="fr-mb-4v" { (state_badge(request)) }
        (notice)
        (facts(datapass, request))
        (gestures(datapass, request))
        (authorizations(datapass, request))
        (answers(request))
        (deliveries(datapass, request))
        (transfer(datapass, request))
    };
    datapass.frame.page(&format!("Demande D{} – DataPass simulé", request.id), main)
}

fn facts(datapass: &Datapass, request: &Request) -> Markup {
    let person = [&request.applicant.given_name, &request.applicant.family_name];
    let name: Vec<&str> = person.into_iter().filter_map(|part| part.as_deref()).collect();
    let public = datapass.frame.path(&format!("/public/demandes/{}", request.public_id));
    let organisation = &request.organisation;
    let text = |text: Option<String>| text.map(|text| html! { (text) });
    let facts = [
        ("Organisation", text(Some(format!("{} (SIRET {})", organisation.name, organisation.siret)))),
        ("Demandeur", text(Some(format!("{} {}", name.join(" "), request.applicant.email)))),
        ("Éditeur", text(request.service_provider.as_ref().map(|provider| provider.id.clone()))),
        ("Dernier dépôt", text(request.last_submitted_at.map(moment))),
        ("Dernière validation", text(request.last_validated_at.map(moment))),
        ("Identifiant rendu par le service", text(request.external_provider_id.clone())),
        (
            "Page publique",
            Some(html! { a class="fr-link" href=(public) { "Organisation et cadre juridique, sans les personnes" } }),
        ),
    ];
    entries(facts.into_iter().filter_map(|(name, value)| Some((name, value?))))
}

fn gestures(datapass: &Datapass, request: &Request) -> Markup {
    let possible = |gesture: &Gesture| request.objection(*gesture).is_none();
    let base = format!("/demandes/{}", request.id);
    html! {
        section aria-labelledby="gestes" {
            h2 id="gestes" class="fr-mt-6v" { "Actions" }
            @if !Gesture::ALL.iter().any(possible) { p { "Plus rien ne peut être fait sur cette demande." } }
            @if request.is_editable() {
                p { a class="fr-link" href=(datapass.frame.path(&format!("{base}/modifier"))) { "Modifier les réponses" } }
            }
            div class="fr-btns-group fr-btns-group--inline" {
                @for gesture in Gesture::ALL.iter().filter(|one| request.objection(**one).is_none()) {
                    form method="post" action=(datapass.frame.path(&format!("{base}/gestes/{}", gesture.event()))) {
                        button class="fr-btn fr-btn--secondary" type="submit" { (gesture.label()) }
                    }
                }
            }
        }
    }
}

fn authorizations(datapass: &Datapass, request: &Request) -> Markup {
    let label = |state: AuthorizationState| match state {
        AuthorizationState::Active => "active",
        AuthorizationState::Obsolete => "remplacée",
        AuthorizationState::Revoked => "révoquée",
    };
    let action = datapass.frame.path(&format!("/demandes/{}/revoquer-une", request.id));
    html! { @if !request.authorizations.is_empty() {
        section aria-labelledby="habilitations" {
            h2 id="habilitations" class="fr-mt-6v" { "Habilitations" }
            ul { @for one in request.authorizations.iter().rev() { li {
                "H" (one.id) ", du " (moment(one.created_at)) " : " (label(one.state))
                @if one.state != AuthorizationState::Revoked {
                    form method="post" action=(action) {
                        input type="hidden" name="habilitation" value=(one.id);
                        button class="fr-btn fr-btn--sm fr-btn--tertiary" type="submit" { "Révoquer H" (one.id) " seule" }
                    }
                }
            } } }
        }
    } }
}

fn answers(request: &Request) -> Markup {
    let given = request.answers.iter().filter_map(|(key, value)| Some((label(key), value.as_ref()?)));
    let given: Vec<(String, &String)> = given.collect();
    html! {
        section aria-labelledby="reponses" {
            h2 id="reponses" class="fr-mt-6v" { "Réponses" }
            (entries(given.iter().map(|(label, value)| (label.as_str(), html! { (value) }))))
            p { @if request.document { "Un fichier PDF est joint." } @else { "Aucun fichier n’est joint." } }
        }
    }
}

/// The question that an answer's key stands for.
fn label(key: &str) -> String {
    let contact = CONTACTS.into_iter().find_map(|(role, who)| {
        let field = key.strip_prefix(role)?.strip_prefix('_')?;
        let (_, label) = CONTACT_FIELDS.into_iter().find(|(name, _)| *name == field)?;
        Some(format!("{label} du {who}"))
    });
    contact.unwrap_or_else(|| match key {
        LEGAL_BASIS => "Nature du cadre juridique".to_owned(),
        URL => "Adresse de la délibération".to_owned(),
        RECIPIENTS => "Destinataires des données".to_owned(),
        RETENTION => "Durée de conservation, en mois".to_owned(),
        JUSTIFICATION => "Justification de la durée".to_owned(),
        other => other.to_owned(),
    })
}

fn transfer(datapass: &Datapass, request: &Request) -> Markup {
    let input = |name: &str, label: &str| {
        html! { div class="fr-input-group" {
            label class="fr-label" for={ "transfert-" (name) } { (label) }
            input class="fr-input" type="text" id={ "transfert-" (name) } name=(name);
        } }
    };
    let person = [
        ("email", "Adresse électronique"),
        ("given_name", "Prénom (facultatif)"),
        ("family_name", "Nom (facultatif)"),
        ("phone_number", "Téléphone (facultatif)"),
        ("job_title", "Fonction (facultatif)"),
    ];
    let organisation = [
        ("siret", "SIRET"),
        ("name", "Nom"),
        ("cog", "Code commune (COG)"),
        ("postal_code", "Code postal"),
        ("town", "Commune"),
    ];
    html! { @if request.state != RequestState::Archived {
        section aria-labelledby="transfert" {
            h2 id="transfert" class="fr-mt-6v" { "Transférer" }
            details {
            summary class="fr-mb-4v" { "Transférer cette demande à un autre demandeur, ou à une autre organisation" }
            form method="post" action=(datapass.frame.path(&format!("/demandes/{}/transferer", request.id))) {
                fieldset class="fr-fieldset" {
                    legend class="fr-fieldset__legend" { "Nouveau demandeur" }
                    @for (name, label) in person { div class="fr-fieldset__element fr-col-md-6" { (input(name, label)) } }
                }
                fieldset class="fr-fieldset" {
                    legend class="fr-fieldset__legend" { "Nouvelle organisation (laisser vide pour la garder)" }
                    @for (name, label) in organisation { div class="fr-fieldset__element fr-col-md-6" { (input(name, label)) } }
                }
                button class="fr-btn fr-btn--secondary" type="submit" { "Transférer" }
            } }
        }
    } }
}

fn deliveries(datapass: &Datapass, request: &Request) -> Markup {
    let mut of_request = datapass.deliveries();
    of_request.retain(|one| one.request_id == Some(request.id));
    html! {
        section aria-labelledby="livraisons" {
            h2 id="livraisons" class="fr-mt-6v" { "Webhooks" }
            div class="fr-table" { div class="fr-table__wrapper" { div class="fr-table__container" {
                div class="fr-table__content" { table {
                    caption { "Livraisons, de la plus récente à la plus ancienne" }
                    thead { tr {
                        th scope="col" { "Événement" } th scope="col" { "Date de l’événement" }
                        th scope="col" { "Livraison" } th scope="col" { "Rejouer" }
                    } }
                    tbody { @for one in of_request.iter().rev() { tr {
                        td { code { (one.event) } @if one.replay_of.is_some() { " (rejeu)" } }
                        td { (moment(one.fired_at)) }
                        td { (one.summary()) }
                        td { (replay(datapass, one)) }
                    } } }
                } }
            } } }
        }
    }
}

fn replay(datapass: &Datapass, delivery: &Delivery) -> Markup {
    html! {
        form method="post" action=(datapass.frame.path(&format!("/livraisons/{}/rejouer", delivery.id))) {
            button class="fr-btn fr-btn--sm fr-btn--tertiary" type="submit" { "Rejouer" }
            " "
            button class="fr-btn fr-btn--sm fr-btn--tertiary" type="submit" name="cles" value="reordonnees" {
                "Rejouer (clés réordonnées)"
            }
        }
    }
}
