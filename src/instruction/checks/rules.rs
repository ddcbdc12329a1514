//! The rules in use: the version of those that are written here, and how serious the responsables want each of them to be.
//! Knows neither a request nor what a check says of it.

use std::collections::BTreeMap;

use super::catalogue::{self, Entry};
use super::check::{Check, Verdict};
use crate::domain::hubee_rules::Rules as HubeeRules;

/// Raise it with each change of what a check says: every request is then checked again after the next start.
pub const VERSION: u32 = 6;

/// How serious what a check finds is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// As the check says: some findings are graver than others.
    Usual,
    Block,
    Look,
    Inform,
    /// Not made at all.
    Off,
}

impl Severity {
    pub const ALL: [Self; 5] = [Self::Usual, Self::Block, Self::Look, Self::Inform, Self::Off];

    /// Stable name, as kept.
    pub fn name(self) -> &'static str {
        match self {
            Self::Usual => "habituel",
            Self::Block => "bloquer",
            Self::Look => "regarder",
            Self::Inform => "information",
            Self::Off => "eteint",
        }
    }

    /// French words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Usual => "Selon ce qui est trouvé",
            Self::Block => "Bloquer",
            Self::Look => "Regarder",
            Self::Inform => "Information",
            Self::Off => "Éteint",
        }
    }

    /// The severity named so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Settings of the checks, how many times they were changed, and what they read that changes for every request at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// What HubEE takes, as set up.
    pub hubee: HubeeRules,
    /// Which editions of the lists loaded from files they read.
    pub editions: Vec<uuid::Uuid>,
    revision: i64,
    severities: BTreeMap<&'static str, Severity>,
}

impl Rules {
    /// From every change, oldest first: revision, code, name of the severity. What is not understood is as usual.
    pub fn of<'a>(changes: impl IntoIterator<Item = (i64, &'a str, &'a str)>) -> Self {
        let mut rules = Self::default();
        for (revision, code, severity) in changes {
            rules.revision = rules.revision.max(revision);
            let Some(entry) = catalogue::of(code) else { continue };
            rules.severities.insert(entry.code, Severity::parse(severity).unwrap_or(Severity::Usual));
        }
        rules
    }

    /// What they are called: a request checked under another name is to be checked again.
    pub fn name(&self) -> String {
        let hubee = match self.hubee == HubeeRules::default() {
            true => String::new(),
            false => {
                format!(".{}-{}-{}", self.hubee.extension_most, self.hubee.phone_least, self.hubee.functional_blocks)
            }
        };
        // The end of an id: its beginning is the time.
        let editions: String = self.editions.iter().map(|id| format!(".{}", &id.simple().to_string()[24..])).collect();
        format!("{VERSION}.{}{hubee}{editions}", self.revision)
    }

    /// What a check is set to. Firm ones keep their own.
    pub fn severity(&self, entry: &Entry) -> Severity {
        let set = self.severities.get(entry.code).copied();
        set.filter(|_| entry.firm.is_none()).unwrap_or(Severity::Usual)
    }

    pub(super) fn is_off(&self, entry: &Entry) -> bool {
        self.severity(entry) == Severity::Off
    }

    /// The check, its findings as serious as they are set to be. What is fine, informs or was not verified stays so.
    pub(super) fn judged(&self, entry: &Entry, check: Check) -> Check {
        if !matches!(check.verdict, Verdict::Blocking | Verdict::Look) {
            return check;
        }
        let verdict = match self.severity(entry) {
            Severity::Usual | Severity::Off => return check,
            Severity::Block => Verdict::Blocking,
            Severity::Look => Verdict::Look,
            Severity::Inform => Verdict::Info,
        };
        Check { verdict, ..check }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_as_serious_as_set() {
        use Verdict::{Blocking, Fine, Info, Look, Unverified};
        let entry = catalogue::of("C23").unwrap();
        for (severity, found, said) in [
            ("habituel", Blocking, Blocking),
            ("habituel", Look, Look),
            ("bloquer", Look, Blocking),
            ("regarder", Blocking, Look),
            ("information", Blocking, Info),
            ("information", Look, Info),
            ("bloquer", Fine, Fine),
            ("bloquer", Info, Info),
            ("bloquer", Unverified, Unverified),
            ("inconnu", Look, Look),
        ] {
            let rules = Rules::of([(1, "C23", severity)]);
            let check = rules.judged(entry, Check::new("C23", found, "Trouvé."));
            assert_eq!(check.verdict, said, "{severity} {found:?}");
        }
    }

    #[test]
    fn the_last_change_counts_and_firm_checks_are_left_alone() {
        let rules =
            Rules::of([(1, "C23", "eteint"), (2, "C24", "eteint"), (3, "C23", "regarder"), (4, "C99", "eteint")]);
        assert_eq!(rules.severity(catalogue::of("C23").unwrap()), Severity::Look);
        assert!(!rules.is_off(catalogue::of("C24").unwrap()));
        assert_eq!(rules.name(), format!("{VERSION}.4"));
        assert_eq!(Rules::default().name(), format!("{VERSION}.0"));
        let editions = vec![uuid::Uuid::from_u128(0x1234_5678_9abc)];
        assert_eq!(Rules { editions, ..rules }.name(), format!("{VERSION}.4.56789abc"));
    }
}
