//! Why a check is set aside, or set otherwise: colleagues read it, today and in a year.

/// Fewest characters that can say why.
const LEAST: usize = 10;
const MOST: usize = 2000;

/// What is wrong with a reason. Displays as a French sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReasonFault {
    #[error("Écrivez le motif : vos collègues le liront dans l’historique")]
    Missing,
    #[error("Le motif est trop court : écrivez au moins {LEAST} caractères")]
    TooShort,
    #[error("Le motif est trop long : {MOST} caractères au plus")]
    TooLong,
}

/// The reason, as it is kept.
///
/// # Errors
/// What is wrong with it.
pub fn reason(text: &str) -> Result<String, ReasonFault> {
    let text = text.trim().replace("\r\n", "\n");
    match text.chars().count() {
        0 => Err(ReasonFault::Missing),
        1..LEAST => Err(ReasonFault::TooShort),
        LEAST..=MOST => Ok(text),
        _ => Err(ReasonFault::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons() {
        assert_eq!(reason(" Vu au\r\ntéléphone. "), Ok("Vu au\ntéléphone.".into()));
        assert_eq!(reason(" \n"), Err(ReasonFault::Missing));
        assert_eq!(reason("vu, merci"), Err(ReasonFault::TooShort));
        assert!(reason(&"é".repeat(2000)).is_ok());
        assert_eq!(reason(&"é".repeat(2001)), Err(ReasonFault::TooLong));
    }
}
