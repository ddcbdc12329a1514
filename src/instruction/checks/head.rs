//! C18, C19 and C32: people of the request compared with those elected. The délégué can't be the head of the body, and
//! should be neither an élu nor one who decides of the means; the demandeur may be the maire. Homonyms and lists that lag
//! behind elections exist: a name is a reason to look.

use super::check::{Check, Evidence, Facts, Verdict};
use super::dpd::OTHER_PERSON;
use super::heard::{RNE, alike, first_unheard, in_words, quoted, unheard};
use super::place::category;
use crate::domain::Contact;
use crate::domain::names::{Likeness, decides_of_means, is_elected, is_maire, is_president};
use crate::domain::sources::{Elected, Source, council_is_the_communes};

/// Bodies headed by a président who is not a maire by that office.
const PRESIDED: [&str; 18] = [
    "7220", "7225", "7229", "7230", "7340", "7343", "7344", "7345", "7346", "7347", "7348", "7349", "7353", "7354",
    "7355", "7357", "7367", "7379",
];

const NO_DPD: &str = "La demande ne nomme pas de délégué à la protection des données.";

/// Somebody elected, and what says so.
struct Known<'a> {
    who: &'a Elected,
    evidence: Option<Evidence>,
}

/// The élus of every list, the most likely to be alike first where lists agree.
fn elected<'a>(facts: &'a Facts<'_>) -> Vec<Known<'a>> {
    let sources = &facts.known.sources;
    let lists = [(Source::Recherche.label(), &sources.council), (RNE, &sources.rne)];
    let presided = is_presided(facts);
    let lists = lists.into_iter().filter(move |(label, _)| !(presided && *label == RNE));
    let people = lists.flat_map(|(label, heard)| {
        let list = heard.found().into_iter().flatten();
        list.map(move |who| Known { who, evidence: quoted(label, heard, in_words(who)) })
    });
    people.collect()
}

/// The list of the commune's élus says nothing of a body that has its own.
fn is_presided(facts: &Facts<'_>) -> bool {
    category(facts).is_some_and(|code| PRESIDED.contains(&code))
}

/// Those who head the body: its maire or maires, its président. The président of a CCAS is the maire.
fn heads<'a>(facts: &'a Facts<'_>) -> Vec<Known<'a>> {
    let presided = is_presided(facts);
    let of_commune = category(facts).is_none_or(|code| code == "7210" || council_is_the_communes(Some(code)));
    let leads = |who: &Elected| {
        let function = who.function.as_deref().unwrap_or_default();
        (!presided && is_maire(function))
            || (!of_commune && is_president(function))
            || (presided && is_president(function))
    };
    elected(facts).into_iter().filter(|known| leads(known.who)).collect()
}

/// What is said when no list of élus was heard; `None` when one was.
fn no_list(facts: &Facts<'_>, code: &'static str) -> Option<Check> {
    let sources = &facts.known.sources;
    let asked = unheard(code, Source::Recherche.label(), &sources.council);
    if is_presided(facts) {
        return asked;
    }
    first_unheard((asked, &sources.council), (unheard(code, RNE, &sources.rne), &sources.rne))
}

/// The élus most like somebody, and how much.
fn likest<'a>(contact: &Contact, people: Vec<Known<'a>>) -> Option<(Likeness, Known<'a>)> {
    let rank = |likeness| match likeness {
        Likeness::Same => 0,
        Likeness::Close => 1,
        Likeness::Different => 2,
    };
    let judged = people.into_iter().filter_map(|known| Some((alike(contact, known.who)?, known)));
    judged.min_by_key(|(likeness, _)| rank(*likeness))
}

