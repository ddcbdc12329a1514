//! C12 to C15 and C31: is the délibération there, does it speak of the quotient familial and set tariffs, who voted it and
//! when, and is the file safe to open? What was read is a hint: a
//! silence asks to look, and never forbids.

use chrono::Datelike;

use super::check::{Check, Evidence, Facts, Verdict};
use crate::domain::document::{Body, Format, Origin, Reading, Trouble};
use crate::domain::names::normalise;
use crate::instruction::deliberation::{current, link, trouble};
use crate::store::documents::Document;

/// Years after which the age of a vote is told.
const OLD: i32 = 5;
/// Lines shown as evidence.
const SHOWN: usize = 3;
/// Pages beyond which a file is unusually long.
const LONG: u32 = 60;

/// C12.
pub fn present(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: String| Check::new("C12", verdict, sentence);
    let documents = current(&facts.known.documents);
    if let Some(document) = documents.iter().find(|document| document.reading.as_ref().is_some_and(Reading::has_text)) {
        let sentence = format!("La délibération est là et se lit : « {} ».", document.file_name);
        return check(Verdict::Fine, sentence).seen([came(document)]);
    }
    if documents.iter().any(|document| document.reading.is_none()) {
        return check(Verdict::Unverified, "Le document est en cours de lecture.".into());
    }
    if let Some(document) = documents.first() {
        let why = document.reading.iter().flat_map(|reading| &reading.troubles).map(|it| trouble(*it)).next();
        let why = why.unwrap_or("rien n’y est écrit");
        return check(Verdict::Look, format!("Un document est là, mais son texte n’a pas pu être lu : {why}."))
            .remedy("Ouvrez-le, ou demandez au demandeur un PDF lisible, sans mot de passe.")
            .seen([came(document)]);
    }
    absent(facts)
}

/// Nothing at hand: DataPass takes an address, or a file that it shows on its public page and gives to no program.
fn absent(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: String| Check::new("C12", verdict, sentence);
    let address = facts.habilitation.dossier.deliberation_url.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let deposit =
        "Lisez-la sur la page publique de DataPass si elle y est, puis déposez-la ici, ou demandez-la au demandeur.";
    match (address, &facts.known.fetched) {
        (None, _) => check(
            Verdict::Look,
            "La délibération a été déposée en fichier dans DataPass, qui ne le transmet pas : elle est à lire sur sa \
             page publique."
                .into(),
        )
        .remedy("Lisez-la dans DataPass ; déposez-la ici pour en garder la preuve."),
        (Some(text), _) if link(text).is_none() => {
            check(Verdict::Blocking, format!("Aucun document n’est là, et « {text} » n’est pas une adresse."))
                .remedy("Demandez la délibération au demandeur, ou déposez-la.")
                .seen([facts.datapass_says(text)])
        }
        (Some(text), Some(fetched)) if !fetched.is_kept() && fetched.address == text => check(
            Verdict::Look,
            format!("La délibération n’a pas pu être récupérée à l’adresse donnée : {}.", fetched.note),
        )
        .remedy(deposit)
        .seen([Evidence {
            source: "Adresse donnée".into(),
            at: Some(fetched.at),
            text: text.to_owned(),
            caveat: None,
        }]),
        (Some(text), _) => check(Verdict::Unverified, "La délibération n’a pas encore été récupérée.".into())
            .seen([facts.datapass_says(text)]),
    }
}

/// C13.
pub fn mentions(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C13", verdict, sentence);
    let Some((document, reading)) = best(facts) else { return moot("C13") };
    match reading.mentions.len() {
        _ if !reading.has_text() => check(Verdict::Unverified, "Le texte du document n’a pas pu être lu."),
        0 => check(Verdict::Look, "Le quotient familial n’est pas mentionné dans ce qui a pu être lu.")
            .remedy("Vérifiez dans le document ; une annexe manque peut-être.")
            .seen([came(document)]),
        _ => {
            let shown = reading.mentions.iter().take(SHOWN).map(|mention| {
                let text = format!("… {}{}{} …", mention.before, mention.words, mention.after);
                quoted(document, mention.page, text)
            });
            check(Verdict::Fine, "Le quotient familial est mentionné.").seen(shown)
        }
    }
}

