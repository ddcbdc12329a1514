//! The answers of a request, block by block, every one of them: DataPass does not show all to instructeurs.

use maud::{Markup, html};

use super::request::Links;
use crate::domain::{Contact, Dossier, Editeur, Organisation, territory::departement};
use crate::instruction::checks::category_label;
use crate::instruction::deliberation;
use crate::instruction::diff::Change;

/// Terms and what is said of them.
struct Facts(Vec<(&'static str, Markup)>);

impl Facts {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn text(mut self, term: &'static str, text: Option<&str>) -> Self {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        self.0.push((term, html! { @match text { Some(text) => (text), None => em { "non indiqué" } } }));
        self
    }

    fn markup(mut self, term: &'static str, markup: Markup) -> Self {
        self.0.push((term, markup));
        self
    }

    fn list(self) -> Markup {
        html! { dl .habilis-facts { @for (term, said) in self.0 { div { dt { (term) } dd .habilis-break { (said) } } } } }
    }
}

/// A link that leaves the service, in a new window and saying so.
pub fn outside(address: &str, text: &str) -> Markup {
    html! { a .fr-link href=(address) target="_blank" rel="noopener noreferrer" { (text) " (nouvelle fenêtre)" } }
}

/// The body that asks.
pub fn body(dossier: &Dossier, links: &Links) -> Markup {
    html! { section .fr-mt-4w { h2 .fr-h4 { "Collectivité" } (organisation(&dossier.organisation, links)) } }
}

/// Who asks, whom to ask, who watches over the data.
pub fn people(dossier: &Dossier) -> Markup {
    html! {
        div .fr-mt-4w .fr-grid-row .fr-grid-row--gutters {
            (block("Demandeur", &person(Some(&dossier.demandeur))))
            (block("Contact métier", &person(dossier.contact_metier.as_ref())))
            (block("Délégué à la protection des données", &person(dossier.dpd.as_ref())))
        }
    }
}

fn block(title: &str, content: &Markup) -> Markup {
    html! { section .fr-col-12 .fr-col-md-4 { h2 .fr-h4 { (title) } (content) } }
}

fn organisation(organisation: &Organisation, links: &Links) -> Markup {
    let siret = organisation.siret();
    let written = siret.map(|siret| siret.grouped()).or_else(|| organisation.raw_siret.clone());
    let category = organisation.legal_category.as_deref().map(|code| match category_label(code) {
        Some(label) => format!("{label} ({code})"),
        None => code.to_owned(),
    });
    let town = [&organisation.postal_code, &organisation.town].into_iter().flatten().cloned().collect::<Vec<_>>();
    let cog = organisation.code_cog.as_deref();
    let head_office = organisation.head_office.map(|head| if head { "oui" } else { "non, un autre établissement" });
    Facts::new()
        .text("Nom", Some(&organisation.name))
        .text("SIRET", written.as_deref())
        .text("Catégorie juridique", category.as_deref())
        .text("Commune", Some(&town.join(" ")))
        .text("Code INSEE de la commune", cog)
        .text("Département", cog.map(departement).as_deref())
        .text("Siège", head_office)
        .markup(
            "Registre",
            html! {
                @match &links.annuaire {
                    Some(address) => (outside(address, "Annuaire des entreprises")),
                    None => em { "pas de lien sans SIRET valable" },
                }
            },
        )
        .list()
}

fn person(contact: Option<&Contact>) -> Markup {
    let Some(contact) = contact else {
        return html! { p { em { "Personne n’est indiqué." } } };
    };
    let name = [&contact.given_name, &contact.family_name].into_iter().flatten().cloned().collect::<Vec<_>>();
    Facts::new()
        .text("Nom", Some(&name.join(" ")))
        .text("Fonction", contact.job_title.as_deref())
        .text("Adresse électronique", Some(&contact.email))
        .text("Téléphone", contact.phone.as_deref())
        .list()
}

/// On which ground, for how long, for whom.
pub fn ground(dossier: &Dossier, links: &Links) -> Markup {
    let months = dossier.conservation_mois.map(|months| format!("{months} mois"));
    let prose = |text: &Option<String>| {
        html! {
            @match text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
                Some(text) => div .habilis-lines { (text) },
                None => em { "non indiqué" },
            }
        }
    };
    let facts = Facts::new()
        .markup("Texte", prose(&dossier.cadre_juridique))
        .markup("Délibération", deliberation(dossier.deliberation_url.as_deref(), links))
        .markup("Destinataires des données", prose(&dossier.destinataires))
        .text("Durée de conservation", months.as_deref())
        .markup("Justification de la durée", prose(&dossier.conservation_justification));
    let facts = match &dossier.editeur {
        Some(editeur) => facts.text("Éditeur", Some(&publisher(editeur))),
        None => facts,
    };
    html! { h2 .fr-h4 #cadre { "Cadre juridique et données" } (facts.list()) }
}

fn deliberation(text: Option<&str>, links: &Links) -> Markup {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    html! {
        @match (text, text.and_then(deliberation::link)) {
            (_, Some(address)) => (outside(address.as_str(), address.as_str())),
            (Some(text), None) => { (text) " (ce n’est pas une adresse que l’on puisse ouvrir)" },
            (None, None) => {
                "Déposée en fichier dans DataPass : à lire sur DataPass. "
                (outside(links.datapass_public.as_deref().unwrap_or(&links.datapass), "Lire la demande dans DataPass"))
            },
        }
    }
}

fn publisher(editeur: &Editeur) -> String {
    let kind = match editeur.kind.as_deref() {
        Some("saas") => ", logiciel en ligne",
        Some("editor") => ", éditeur",
        _ => "",
    };
    let siret = editeur.siret.as_deref().map(|siret| format!(", SIRET {siret}")).unwrap_or_default();
    format!("{}{kind}{siret}", editeur.id)
}

/// What a reopening would change to what is in force.
pub fn changes(changes: &[Change]) -> Markup {
    let side = |value: &Option<String>| html! { @match value { Some(text) => (text), None => em { "vide" } } };
    html! {
        h2 .fr-h4 .fr-mt-4w { "Ce que la réouverture change" }
        @if changes.is_empty() { p { "Les réponses sont les mêmes que celles de l’habilitation en vigueur." } }
        @else {
            div .fr-table .fr-table--no-caption { div .fr-table__wrapper { div .fr-table__container {
                div .fr-table__content tabindex="0" role="region" aria-labelledby="titre-changements" {
                    table .fr-cell--multiline {
                        caption #titre-changements { "Réponses qui diffèrent de l’habilitation en vigueur" }
                        thead { tr {
                            th scope="col" { "Réponse" }
                            th scope="col" { "En vigueur" }
                            th scope="col" { "Demandée" }
                        } }
                        tbody { @for change in changes { tr {
                            th scope="row" { (change.field) }
                            td .habilis-break .habilis-roomy { (side(&change.before)) }
                            td .habilis-break .habilis-roomy { (side(&change.after)) }
                        } } }
                    }
                }
            } } }
        }
    }
}
