//! What a decision must carry, who may not take it, the texts it may start from, and what is left of it to do in
//! DataPass. Knows no session: an e-mail and a request in, yes or no out.

mod report;
mod template;

use crate::domain::{Habilitation, What};

/// Fewest characters of a reason the demandeur can understand.
const LEAST: usize = 10;
/// Most characters of a text that goes in a mail.
const MOST: usize = 5000;

pub use report::{Contradiction, Report, report};
pub use template::{PER_GESTURE, TemplateFault, VARIABLES, Values, checked, fill};

/// One of the answers to a request, or what ends a habilitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    Accept,
    AskChanges,
    Refuse,
    Revoke,
    Archive,
}

/// What is wrong with the text of a decision. Displays as a French sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    #[error("Écrivez le motif : le demandeur le recevra par courriel")]
    Missing,
    #[error("Le motif est trop court : écrivez au moins {LEAST} caractères")]
    TooShort,
    #[error("Le texte est trop long : {MOST} caractères au plus")]
    TooLong,
}

impl Gesture {
    /// In reading order.
    pub const ALL: [Self; 5] = [Self::Accept, Self::AskChanges, Self::Refuse, Self::Revoke, Self::Archive];
    /// Those whose text the demandeur reads.
    pub const WORDED: [Self; 4] = [Self::Accept, Self::AskChanges, Self::Refuse, Self::Revoke];

    /// Stable name, that of the address it is posted to.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "accepter",
            Self::AskChanges => "modifications",
            Self::Refuse => "refuser",
            Self::Revoke => "revoquer",
            Self::Archive => "archiver",
        }
    }

    /// The gesture named so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gesture| gesture.name() == name)
    }

    /// What is done, for a button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Accept => "Accepter",
            Self::AskChanges => "Demander des modifications",
            Self::Refuse => "Refuser",
            Self::Revoke => "Révoquer",
            Self::Archive => "Archiver",
        }
    }

    /// The gesture without its text: what the table of transitions is asked about.
    pub fn bare(self) -> What {
        match self {
            Self::Accept => What::Accept { comment: None },
            Self::AskChanges => What::AskChanges { reason: None },
            Self::Refuse => What::Refuse { reason: None },
            Self::Revoke => What::Revoke { reason: None },
            Self::Archive => What::Archive,
        }
    }

    /// The gesture with the text typed for it: a comment that may be empty, a reason that may not, nothing to archive.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn with(self, text: &str) -> Result<What, TextFault> {
        if self == Self::Archive {
            return Ok(What::Archive);
        }
        let text = text.trim().replace("\r\n", "\n");
        let length = text.chars().count();
        if length > MOST {
            return Err(TextFault::TooLong);
        }
        match (self, length) {
            (Self::Accept, _) => return Ok(What::Accept { comment: Some(text).filter(|text| !text.is_empty()) }),
            (_, 0) => return Err(TextFault::Missing),
            (_, ..LEAST) => return Err(TextFault::TooShort),
            _ => {}
        }
        let reason = Some(text);
        Ok(match self {
            Self::Refuse => What::Refuse { reason },
            Self::Revoke => What::Revoke { reason },
            _ => What::AskChanges { reason },
        })
    }
}

/// Whether the request was filed by the person of this e-mail: nobody decides on their own request.
pub fn is_own(habilitation: &Habilitation, email: &str) -> bool {
    habilitation.dossier.demandeur.email.trim().to_lowercase() == email.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::checks::samples::habilitation;

    #[test]
    fn texts_of_a_decision() {
        let reason = Some("Il manque la délibération.".to_owned());
        assert_eq!(Gesture::Accept.with("  "), Ok(What::Accept { comment: None }));
        assert_eq!(Gesture::Accept.with(" Bravo "), Ok(What::Accept { comment: Some("Bravo".into()) }));
        assert_eq!(Gesture::Refuse.with(" Il manque la délibération. "), Ok(What::Refuse { reason: reason.clone() }));
        assert_eq!(Gesture::AskChanges.with("Il manque la délibération."), Ok(What::AskChanges { reason }));
        assert_eq!(
            Gesture::AskChanges.with("un\r\nmotif long"),
            Ok(What::AskChanges { reason: Some("un\nmotif long".into()) })
        );
        assert_eq!(Gesture::Archive.with("sans effet"), Ok(What::Archive));
        for gesture in [Gesture::Refuse, Gesture::AskChanges, Gesture::Revoke] {
            assert_eq!(gesture.with(" \n "), Err(TextFault::Missing));
            assert_eq!(gesture.with("non merci"), Err(TextFault::TooShort));
            assert!(gesture.with(&"é".repeat(5000)).is_ok());
            assert_eq!(gesture.with(&"é".repeat(5001)), Err(TextFault::TooLong));
        }
        assert_eq!(Gesture::Accept.with(&"é".repeat(5001)), Err(TextFault::TooLong));
    }

    #[test]
    fn nobody_decides_on_their_own_request() {
        assert!(is_own(&habilitation(), " Claire.Martineau@hauteluce.FR"));
        assert!(!is_own(&habilitation(), "claire.martineau@api.gouv.fr"));
    }

    #[test]
    fn names_are_read_back() {
        for gesture in Gesture::ALL {
            assert_eq!(Gesture::parse(gesture.name()), Some(gesture));
        }
        assert_eq!(Gesture::parse("supprimer"), None);
    }
}