/// C14.
pub fn tariffs(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C14", verdict, sentence);
    let Some((document, reading)) = best(facts) else { return moot("C14") };
    if reading.mentions.is_empty() {
        return moot("C14");
    }
    let lines = reading.tariffs.iter().take(SHOWN).map(|quote| quoted(document, quote.page, quote.text.clone()));
    match (reading.tariffs.len(), &reading.api) {
        (2.., _) => check(Verdict::Fine, "Des tarifs ou des tranches sont fixés.").seen(lines),
        (_, Some(quote)) => check(
            Verdict::Look,
            "La délibération semble seulement décider d’utiliser API Particulier : aucun tarif n’y a été trouvé.",
        )
        .remedy("Demandez la délibération qui fixe les tarifs selon le quotient familial.")
        .seen([quoted(document, quote.page, quote.text.clone())]),
        _ => check(Verdict::Look, "Aucune grille de tarifs ni de tranches n’a été trouvée.")
            .remedy("Vérifiez dans le document : la grille est peut-être une image, ou dans une annexe.")
            .seen(lines),
    }
}

/// C15.
pub fn vote(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: String| Check::new("C15", verdict, sentence);
    let Some((document, reading)) = best(facts) else { return moot("C15") };
    if !reading.has_text() {
        return moot("C15");
    }
    let seen = [reading.body.as_ref().map(|(_, quote)| quote), reading.date.as_ref().map(|(_, quote)| quote)];
    let evidence: Vec<Evidence> =
        seen.into_iter().flatten().map(|quote| quoted(document, quote.page, quote.text.clone())).collect();
    let doubts: Vec<String> = [doubt_on_name(facts, reading), doubt_on_body(facts, reading), doubt_on_date(reading)]
        .into_iter()
        .flatten()
        .collect();
    if !doubts.is_empty() {
        let remedy = "Vérifiez dans le document que l’acte est bien celui de cette collectivité.";
        return check(Verdict::Look, sentence(&doubts.join(" ; "))).remedy(remedy).seen(evidence);
    }
    let (Some((body, _)), Some((date, _))) = (&reading.body, &reading.date) else { return moot("C15") };
    let voted = format!("{}, le {}", body.label(), date.format("%d/%m/%Y"));
    let age = facts.habilitation.submitted_at.map_or(0, |at| at.year() - date.year());
    let found = match age {
        OLD.. => check(Verdict::Info, format!("Acte ancien, qui reste valable s’il n’a pas été remplacé : {voted}.")),
        _ => check(Verdict::Fine, format!("Acte de la collectivité : {voted}.")),
    };
    found.seen(evidence)
}

/// C31.
pub fn safe(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: String| Check::new("C31", verdict, sentence);
    let documents = current(&facts.known.documents);
    let read: Vec<(&Document, &Reading)> =
        documents.iter().filter_map(|document| Some((*document, document.reading.as_ref()?))).collect();
    let found =
        |fits: &dyn Fn(&Reading) -> bool| read.iter().find(|(_, reading)| fits(reading)).map(|(document, _)| document);
    let name = |document: &Document| format!("« {} »", document.file_name);
    if read.is_empty() {
        return moot("C31");
    }
    let ask = "Demandez un PDF simple, imprimé ou numérisé, sans contenu actif.";
    if let Some(document) = found(&|reading| reading.structure.active) {
        check(Verdict::Blocking, format!("{} contient un programme : ne l’ouvrez pas.", name(document))).remedy(ask)
    } else if let Some(document) = found(&|reading| reading.structure.attachments) {
        check(Verdict::Look, format!("{} contient d’autres fichiers : ne les ouvrez pas.", name(document))).remedy(ask)
    } else if let Some(document) = found(&|reading| reading.troubles.contains(&Trouble::TooHeavy)) {
        check(Verdict::Look, format!("{} demande trop de temps ou de mémoire à lire.", name(document))).remedy(ask)
    } else if let Some(document) = found(&|reading| reading.page_count.is_some_and(|count| count > LONG)) {
        check(Verdict::Info, format!("{} est long : seules ses {LONG} premières pages ont été lues.", name(document)))
    } else if let Some(document) = found(&|reading| reading.structure.encrypted && reading.has_text()) {
        check(Verdict::Info, format!("{} est chiffré sans mot de passe d’ouverture ; il se lit.", name(document)))
    } else {
        check(Verdict::Fine, "Aucun programme ni fichier caché n’a été trouvé dans le document.".into())
    }
}

