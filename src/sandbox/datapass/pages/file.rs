//! The demandeur's two forms: filing a request, and modifying the answers of one. Wrong answers come back filled,
//! with status 422.

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    back, conflict,
    fields::{self, Problems, Values, filing_of, values_of},
    missing,
};
use crate::sandbox::{
    datapass::{
        Datapass, Filing, Refusal, Request,
        filing::{plausible_email, problems},
    },
    insee::is_siret,
    page::{Tone, alert},
};

/// Communes to propose, so that two demonstrations do not file for the same one: SIRET, name, COG, postal code.
const COMMUNES: [(&str, &str, &str, &str); 7] = [
    ("21730132400018", "HAUTELUCE", "73132", "73620"),
    ("21290042700015", "CROZON", "29042", "29160"),
    ("21130022300016", "CASSIS", "13022", "13260"),
    ("21050023700016", "BRIANÇON", "05023", "05100"),
    ("21150219000013", "SALERS", "15219", "15140"),
    ("21250434400012", "ORNANS", "25434", "25290"),
    ("21350238800019", "RENNES", "35238", "35000"),
];

pub(super) async fn blank(State(datapass): State<Datapass>) -> Response {
    form(&datapass, &values_of(&proposal(&datapass)), &Problems::new()).into_response()
}

/// A complete filing for the first commune that has none yet.
fn proposal(datapass: &Datapass) -> Filing {
    let free = COMMUNES.iter().find(|(siret, ..)| datapass.establishment(siret).is_none());
    let (siret, town, cog, postal_code) = *free.unwrap_or(&COMMUNES[0]);
    // A reserved ending, and a short one: portals downstream refuse more than four letters.
    let host = format!("mairie-{}.test", town.to_lowercase().replace('ç', "c"));
    let mut filing = Filing {
        siret: siret.to_owned(),
        organisation: format!("COMMUNE DE {town}"),
        cog: cog.to_owned(),
        postal_code: postal_code.to_owned(),
        town: town.to_owned(),
        ..Filing::example()
    };
    filing.applicant.email = format!("secretariat@{host}");
    filing.contact_metier.email = format!("periscolaire@{host}");
    filing
}

pub(super) async fn file(State(datapass): State<Datapass>, Form(values): Form<Values>) -> Response {
    let filing = filing_of(&values);
    let submits = values.get("intention").is_none_or(|intention| intention != "brouillon");
    let mut wrong = identity_problems(&filing);
    if submits {
        wrong.extend(problems(&filing.answers(), filing.document));
        wrong.extend(promise_problems(&values));
    }
    if !wrong.is_empty() {
        return (StatusCode::UNPROCESSABLE_ENTITY, form(&datapass, &values, &wrong)).into_response();
    }
    let id = datapass.create(filing);
    match if submits { datapass.submit(id).map(|_| ()) } else { Ok(()) } {
        Ok(()) => back(&datapass, Some(id)),
        Err(refusal) => missing(&datapass, &refusal.0),
    }
}

fn identity_problems(filing: &Filing) -> Problems {
    let mut wrong = Problems::new();
    let mut say = |name: &str, sentence: &str| wrong.insert(name.to_owned(), sentence.to_owned());
    if !is_siret(&filing.siret) {
        say("siret", "Ce SIRET n’est pas valide.");
    }
    if filing.organisation.is_empty() {
        say("organisation", "Indiquez le nom de l’organisation.");
    }
    if filing.legal_category.len() != 4 || !filing.legal_category.bytes().all(|byte| byte.is_ascii_digit()) {
        say("legal_category", "La catégorie juridique a quatre chiffres.");
    }
    if filing.cog.len() != 5 || !filing.cog.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        say("cog", "Le code commune a cinq caractères.");
    }
    if filing.postal_code.len() != 5 || !filing.postal_code.bytes().all(|byte| byte.is_ascii_digit()) {
        say("postal_code", "Le code postal a cinq chiffres.");
    }
    if filing.town.is_empty() {
        say("town", "Indiquez la commune.");
    }
    if !plausible_email(&filing.applicant.email) {
        say("applicant_email", "L’adresse électronique du demandeur n’est pas valide.");
    }
    let provider = filing.service_provider.as_ref().and_then(|provider| provider.siret.as_deref());
    if provider.is_some_and(|siret| !is_siret(siret)) {
        say("provider_siret", "Le SIRET de l’éditeur n’est pas valide.");
    }
    wrong
}

