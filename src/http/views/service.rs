//! What a person may do with a mise en service, on the page of its request: choose about an abonnement that is there,
//! confirm an éditeur, set right what is sent, open by hand, relaunch.

use maud::{Markup, html};

use super::components::{Field, FieldError, text_area, text_field};
use super::provisioning::Section;
use crate::http::paths;
use crate::provisioning::{Corrections, Difference, Differences, Hold, Status, Step};

/// Every gesture that its state allows.
pub fn gestures(view: &Section<'_>) -> Markup {
    let progress = view.progress;
    let asked = |codes: &[&str]| progress.holds.iter().find(|hold| codes.contains(&hold.code.as_str()));
    let aside = progress.corrections.parked.is_some();
    let existing = asked(&["ADOPTION", "ADMINISTRATEUR", "ID-INCONNU"]);
    html! {
        @if view.may_act {
            @if existing.is_some() || progress.may_attach() { (adoption(view, existing)) }
            @if let Some(hold) = asked(&["EDITEUR", "PF-EDIT"]) { (editeur(view, hold)) }
            @if matches!(progress.status, Status::Held | Status::Parked) { (corrections(view)) }
        }
        form method="post" action=(path(view, paths::SERVICE_RELAUNCH)) .fr-mt-2w {
            input type="hidden" name="version" value=(view.version);
            button .fr-btn .fr-btn--secondary type="submit" { @if aside { "Reprendre la mise en service" } @else { "Relancer la mise en service" } }
        }
        @if let Some(step) = progress.may_skip().filter(|_| view.may_act) { (skipping(view, step)) }
        @if progress.may_park() { (parking(view)) }
        @if view.may_act && progress.may_open_by_hand() { (opening(view)) }
    }
}

fn path(view: &Section<'_>, gesture: &str) -> String {
    paths::request_gesture(view.number, gesture)
}

/// An abonnement that HubEE has: how it differs, and the choice.
fn adoption(view: &Section<'_>, hold: Option<&Hold>) -> Markup {
    let shown = hold.is_some_and(|hold| hold.code != "ID-INCONNU");
    let differences = view.progress.differences.as_ref().filter(|_| shown);
    let wrong = view.errors.iter().any(|error| error.field == "choix");
    html! {
        form method="post" action=(path(view, paths::SERVICE_ADOPT)) .fr-mt-3w novalidate {
            h3 .fr-h6 { "Abonnement existant" }
            @if let Some(differences) = differences {
                (compared(differences))
                @if differences.has("administrator") { (support(view, differences)) }
                input type="hidden" name="montre" value=(differences.id);
            }
            input type="hidden" name="version" value=(view.version);
            fieldset .fr-fieldset .fr-fieldset--error[wrong] #choix aria-labelledby="choix-titre" tabindex="-1" {
                legend .fr-fieldset__legend--regular .fr-fieldset__legend #choix-titre { "Que faire ?" }
                @if differences.is_some() { (radio("choix", "adopter", "Le rattacher tel quel", "Rien n’y est changé : mode d’accès, fréquence, administrateur et délégation restent les siens.")) }
                (radio("choix", "attendre", "Attendre", "Il sera relu chaque jour, et utilisé dès qu’il convient ; vous pouvez choisir d’ici là."))
                (radio("choix", "autre", "En rattacher un autre", "Celui dont le support HubEE donne l’identifiant, ci-dessous."))
            }
            (text_field(&Field {
                name: "identifiant",
                label: "Identifiant de l’autre abonnement",
                hint: Some("36 caractères, par exemple 3f2b8c1e-0d4a-4b6f-9a57-2c1d5e8f7a90."),
                kind: "text", value: "", autocomplete: "off", required: false,
            }, view.errors))
            button .fr-btn type="submit" { "Enregistrer ce choix" }
        }
    }
}

fn radio(name: &str, value: &str, label: &str, hint: &str) -> Markup {
    let id = format!("{name}-{value}");
    html! {
        div .fr-fieldset__element {
            div .fr-radio-group {
                input type="radio" #(id) name=(name) value=(value);
                label .fr-label for=(id) { (label) span .fr-hint-text { (hint) } }
            }
        }
    }
}

