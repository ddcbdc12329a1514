//! The fields of the form, drawn from one table; what was typed comes back as a map, and becomes a [`Filing`].

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::sandbox::datapass::{
    Filing, ServiceProvider,
    filing::{Applicant, CONTACT_FIELDS, CONTACTS, Contact, JUSTIFICATION, LEGAL_BASIS, RECIPIENTS, RETENTION, URL},
};

/// What was typed, by field name.
pub(super) type Values = BTreeMap<String, String>;
/// One sentence by wrong field.
pub(super) type Problems = BTreeMap<String, String>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Email,
    Number,
    Area,
    Check,
}

struct Field {
    name: String,
    label: &'static str,
    hint: &'static str,
    kind: Kind,
}

fn field(name: &str, label: &'static str, hint: &'static str, kind: Kind) -> Field {
    Field { name: name.to_owned(), label, hint, kind }
}

/// The organisation and the person: only asked of a new request.
pub(super) fn identity(values: &Values, problems: &Problems) -> Markup {
    let organisation = [
        field("siret", "SIRET", "14 chiffres", Kind::Text),
        field("organisation", "Nom de l’organisation", "", Kind::Text),
        field("legal_category", "Catégorie juridique", "7210 pour une commune", Kind::Text),
        field("cog", "Code commune (COG)", "5 caractères", Kind::Text),
        field("postal_code", "Code postal", "", Kind::Text),
        field("town", "Commune", "", Kind::Text),
        field(
            "unknown",
            "INSEE n’a pas encore répondu",
            "L’organisation sera transmise sans nom ni commune",
            Kind::Check,
        ),
        field("closed", "L’établissement vient de fermer", "Selon INSEE, depuis l’ouverture du brouillon", Kind::Check),
    ];
    let applicant = [
        field("applicant_email", "Adresse électronique", "", Kind::Email),
        field("applicant_given", "Prénom", "Facultatif", Kind::Text),
        field("applicant_family", "Nom", "Facultatif", Kind::Text),
        field("applicant_phone", "Téléphone", "Facultatif", Kind::Text),
        field("applicant_job", "Fonction", "Facultatif", Kind::Text),
    ];
    let editor = [
        field("provider_id", "Identifiant de l’éditeur", "Facultatif, par exemple an_editor", Kind::Text),
        field("provider_siret", "SIRET de l’éditeur", "Facultatif", Kind::Text),
    ];
    html! {
        (fieldset("Organisation", &organisation, values, problems))
        (fieldset("Demandeur", &applicant, values, problems))
        (fieldset("Éditeur de logiciel", &editor, values, problems))
    }
}

/// The answers, asked of a new request and of one being modified.
pub(super) fn answers(values: &Values, problems: &Problems) -> Markup {
    let legal = [
        field(LEGAL_BASIS, "Nature du cadre juridique", "", Kind::Area),
        field("document", "Une délibération est jointe (PDF)", "DataPass ne transmet pas ce fichier", Kind::Check),
        field(URL, "Adresse de la délibération", "Nécessaire si aucun fichier n’est joint", Kind::Text),
    ];
    let data = [
        field(RECIPIENTS, "Destinataires des données", "", Kind::Text),
        field(RETENTION, "Durée de conservation", "En mois", Kind::Number),
        field(JUSTIFICATION, "Justification de la durée", "Au-delà de 36 mois", Kind::Area),
    ];
    let [(contact, _), (delegate, _)] = CONTACTS;
    html! {
        (fieldset("Cadre juridique", &legal, values, problems))
        (fieldset("Données personnelles", &data, values, problems))
        (fieldset("Contact métier", &contact_fields(contact), values, problems))
        (fieldset("Délégué à la protection des données", &contact_fields(delegate), values, problems))
    }
}

fn contact_fields(role: &str) -> Vec<Field> {
    let kind = |name: &str| if name == "email" { Kind::Email } else { Kind::Text };
    CONTACT_FIELDS.into_iter().map(|(name, label)| field(&format!("{role}_{name}"), label, "", kind(name))).collect()
}

/// The two mandatory boxes of a submission.
pub(super) fn promises(values: &Values, problems: &Problems) -> Markup {
    let boxes = [
        field("terms", "J’accepte les conditions générales d’utilisation", "", Kind::Check),
        field("informed", "Le délégué à la protection des données est informé", "", Kind::Check),
    ];
    fieldset("Engagements", &boxes, values, problems)
}

