//! What every check that reads a register shares: the evidence it gives, and what it says when a register was not heard:
//! « non vérifié », and whether by choice, for now, or because it is down.

use super::check::{Check, Evidence, Verdict};
use crate::domain::Contact;
use crate::domain::names::{Likeness, same_person};
use crate::domain::paris::instant_in_words;
use crate::domain::sources::{Elected, Heard};

/// Names of the lists that are loaded from files.
pub(super) const RNE: &str = "Répertoire national des élus";
pub(super) const CNIL: &str = "Liste des DPD de la CNIL";
/// The demandeur's own word, from the tracking page.
pub(super) const TRACKING: &str = "Page de suivi";

/// What a source said, dated; and that it can't be asked again, when it can't.
pub(super) fn quoted<T>(source: &str, heard: &Heard<T>, text: impl Into<String>) -> Option<Evidence> {
    let caveat = heard.down().map(|since| {
        format!("dernière réponse connue : la source ne répond plus depuis le {}", instant_in_words(since))
    });
    Some(Evidence { source: source.to_owned(), at: Some(heard.at()?), text: text.into(), caveat })
}

/// What a check says when its source was not heard; `None` when it was.
pub(super) fn unheard<T>(code: &'static str, source: &str, heard: &Heard<T>) -> Option<Check> {
    let sentence = match heard {
        Heard::Off => format!("Source non configurée : {source}."),
        Heard::Pending => format!("La source « {source} » est interrogée et n’a pas encore répondu."),
        Heard::Down { since, why } => {
            format!("La source « {source} » ne répond pas depuis le {} : {why}.", instant_in_words(*since))
        }
        Heard::Absent { .. } | Heard::Found { .. } => return None,
    };
    Some(Check::new(code, Verdict::Unverified, sentence))
}

/// Of two lists that were not heard, the one that may be by itself; `None` when one was.
pub(super) fn first_unheard<A, B>(
    found: (Option<Check>, &Heard<A>),
    other: (Option<Check>, &Heard<B>),
) -> Option<Check> {
    let (a, b) = (found.0?, other.0?);
    Some(if matches!(found.1, Heard::Off) && !matches!(other.1, Heard::Off) { b } else { a })
}

/// Somebody of a council, in words.
pub(super) fn in_words(who: &Elected) -> String {
    let function = who.function.as_deref().unwrap_or("conseiller");
    format!("{} {} ({function})", who.given, who.family)
}

/// How alike somebody of the request and an élu are; `None` when a name is missing.
pub(super) fn alike(contact: &Contact, who: &Elected) -> Option<Likeness> {
    let name = (contact.given_name.as_deref()?, contact.family_name.as_deref()?);
    Some(same_person(name, (&who.given, &who.family)))
}