pub fn compared(differences: &Differences) -> Markup {
    let line = |difference: &Difference| {
        html! {
            tr {
                th scope="row" { (difference.field) }
                td .habilis-break { (difference.asked) }
                td .habilis-break { (difference.found) }
                td { @if difference.decides { "à trancher" } @else { "pour information" } }
            }
        }
    };
    html! {
        div .fr-table .fr-table--sm { div .fr-table__wrapper { div .fr-table__container {
            div .fr-table__content tabindex="0" role="region" aria-labelledby="ecarts" {
                table .fr-cell--multiline {
                    caption #ecarts { "Ce qui diffère dans HubEE" }
                    thead { tr {
                        th scope="col" { "Donnée" } th scope="col" { "Demandé" }
                        th scope="col" { "Dans HubEE" } th scope="col" { "Portée" }
                    } }
                    tbody { @for difference in &differences.list { (line(difference)) } }
                }
            }
        } } }
    }
}

/// What to write to HubEE's support when the account is somebody else's.
fn support(view: &Section<'_>, differences: &Differences) -> Markup {
    let admin = differences.list.iter().find(|difference| difference.code == "administrator");
    let organisation = view.progress.organisation.as_deref().unwrap_or_default();
    html! {
        @if let Some(admin) = admin {
            details .fr-mb-2w {
                summary { "Texte pour le support HubEE" }
                blockquote .habilis-quote .habilis-prose {
                    "Bonjour, l’organisation " (organisation) " a un abonnement à la démarche FormulaireQF (" (differences.id)
                    ") dont l’administrateur local est " (admin.found) ". Sa nouvelle habilitation " (view.number)
                    " désigne " (admin.asked) ". Pouvez-vous créer son compte d’administrateur local sur cette organisation, "
                    "et nous dire si l’ancien doit rester ? Merci."
                }
            }
        }
    }
}

/// What HubEE will be told of an éditeur: never sent before a person read it.
fn editeur(view: &Section<'_>, hold: &Hold) -> Markup {
    let wrong = view.errors.iter().any(|error| error.field == "editeur");
    let known = hold.delegation.as_ref();
    let siret = known.map_or(view.editeur.unwrap_or_default(), |delegation| delegation.company_register.as_str());
    html! {
        form method="post" action=(path(view, paths::SERVICE_EDITEUR)) .fr-mt-3w {
            h3 .fr-h6 { "Éditeur" }
            @if let Some(delegation) = known {
                dl {
                    dt { "Mode d’accès" } dd { "API" }
                    dt { "Délégation (type, SIRET, commune de l’éditeur)" }
                    dd { (delegation.kind) ", " (delegation.company_register) ", " (delegation.branch_code) }
                }
                input type="hidden" name="code_cog" value=(delegation.branch_code);
            }
            input type="hidden" name="siret" value=(siret);
            input type="hidden" name="version" value=(view.version);
            fieldset .fr-fieldset .fr-fieldset--error[wrong] #editeur aria-labelledby="editeur-titre" tabindex="-1" {
                legend .fr-fieldset__legend--regular .fr-fieldset__legend #editeur-titre { "Qu’écrire dans HubEE ?" }
                @if known.is_some() { (radio("choix", "deleguer", "Ce qui est affiché ci-dessus", "L’éditeur recevra les dossiers pour la collectivité.")) }
                (radio("choix", "portail", "Le mode Portail", "La collectivité recevra elle-même, et déléguera si elle le souhaite."))
            }
            button .fr-btn type="submit" { "Confirmer" }
        }
    }
}

/// The step where it stops, taken by a person upon themselves.
fn skipping(view: &Section<'_>, step: Step) -> Markup {
    let advice = match step {
        Step::Organisation => {
            "Seulement si vous avez vu l’organisation, active, dans le portail HubEE : Habilis ne la cherchera ni ne la créera."
        }
        _ => {
            "Habilis n’activera pas l’abonnement : la collectivité le fera dans le portail HubEE. Son état sera relu toutes les heures."
        }
    };
    html! {
        details .fr-mt-3w open[view.errors.iter().any(|error| error.field == "motif-etape")] {
            summary { "Passer l’étape « " (step.label()) " »" }
            form method="post" action=(path(view, paths::SERVICE_SKIP)) .fr-mt-2w novalidate {
                input type="hidden" name="version" value=(view.version);
                input type="hidden" name="etape" value=(step.name());
                p { (advice) }
                (reason(view, "motif-etape", "Motif"))
                button .fr-btn .fr-btn--secondary type="submit" { "Passer cette étape" }
            }
        }
    }
}

