//! The rules a number must follow, on bare digits. Knows nothing of the types built upon them.

use std::fmt;

/// La Poste has more establishments than Luhn-valid NICs under a single SIREN: INSEE gave it a rule of its own.
const LA_POSTE: &[u8] = b"356000000";

/// Why a text is not a SIREN or a SIRET.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invalid {
    /// Too many or too few digits (an empty text included).
    Length,
    /// Something else than digits, blanks, dots and dashes.
    NotDigits,
    /// The key of the first 9 digits is wrong.
    Siren,
    /// The first 9 digits are right, the key of the 14 is wrong.
    Siret,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "wrong number of digits: a SIREN has 9, a SIRET has 14",
            Self::NotDigits => "unexpected character: only digits, blanks, dots and dashes are allowed",
            Self::Siren => "wrong SIREN key: the first 9 digits hold a mistake",
            Self::Siret => "wrong SIRET key: the 14 digits hold a mistake",
        })
    }
}

impl std::error::Error for Invalid {}

/// The `N` ASCII digits of a text, separators left out.
pub fn digits<const N: usize>(text: &str) -> Result<[u8; N], Invalid> {
    let mut found = [b'0'; N];
    let mut count = 0;
    for c in text.chars().filter(|c| !is_separator(*c)) {
        let digit = u8::try_from(c).ok().filter(u8::is_ascii_digit).ok_or(Invalid::NotDigits)?;
        if let Some(place) = found.get_mut(count) {
            *place = digit;
        }
        count += 1;
    }
    if count == N { Ok(found) } else { Err(Invalid::Length) }
}

pub fn siren(digits: &[u8]) -> Result<(), Invalid> {
    if luhn(digits) { Ok(()) } else { Err(Invalid::Siren) }
}

pub fn siret(digits: &[u8; 14]) -> Result<(), Invalid> {
    let head = &digits[..9];
    siren(head)?;
    if luhn(digits) || (head == LA_POSTE && sum(digits).is_multiple_of(5)) { Ok(()) } else { Err(Invalid::Siret) }
}

/// Blanks, dots, dashes, and the invisible characters that a copy from a page or a PDF brings along.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '.' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}')
}

fn luhn(digits: &[u8]) -> bool {
    let weighed = digits.iter().rev().enumerate().map(|(rank, digit)| {
        let value = u32::from(digit - b'0') * if rank % 2 == 0 { 1 } else { 2 };
        if value > 9 { value - 9 } else { value }
    });
    weighed.sum::<u32>().is_multiple_of(10)
}

fn sum(digits: &[u8]) -> u32 {
    digits.iter().map(|digit| u32::from(digit - b'0')).sum()
}
