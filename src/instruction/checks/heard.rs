//! What every check that reads a register shares: the evidence it gives, and what it says when a register was not heard.
//! A source that is off is a choice of the house, told as information; one that is late or down is « non vérifié ».

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
    let at = heard.at()?;
    let mut text = text.into();
    if let Some(since) = heard.down() {
        let since = instant_in_words(since);
        text.push_str(&format!(" (dernière réponse connue : la source ne répond plus depuis le {since})"));
    }
    Some(Evidence { source: source.to_owned(), at: Some(at), text })
}

/// What a check says when its source was not heard; `None` when it was.
pub(super) fn unheard<T>(code: &'static str, title: &'static str, source: &str, heard: &Heard<T>) -> Option<Check> {
    let (verdict, sentence) = match heard {
        Heard::Off => (Verdict::Info, format!("Non vérifié : la source « {source} » n’est pas activée.")),
        Heard::Pending => {
            (Verdict::Unverified, format!("La source « {source} » est interrogée et n’a pas encore répondu."))
        }
        Heard::Down { since, why } => {
            let since = instant_in_words(*since);
            (Verdict::Unverified, format!("La source « {source} » ne répond pas depuis le {since} : {why}."))
        }
        Heard::Absent { .. } | Heard::Found { .. } => return None,
    };
    Some(Check::new(code, title, verdict, sentence))
}

/// Of two ways of not being heard, the one that may change by itself: a check reads the other source instead when it can.
pub(super) fn first_unheard(found: [Option<Check>; 2]) -> Option<Check> {
    let [a, b] = found;
    let (a, b) = (a?, b?);
    Some(if a.verdict == Verdict::Unverified { a } else { b })
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