/// C18. Moot when no DPD is named: C17 says it.
pub fn not_head(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C18", verdict, sentence);
    let Some(dpd) = &facts.habilitation.dossier.dpd else { return check(Verdict::Moot, NO_DPD) };
    let job = dpd.job_title.as_deref().map(str::trim).filter(|job| !job.is_empty());
    let sent = facts.datapass_says(format!("DPD : {}, {}", dpd.display_name(), job.unwrap_or("fonction non indiquée")));
    let office = match job {
        Some(job) if is_maire(job) => Some("maire"),
        Some(job) if is_president(job) => Some("président"),
        _ => None,
    };
    if let Some(office) = office {
        let sentence = format!("Le délégué à la protection des données est {office}, d’après sa fonction.");
        return check(Verdict::Blocking, &sentence).remedy(OTHER_PERSON).seen([sent]);
    }
    let heads = heads(facts);
    let none_known = heads.is_empty();
    let evidence: Vec<Evidence> = heads.iter().filter_map(|known| known.evidence.clone()).collect();
    let judged = match likest(dpd, heads) {
        Some((Likeness::Same, _)) => {
            check(Verdict::Look, "Le délégué à la protection des données porte le nom du chef de la collectivité.")
                .remedy(
                    "Assurez-vous qu’il s’agit d’un homonyme ; sinon, demandez qu’une autre personne soit désignée.",
                )
                .strong()
        }
        Some((Likeness::Close, _)) => {
            check(Verdict::Info, "Le délégué à la protection des données porte un nom proche de celui du maire.")
        }
        Some((Likeness::Different, _)) => {
            check(Verdict::Fine, "Le délégué à la protection des données n’est pas le chef de la collectivité.")
        }
        None if none_known => return by_title_alone(facts, job).seen([sent]),
        None => check(Verdict::Unverified, "Le nom du délégué manque pour le comparer à celui du maire."),
    };
    judged.seen([sent]).seen(evidence)
}

/// C18, when nobody tells who the head is.
fn by_title_alone(facts: &Facts<'_>, job: Option<&str>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C18", verdict, sentence);
    if job.is_none() {
        return check(Verdict::Unverified, "La fonction du délégué à la protection des données n’est pas indiquée.");
    }
    no_list(facts, "C18").unwrap_or_else(|| {
        check(
            Verdict::Info,
            "La fonction du délégué n’est pas celle d’un maire ; les listes d’élus ne disent pas qui dirige ce corps.",
        )
    })
}

/// C19. Moot when no DPD is named.
pub fn no_conflict(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C19", verdict, sentence);
    let Some(dpd) = &facts.habilitation.dossier.dpd else { return check(Verdict::Moot, NO_DPD) };
    let job = dpd.job_title.as_deref().unwrap_or_default();
    let sent = facts.datapass_says(format!(
        "DPD : {}, {}",
        dpd.display_name(),
        if job.is_empty() { "fonction non indiquée" } else { job }
    ));
    let weigh = "La CNIL parle de conflit d’intérêts, sans liste fermée : pesez selon la taille de la collectivité.";
    let by_title = if is_elected(job) && !is_maire(job) {
        Some("La fonction du délégué à la protection des données est celle d’un élu.")
    } else {
        decides_of_means(job).then_some("La fonction du délégué le fait décider des moyens des traitements.")
    };
    if let Some(sentence) = by_title {
        return check(Verdict::Look, sentence).remedy(weigh).seen([sent]);
    }
    let head =
        |who: &Elected| who.function.as_deref().is_some_and(|function| is_maire(function) || is_president(function));
    let others = elected(facts).into_iter().filter(|known| !head(known.who)).collect();
    match likest(dpd, others) {
        Some((Likeness::Same, known)) => {
            check(Verdict::Look, "Le délégué à la protection des données porte le nom d’un élu de la collectivité.")
                .remedy(weigh)
                .seen([sent])
                .seen(known.evidence)
        }
        Some((Likeness::Close, known)) => {
            check(Verdict::Info, "Le délégué à la protection des données porte un nom proche de celui d’un élu.")
                .seen([sent])
                .seen(known.evidence)
        }
        _ => no_list(facts, "C19").unwrap_or_else(|| {
            check(Verdict::Fine, "Le délégué n’est pas un élu connu, et sa fonction n’annonce pas de conflit.")
                .seen([sent])
        }),
    }
}

/// C32.
pub fn demandeur_is_head(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C32", verdict, sentence);
    let heads = heads(facts);
    let demandeur = &facts.habilitation.dossier.demandeur;
    let Some((likeness, known)) = likest(demandeur, heads) else {
        return no_list(facts, "C32").unwrap_or_else(|| {
            check(Verdict::Moot, "Les listes d’élus ne disent pas qui dirige ce corps, ou un nom manque pour comparer.")
        });
    };
    let judged = match likeness {
        Likeness::Same => {
            check(Verdict::Info, "Le demandeur porte le nom du chef de la collectivité, qui peut l’être.")
        }
        Likeness::Close => {
            check(Verdict::Info, "Le demandeur porte un nom proche de celui du chef de la collectivité.")
        }
        Likeness::Different => check(Verdict::Fine, "Le demandeur n’est pas le chef de la collectivité."),
    };
    judged.seen([facts.datapass_says(format!("Demandeur : {}", demandeur.display_name()))]).seen(known.evidence)
}

#[cfg(test)]
mod tests;