fn promise_problems(values: &Values) -> Problems {
    let ticked = |name: &str| values.get(name).is_some_and(|value| !value.is_empty());
    let both = [
        ("terms", "Acceptez les conditions générales d’utilisation."),
        ("informed", "Confirmez que le délégué à la protection des données est informé."),
    ];
    let missing = both.into_iter().filter(|(name, _)| !ticked(name));
    missing.map(|(name, sentence)| (name.to_owned(), sentence.to_owned())).collect()
}

fn form(datapass: &Datapass, values: &Values, wrong: &Problems) -> Markup {
    let main = html! {
        h1 { "Déposer une demande" }
        (summary(wrong))
        form class="fr-col-12 fr-col-md-8" method="post" action=(datapass.frame.path("/demandes/nouvelle")) novalidate {
            (fields::identity(values, wrong))
            (fields::answers(values, wrong))
            (fields::promises(values, wrong))
            div class="fr-btns-group fr-btns-group--inline" {
                button class="fr-btn" type="submit" name="intention" value="soumettre" { "Soumettre la demande" }
                button class="fr-btn fr-btn--secondary" type="submit" name="intention" value="brouillon" {
                    "Enregistrer un brouillon"
                }
            }
        }
    };
    datapass.frame.page(&titled("Déposer une demande", wrong), main)
}

pub(super) async fn edit(State(datapass): State<Datapass>, Path(id): Path<i64>) -> Response {
    let Some(request) = datapass.request(id) else { return missing(&datapass, "Cette demande n’existe pas.") };
    if !request.is_editable() {
        return conflict(&datapass, &request, &Refusal("Ses réponses ne peuvent pas être modifiées.".to_owned()));
    }
    let answers = request.answers.clone().into_iter();
    let mut values: Values = answers.filter_map(|(key, value)| Some((key, value?))).collect();
    values.insert("document".to_owned(), if request.document { "oui" } else { "" }.to_owned());
    edition(&datapass, &request, &values, &Problems::new()).into_response()
}

pub(super) async fn save(
    State(datapass): State<Datapass>,
    Path(id): Path<i64>,
    Form(values): Form<Values>,
) -> Response {
    let Some(request) = datapass.request(id) else { return missing(&datapass, "Cette demande n’existe pas.") };
    let filing = filing_of(&values);
    let wrong: Problems = problems(&filing.answers(), filing.document).into_iter().collect();
    if !wrong.is_empty() {
        let page = edition(&datapass, &request, &values, &wrong);
        return (StatusCode::UNPROCESSABLE_ENTITY, page).into_response();
    }
    match datapass.update(id, &filing) {
        Ok(_) => back(&datapass, Some(id)),
        Err(refusal) => conflict(&datapass, &request, &refusal),
    }
}

fn edition(datapass: &Datapass, request: &Request, values: &Values, wrong: &Problems) -> Markup {
    let title = format!("Modifier la demande D{}", request.id);
    let main = html! {
        h1 { (title) }
        (summary(wrong))
        form class="fr-col-12 fr-col-md-8" method="post"
            action=(datapass.frame.path(&format!("/demandes/{}/modifier", request.id))) novalidate {
            (fields::answers(values, wrong))
            button class="fr-btn" type="submit" { "Enregistrer" }
        }
    };
    datapass.frame.page(&titled(&title, wrong), main)
}

fn titled(title: &str, wrong: &Problems) -> String {
    format!("{}{title} – DataPass simulé", if wrong.is_empty() { "" } else { "Erreur : " })
}

fn summary(wrong: &Problems) -> Markup {
    html! { @if !wrong.is_empty() {
        (alert(Tone::Error, "Le formulaire contient des erreurs", "Corrigez les champs signalés, puis recommencez."))
    } }
}
