//! Numbers as they are written in French: amounts of money, thresholds, and those spelt in letters.

/// A number found in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// With a sign or the word euro, or with two decimals: 1,20.
    Amount,
    /// With more decimals, or a percent sign: a rate.
    Rate,
    Whole,
}

/// The numbers of a line that was made comparable.
pub fn of_line(bare: &str) -> Vec<Number> {
    let chars: Vec<char> = bare.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() || at.checked_sub(1).is_some_and(|before| chars[before].is_alphabetic()) {
            at += 1;
            continue;
        }
        let (end, decimals) = number(&chars, at);
        found.push(kind(&chars[end..], decimals));
        at = end.max(at + 1);
    }
    found
}

/// Where a number that begins here ends, and how many decimals it has. A space parts thousands.
fn number(chars: &[char], mut at: usize) -> (usize, usize) {
    let digits = |from: usize| chars[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    at += digits(at);
    while matches!(chars.get(at), Some(' ')) && digits(at + 1) == 3 {
        at += 4;
    }
    match chars.get(at) {
        Some(',' | '.') if digits(at + 1) > 0 => {
            let decimals = digits(at + 1);
            (at + 1 + decimals, decimals)
        }
        _ => (at, 0),
    }
}

fn kind(rest: &[char], decimals: usize) -> Number {
    let next: String = rest.iter().skip_while(|c| **c == ' ').take(4).collect();
    if next.starts_with('€') || next.starts_with("euro") || next.starts_with("eur") {
        Number::Amount
    } else if next.starts_with('%') || decimals > 2 {
        Number::Rate
    } else if decimals > 0 {
        Number::Amount
    } else {
        Number::Whole
    }
}

const UNITS: [&str; 17] = [
    "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize",
];
const TENS: [(&str, u32); 5] = [("vingt", 20), ("trente", 30), ("quarante", 40), ("cinquante", 50), ("soixante", 60)];

/// A number below ten thousand spelt in letters at the beginning of these words, and how many words it takes.
pub fn spelt(words: &[&str]) -> Option<(u32, usize)> {
    let (mut total, mut current, mut taken) = (0, 0, 0);
    for (rank, word) in words.iter().enumerate() {
        let unit = UNITS.iter().position(|unit| unit == word).and_then(|unit| u32::try_from(unit).ok());
        let ten = TENS.iter().find(|(ten, _)| ten.trim_end_matches('s') == word.trim_end_matches('s'));
        match (*word, unit, ten) {
            ("premier" | "1er", ..) if taken == 0 => return Some((1, 1)),
            ("et", ..) if taken > 0 => continue,
            ("mille", ..) => (total, current) = (total + 1000 * current.max(1), 0),
            ("cent" | "cents", ..) => current = 100 * current.max(1),
            (_, Some(unit), _) => current += unit,
            (_, _, Some((_, 20))) if current % 100 == 4 => current += 76,
            (_, _, Some((_, ten))) => current += ten,
            _ => break,
        }
        taken = rank + 1;
    }
    (taken > 0).then_some((total + current, taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_line() {
        use Number::{Amount, Rate, Whole};
        for (line, expected) in [
            ("tranche 1 0 a 400 1,20 €", &[Whole, Whole, Whole, Amount][..]),
            ("de 401 a 1 200 euros", &[Whole, Amount]),
            ("1 250,50 €", &[Amount]),
            ("1.20", &[Amount]),
            ("0,0125 x qf", &[Rate]),
            ("taux d'effort 0,25 %", &[Rate]),
            ("2026-031", &[Whole, Whole]),
            ("t1 3€", &[Amount]),
            ("le 12 mars 2026", &[Whole, Whole]),
            ("rien", &[]),
        ] {
            assert_eq!(of_line(line), expected, "{line}");
        }
    }

    #[test]
    fn numbers_in_letters() {
        for (text, expected) in [
            ("deux mille vingt six le", Some((2026, 4))),
            ("deux mille vingt et un", Some((2021, 5))),
            ("deux mille dix neuf", Some((2019, 4))),
            ("mille neuf cent quatre vingt dix huit", Some((1998, 7))),
            ("dix huit juin", Some((18, 2))),
            ("trente et un mars", Some((31, 3))),
            ("vingt deux", Some((22, 2))),
            ("premier juillet", Some((1, 1))),
            ("mars", None),
            ("", None),
        ] {
            let words: Vec<&str> = text.split_whitespace().collect();
            assert_eq!(spelt(&words), expected, "{text}");
        }
    }
}
