//! Text made comparable without losing where it came from: ligatures opened, accents and case dropped, words cut at the end
//! of a line joined again, blanks squashed. Each letter remembers how it was written and on which line.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A letter, compared and as written.
#[derive(Clone, Copy, Debug)]
struct Letter {
    /// Lower case, without accent; a blank is one space.
    bare: char,
    written: char,
}

/// A text made comparable.
#[derive(Debug, Default)]
pub struct Folded {
    letters: Vec<Letter>,
}

impl Folded {
    pub fn of(text: &str) -> Self {
        let chars: Vec<char> = text.nfkc().filter(|c| !is_invisible(*c)).collect();
        let mut letters: Vec<Letter> = Vec::with_capacity(chars.len());
        let mut at = 0;
        while let Some(&c) = chars.get(at) {
            if is_hyphen(c)
                && letters.last().is_some_and(|last| last.bare.is_alphabetic())
                && let Some(next) = joined(&chars[at + 1..])
            {
                at += 1 + next;
                continue;
            }
            at += 1;
            if c.is_whitespace() {
                if letters.last().is_some_and(|last| last.bare != ' ') {
                    letters.push(Letter { bare: ' ', written: ' ' });
                }
                continue;
            }
            letters.push(Letter { bare: bare(c), written: c });
        }
        Self { letters }
    }

    /// The comparable text, one character for each letter.
    pub fn bare(&self) -> String {
        self.letters.iter().map(|letter| letter.bare).collect()
    }

    /// What was written between two positions, in letters.
    pub fn written(&self, range: std::ops::Range<usize>) -> String {
        let end = range.end.min(self.letters.len());
        self.letters[range.start.min(end)..end].iter().map(|letter| letter.written).collect()
    }

    pub fn len(&self) -> usize {
        self.letters.len()
    }

    pub fn bare_at(&self, at: usize) -> Option<char> {
        self.letters.get(at).map(|letter| letter.bare)
    }

    pub fn written_at(&self, at: usize) -> Option<char> {
        self.letters.get(at).map(|letter| letter.written)
    }

    /// Up to `most` letters before a position, from the beginning of a word.
    pub fn before(&self, at: usize, most: usize) -> String {
        let mut from = at.saturating_sub(most);
        while from > 0 && from < at && self.bare_at(from - 1) != Some(' ') {
            from += 1;
        }
        self.written(from..at).trim_start().to_owned()
    }

    /// Up to `most` letters after a position, to the end of a word.
    pub fn after(&self, at: usize, most: usize) -> String {
        let mut to = (at + most).min(self.len());
        while to < self.len() && to > at && self.bare_at(to) != Some(' ') {
            to -= 1;
        }
        self.written(at..to).trim_end().to_owned()
    }
}

/// What is shown around a mention, without what recognition makes of the rules of a table: « ——_—.“ ». Blanks at both ends
/// stay, since words are put beside.
pub fn legible(text: &str) -> String {
    let says = |word: &&str| {
        let dash = matches!(*word, "-" | "–" | "—" | "." | "," | "…");
        dash || word.chars().any(|c| c.is_alphanumeric() || "«»:;!?€%()/&+".contains(c))
    };
    let kept = text.split_whitespace().filter(says).collect::<Vec<_>>().join(" ");
    let blank = |at: Option<char>| if at.is_some_and(char::is_whitespace) { " " } else { "" };
    format!("{}{kept}{}", blank(text.chars().next()), blank(text.chars().next_back()))
}

/// A line made comparable.
pub fn bare_line(line: &str) -> String {
    Folded::of(line).bare().trim().to_owned()
}

/// A line as it is shown: one blank between words.
pub fn squashed(line: &str) -> String {
    line.nfkc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many characters a hyphen's end of line takes, when a word goes on in the next one.
fn joined(rest: &[char]) -> Option<usize> {
    let blanks = rest.iter().take_while(|c| c.is_whitespace()).count();
    let broken = rest[..blanks].contains(&'\n');
    let goes_on = rest.get(blanks).is_some_and(|c| c.is_lowercase());
    (broken && goes_on).then_some(blanks)
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

/// Soft hyphens and zero-width characters part nothing that a reader sees.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn bare(c: char) -> char {
    let lower = c.to_lowercase().next().unwrap_or(c);
    match lower {
        '’' | '‘' | 'ʼ' | '`' | '´' => '\'',
        '–' | '—' | '−' | '\u{2010}' | '\u{2011}' => '-',
        other => std::iter::once(other).nfkd().find(|c| !is_combining_mark(*c)).unwrap_or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_tables_are_not_shown() {
        for (text, shown) in [
            ("familiales : a ———_———— .“ ———\"—.__— Tranche 1 ", "familiales : a Tranche 1 "),
            (" tarifs – cantine - 1,20 €", " tarifs – cantine - 1,20 €"),
            ("« repas » (été) : 2 %", "« repas » (été) : 2 %"),
            ("____", ""),
            ("", ""),
        ] {
            assert_eq!(legible(text), shown, "{text}");
        }
    }

    #[test]
    fn comparable_text() {
        for (text, expected) in [
            ("Le  Quotient\n\tFAMILIAL", "le quotient familial"),
            ("quo-\n   tient", "quotient"),
            ("quo\u{ad}tient", "quotient"),
            ("Saint-\nMartin", "saint- martin"),
            ("demi-tarif", "demi-tarif"),
            ("2025 -\nsuite", "2025 - suite"),
            ("ﬁxe les tariﬀs", "fixe les tariffs"),
            ("Délibéré à l’unanimité", "delibere a l'unanimite"),
            ("e\u{301}te\u{301}", "ete"),
            ("", ""),
        ] {
            assert_eq!(Folded::of(text).bare(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_around_is_cut_between_words() {
        let folded = Folded::of("Considérant l’intérêt des familles, le quotient familial est retenu partout");
        let at = folded.bare().find("quotient").unwrap();
        assert_eq!(folded.before(at, 20), "des familles, le ");
        assert_eq!(folded.after(at + 17, 12), " est retenu");
        assert_eq!((folded.before(0, 9), folded.after(folded.len(), 9)), (String::new(), String::new()));
    }
}