/// There is nothing to read.
fn moot(code: &'static str) -> Check {
    Check::new(code, Verdict::Moot, "Aucun texte de délibération n’est à lire.")
}

/// Among the current documents, the one that says most.
fn best<'a>(facts: &Facts<'a>) -> Option<(&'a Document, &'a Reading)> {
    let read =
        current(&facts.known.documents).into_iter().filter_map(|document| Some((document, document.reading.as_ref()?)));
    let worth = |reading: &Reading| (!reading.mentions.is_empty(), reading.tariffs.len() >= 2, reading.has_text());
    // The first of equals: the newest.
    read.rev().max_by_key(|(_, reading)| worth(reading))
}

fn doubt_on_name(facts: &Facts<'_>, reading: &Reading) -> Option<String> {
    let organisation = &facts.habilitation.dossier.organisation;
    let siren = organisation.siret().map(|siret| siret.siren().to_string());
    if siren.is_some_and(|siren| reading.sirens.contains(&siren)) {
        return None;
    }
    let names = [Some(organisation.name.as_str()), organisation.town.as_deref()];
    let named = names
        .into_iter()
        .flatten()
        .map(core_of)
        .filter(|core| !core.is_empty())
        .any(|core| format!(" {} ", saints(&reading.opening)).contains(&format!(" {core} ")));
    (!named).then(|| "le nom de la collectivité n’y a pas été trouvé".into())
}

/// « COMMUNE D’ÉPINAL » is looked for as « epinal »; « ST » and « SAINT » are one.
fn core_of(name: &str) -> String {
    let name = normalise(name);
    let kinds = ["commune de ", "commune d ", "commune du ", "commune des ", "ville de ", "mairie de "];
    let bare = kinds.iter().find_map(|kind| name.strip_prefix(kind)).unwrap_or(&name);
    let bare = ["la ", "le ", "les ", "l "].iter().find_map(|article| bare.strip_prefix(article)).unwrap_or(bare);
    saints(bare)
}

fn saints(text: &str) -> String {
    let word = |word: &str| match word {
        "st" => "saint".to_owned(),
        "ste" => "sainte".to_owned(),
        word => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn doubt_on_body(facts: &Facts<'_>, reading: &Reading) -> Option<String> {
    let category = facts.habilitation.dossier.organisation.legal_category.as_deref().unwrap_or_default();
    let Some((body, _)) = &reading.body else {
        return Some("l’assemblée qui a voté n’a pas été reconnue".into());
    };
    let usual = match category {
        "7210" => Some(Body::ConseilMunicipal),
        "7361" => Some(Body::ConseilAdministration),
        "7343" | "7344" | "7346" | "7347" | "7348" => Some(Body::ConseilCommunautaire),
        "7353" | "7354" | "7355" => Some(Body::ConseilSyndical),
        "7220" => Some(Body::ConseilDepartemental),
        _ => None,
    };
    match (body, usual) {
        (Body::DecisionDuMaire | Body::Arrete, _) => {
            Some(format!("l’acte est de type « {} » : une délégation de l’assemblée est nécessaire", body.label()))
        }
        (body, Some(usual)) if *body != usual => {
            Some(format!("l’acte est celui d’un {}, et non d’un {}", body.label(), usual.label()))
        }
        _ => None,
    }
}

fn doubt_on_date(reading: &Reading) -> Option<String> {
    reading.date.is_none().then(|| "sa date n’a pas été trouvée".into())
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

fn came(document: &Document) -> Evidence {
    let how = match (document.origin, document.address.as_deref(), document.author.as_deref()) {
        (Origin::Address, Some(address), _) => format!("récupéré à {address}"),
        (Origin::Instructeur, _, Some(author)) => format!("déposé par {author}"),
        (Origin::Demandeur, ..) => "déposé par le demandeur".to_owned(),
        _ => "récupéré".to_owned(),
    };
    let kind = match document.format {
        Format::Pdf => "PDF",
        Format::Html => "page web",
    };
    Evidence {
        source: document.file_name.clone(),
        at: Some(document.at),
        text: format!("{how} ({kind})"),
        caveat: None,
    }
}

fn quoted(document: &Document, page: u32, text: String) -> Evidence {
    Evidence { source: format!("{}, page {page}", document.file_name), at: Some(document.at), text, caveat: None }
}

#[cfg(test)]
#[path = "deliberation_tests.rs"]
pub mod tests;
