//! A set of codes in four bytes, as lists keep it for each request; and what a run of the checks says, summed up in a few
//! of them.

use super::catalogue::{self, CATALOGUE, Entry};
use super::check::{Check, Verdict};

/// Codes of the catalogue, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Codes(u32);

impl Codes {
    /// As kept: bits that the catalogue doesn't know are left out with the sign.
    pub fn from_bits(bits: i64) -> Self {
        Self(u32::try_from(bits & i64::from(u32::MAX)).unwrap_or_default())
    }

    /// To be kept.
    pub fn bits(self) -> i64 {
        i64::from(self.0)
    }

    pub fn add(&mut self, entry: &Entry) {
        self.0 |= 1 << entry.rank();
    }

    pub fn holds(self, entry: &Entry) -> bool {
        self.0 & (1 << entry.rank()) != 0
    }

    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = &'static Entry> {
        CATALOGUE.iter().filter(move |entry| self.holds(entry))
    }
}

/// What the checks say of a request, for the lists. What was overridden counts apart, and nowhere else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub blocking: Codes,
    pub look: Codes,
    pub unverified: Codes,
    pub overridden: Codes,
}

impl Summary {
    pub fn of(checks: &[Check]) -> Self {
        let mut summary = Self::default();
        for check in checks {
            let Some(entry) = catalogue::of(check.code) else { continue };
            match check.verdict {
                _ if check.is_lifted() => summary.overridden.add(entry),
                Verdict::Blocking => summary.blocking.add(entry),
                Verdict::Look => summary.look.add(entry),
                Verdict::Unverified => summary.unverified.add(entry),
                Verdict::Info | Verdict::Fine | Verdict::Moot => {}
            }
        }
        summary
    }

    /// Points that a green file can't have without being read.
    pub fn essential_unverified(&self) -> Codes {
        let mut kept = Codes::default();
        self.unverified.iter().filter(|entry| entry.essential).for_each(|entry| kept.add(entry));
        kept
    }

    /// Nothing to read: accepted in one click.
    pub fn is_green(&self) -> bool {
        self.blocking.is_empty() && self.look.is_empty() && self.essential_unverified().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kept_and_read_back() {
        let mut codes = Codes::default();
        for code in ["C1", "C18", "C32"] {
            codes.add(catalogue::of(code).unwrap());
        }
        let back = Codes::from_bits(codes.bits());
        assert_eq!((back, back.len()), (codes, 3));
        assert_eq!(back.iter().map(|e| e.code).collect::<Vec<_>>(), ["C1", "C18", "C32"]);
        assert!(Codes::from_bits(-1).len() == 32 && Codes::from_bits(0).is_empty());
    }

    #[test]
    fn a_green_file_has_nothing_to_read() {
        use Verdict::{Blocking, Fine, Info, Look, Unverified};
        for (code, verdict, green) in [
            ("C17", Fine, true),
            ("C25", Info, true),
            ("C17", Look, false),
            ("C5", Look, false),
            ("C23", Blocking, false),
            ("C13", Unverified, false),
            ("C20", Unverified, true),
        ] {
            let summary = Summary::of(&[Check::new(code, verdict, "Dit ainsi.")]);
            assert_eq!(summary.is_green(), green, "{code} {verdict:?}");
        }
    }
}