fn fieldset(legend: &str, fields: &[Field], values: &Values, problems: &Problems) -> Markup {
    html! {
        fieldset class="fr-fieldset" {
            legend class="fr-fieldset__legend" { (legend) }
            @for field in fields {
                div class="fr-fieldset__element" {
                    (control(field, values.get(&field.name).map_or("", String::as_str), problems.get(&field.name)))
                }
            }
        }
    }
}

fn control(field: &Field, value: &str, problem: Option<&String>) -> Markup {
    let (name, messages) = (&field.name, format!("{}-messages", field.name));
    let label = html! {
        label class="fr-label" for=(name) {
            (field.label)
            @if !field.hint.is_empty() { span class="fr-hint-text" { (field.hint) } }
        }
    };
    let described = problem.map(|_| messages.clone());
    let invalid = problem.map(|_| "true");
    let error = html! {
        @if let Some(problem) = problem { p class="fr-error-text" id=(messages) { (problem) } }
    };
    let wrong = if problem.is_some() { "--error" } else { "" };
    match field.kind {
        Kind::Check => html! {
            div class={ "fr-checkbox-group" @if problem.is_some() { " fr-checkbox-group--error" } } {
                input type="checkbox" id=(name) name=(name) value="oui" checked[!value.is_empty()]
                    aria-describedby=[described] aria-invalid=[invalid];
                (label)
                (error)
            }
        },
        Kind::Area => html! {
            div class={ "fr-input-group" @if problem.is_some() { " fr-input-group" (wrong) } } {
                (label)
                textarea class="fr-input" id=(name) name=(name) rows="4" aria-describedby=[described]
                    aria-invalid=[invalid] { (value) }
                (error)
            }
        },
        Kind::Text | Kind::Email | Kind::Number => html! {
            div class={ "fr-input-group" @if problem.is_some() { " fr-input-group" (wrong) } } {
                (label)
                input class="fr-input" type=(if field.kind == Kind::Email { "email" } else { "text" }) id=(name)
                    name=(name) value=(value) aria-describedby=[described] aria-invalid=[invalid]
                    inputmode=[(field.kind == Kind::Number).then_some("numeric")];
                (error)
            }
        },
    }
}

/// What a filing looks like once typed.
pub(super) fn values_of(filing: &Filing) -> Values {
    let mut values: Values = filing.answers().into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    let mut put = |name: &str, text: &str| values.insert(name.to_owned(), text.to_owned());
    put("siret", &filing.siret);
    put("organisation", &filing.organisation);
    put("legal_category", &filing.legal_category);
    put("cog", &filing.cog);
    put("postal_code", &filing.postal_code);
    put("town", &filing.town);
    put("document", if filing.document { "oui" } else { "" });
    put("applicant_email", &filing.applicant.email);
    put("applicant_given", filing.applicant.given.as_deref().unwrap_or_default());
    put("applicant_family", filing.applicant.family.as_deref().unwrap_or_default());
    put("applicant_phone", filing.applicant.phone.as_deref().unwrap_or_default());
    put("applicant_job", filing.applicant.job.as_deref().unwrap_or_default());
    values
}

/// The filing that was typed, right or wrong.
pub(super) fn filing_of(values: &Values) -> Filing {
    let text = |name: &str| values.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let some = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
    let contact = |role: &str| Contact {
        family: text(&format!("{role}_family_name")),
        given: text(&format!("{role}_given_name")),
        email: text(&format!("{role}_email")),
        phone: text(&format!("{role}_phone_number")),
        job: text(&format!("{role}_job_title")),
    };
    let kind = || Some("editor".to_owned());
    Filing {
        siret: text("siret").split_whitespace().collect(),
        organisation: text("organisation"),
        legal_category: text("legal_category"),
        cog: text("cog"),
        postal_code: text("postal_code"),
        town: text("town"),
        open: text("closed").is_empty(),
        insee: text("unknown").is_empty(),
        applicant: Applicant {
            email: text("applicant_email"),
            given: some("applicant_given"),
            family: some("applicant_family"),
            phone: some("applicant_phone"),
            job: some("applicant_job"),
        },
        contact_metier: contact(CONTACTS[0].0),
        dpd: contact(CONTACTS[1].0),
        legal_basis: text(LEGAL_BASIS),
        document: !text("document").is_empty(),
        url: some(URL),
        recipients: text(RECIPIENTS),
        retention_months: text(RETENTION).parse().ok(),
        justification: some(JUSTIFICATION),
        service_provider: some("provider_id").map(|id| ServiceProvider {
            id,
            siret: some("provider_siret"),
            kind: kind(),
        }),
    }
}
