//! What may be written: plain text, bounded, without the characters that a page or a database could trip on.

/// Most characters of a message or a note.
pub const LONGEST: usize = 5000;

/// What is wrong with a text. Displays as a French sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    #[error("écrivez un texte avant d’envoyer")]
    Missing,
    #[error("le texte est trop long, {LONGEST} caractères au plus ; le vôtre en compte {0}")]
    TooLong(usize),
}

/// The text as it is kept.
///
/// # Errors
/// When nothing is left of it, or too much.
pub(super) fn kept(text: &str) -> Result<String, TextFault> {
    let text: String = text.replace("\r\n", "\n").chars().filter(|c| !is_hidden(*c)).collect();
    let text = text.trim();
    match text.chars().count() {
        0 => Err(TextFault::Missing),
        length if length > LONGEST => Err(TextFault::TooLong(length)),
        _ => Ok(text.to_owned()),
    }
}

/// Controls, which PostgreSQL partly refuses, and marks that turn the order of letters around: an address could be read
/// for another.
fn is_hidden(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c == '\u{feff}' || c == '\u{200b}' || (c.is_control() && !matches!(c, '\n' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_as_written_but_for_what_hides() {
        assert_eq!(kept("  Bonjour,\r\n\tmerci.  "), Ok("Bonjour,\n\tmerci.".into()));
        assert_eq!(kept("a\0b\u{1b}c\u{202e}d"), Ok("abcd".into()));
        assert_eq!(kept("<script>alert(1)</script>"), Ok("<script>alert(1)</script>".into()));
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        for nothing in ["", " \r\n ", "\u{200b}\u{feff}", "\0"] {
            assert_eq!(kept(nothing), Err(TextFault::Missing), "{nothing:?}");
        }
        assert!(kept(&"é".repeat(5000)).is_ok());
        assert!(kept(&"a\r\n".repeat(2500)).is_ok(), "an end of line is one character");
        assert_eq!(kept(&"é".repeat(5001)), Err(TextFault::TooLong(5001)));
    }
}