fn parking(view: &Section<'_>) -> Markup {
    html! {
        details .fr-mt-3w open[view.errors.iter().any(|error| error.field == "motif-cote")] {
            summary { "Mettre de côté la mise en service" }
            form method="post" action=(path(view, paths::SERVICE_PARK)) .fr-mt-2w novalidate {
                input type="hidden" name="version" value=(view.version);
                p { "Plus rien n’est fait dans HubEE tant que personne ne la reprend." }
                (reason(view, "motif-cote", "Ce qui est attendu"))
                button .fr-btn .fr-btn--secondary type="submit" { "Mettre de côté" }
            }
        }
    }
}

/// A reason, posted as `motif`; several forms of the page have one, so that each has its own id.
fn reason(view: &Section<'_>, id: &'static str, label: &str) -> Markup {
    let error = view.errors.iter().find(|error| error.field == id);
    let described = format!("{id}-messages");
    html! {
        div .fr-input-group .fr-input-group--error[error.is_some()] {
            label .fr-label for=(id) { (label) span .fr-hint-text { "10 à 1 000 caractères. Il reste dans l’historique, avec votre nom." } }
            textarea .fr-input .fr-input--error[error.is_some()] #(id) name="motif" rows="3"
                aria-describedby=(described) aria-invalid=[error.map(|_| "true")] {}
            div .fr-messages-group #(described) aria-live="polite" {
                @if let Some(error) = error { p .fr-message .fr-message--error { (error.sentence) } }
            }
        }
    }
}

/// HubEE does not show it: a person says how they know.
fn opening(view: &Section<'_>) -> Markup {
    html! {
        details .fr-mt-3w open[view.errors.iter().any(|error| error.field == "motif")] {
            summary { "Ouvrir la page publique sans relecture dans HubEE" }
            form method="post" action=(path(view, paths::SERVICE_OPEN)) .fr-mt-2w novalidate {
                input type="hidden" name="version" value=(view.version);
                p { "Seulement si vous savez que l’abonnement est actif : sinon, les familles enverraient des dossiers que HubEE refuserait." }
                (text_area("motif", "Motif", Some("Comment vous le savez, 10 à 1 000 caractères. Il reste dans l’historique, avec votre nom."), "", view.errors))
                button .fr-btn .fr-btn--secondary type="submit" { "Ouvrir la page publique" }
            }
        }
    }
}

/// What HubEE will be told in place of what the request says; `whole`: of the person too.
pub fn sent(set: &Corrections, whole: bool, errors: &[FieldError]) -> Markup {
    let value = |field: &'static str,
                 label: &'static str,
                 hint: &'static str,
                 kind: &'static str,
                 value: &Option<String>| {
        let text = value.clone().unwrap_or_default();
        let field =
            Field { name: field, label, hint: Some(hint), kind, value: &text, autocomplete: "off", required: false };
        text_field(&field, errors)
    };
    html! {
        p .fr-text--sm { "La demande elle-même ne change pas. Laissez vide ce qui n’a pas à être corrigé." }
        @if whole {
            (value("email", "Adresse du demandeur pour HubEE",
                "Adresse professionnelle nominative : elle sera son identifiant. Extension de deux à quatre lettres.", "email", &set.email))
        }
        (value("name", "Nom de l’organisation dans HubEE", "100 caractères au plus.", "text", &set.name))
        (value("code_cog", "Code INSEE de la commune", "Cinq caractères, par exemple 73132 ; ou le code guichet que HubEE connaît, de 1 à 10 caractères.", "text", &set.code_cog))
        (value("postal_code", "Code postal", "Cinq chiffres.", "text", &set.postal_code))
        (value("notified", "Adresse des notifications de HubEE",
            "De préférence celle d’un service, lue par plusieurs agents. Vide : celle du demandeur.", "email", &set.notified))
    }
}

fn corrections(view: &Section<'_>) -> Markup {
    html! {
        form method="post" action=(paths::request_gesture(view.number, paths::SERVICE_CORRECT)) .fr-mt-3w novalidate {
            h3 .fr-h6 { "Corriger ce qui est transmis à HubEE" }
            input type="hidden" name="version" value=(view.version);
            (sent(view.corrections, true, view.errors))
            button .fr-btn type="submit" { "Enregistrer et relancer" }
        }
    }
}
