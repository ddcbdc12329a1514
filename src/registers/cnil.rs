//! The CNIL's list of bodies that designated a DPD: one line for each designation.

use std::path::Path;

use chrono::NaiveDate;

use super::Loaded;
use super::table::{Table, Unreadable};
use crate::domain::sources::DpdDeclaration;

/// Reasons that are told.
const TOLD: usize = 10;

/// A file being read.
pub(super) struct Reading {
    table: Table,
    siren: usize,
    name: usize,
    kind: Option<usize>,
    designated: Option<usize>,
    designated_siren: Option<usize>,
    email: Option<usize>,
    since: Option<usize>,
}

impl Reading {
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        let table = Table::open(path)?;
        Ok(Self {
            siren: table.column("SIREN organisme désignant", &["siren", "designant"], &[])?,
            name: table.column("Nom organisme désignant", &["nom", "designant"], &[])?,
            kind: table.optional(&["type", "dpo"], &[]),
            designated: table.optional(&["nom", "designe"], &[]),
            designated_siren: table.optional(&["siren", "designe"], &[]),
            email: table.optional(&["contact", "email"], &[]).or_else(|| table.optional(&["contact", "mail"], &[])),
            since: table.optional(&["date", "designation"], &[]),
            table,
        })
    }

    /// The next designations, each with the SIREN of the body; none at the end. Counts what it reads.
    pub fn batch(&mut self, most: usize, loaded: &mut Loaded) -> Result<Vec<(String, DpdDeclaration)>, Unreadable> {
        let mut rows = Vec::with_capacity(most);
        let width = self.table.width();
        while rows.len() < most {
            let Some((line, record)) = self.table.next()? else { break };
            let cell = |column: usize| record.get(column).map(str::trim).unwrap_or_default();
            let optional = |column: Option<usize>| column.map(cell).filter(|text| !text.is_empty()).map(str::to_owned);
            // A body without SIREN is from abroad: nothing here will ask about it.
            if cell(self.siren).is_empty() && record.len() == width {
                continue;
            }
            let Some(siren) = siren(cell(self.siren)) else {
                loaded.wrong += 1;
                if loaded.reasons.len() < TOLD {
                    loaded.reasons.push(format!("ligne {line} : SIREN illisible"));
                }
                continue;
            };
            let organisation = optional(self.designated);
            let is_person = optional(self.kind).is_some_and(|kind| kind.to_lowercase().contains("physique"));
            rows.push((
                siren,
                DpdDeclaration {
                    name: cell(self.name).to_owned(),
                    organisation: organisation.filter(|_| !is_person),
                    organisation_siren: optional(self.designated_siren).and_then(|text| self::siren(&text)),
                    email: optional(self.email).map(|email| email.to_lowercase()),
                    since: optional(self.since).and_then(|text| day(&text)),
                },
            ));
            loaded.rows += 1;
        }
        Ok(rows)
    }
}

/// Nine digits, leading zeros given back.
fn siren(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let plausible = (6..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plausible.then(|| format!("{digits:0>9}"))
}

/// `25/05/2018` or `2018-05-25`, a time after it or not.
fn day(text: &str) -> Option<NaiveDate> {
    let date = text.split([' ', 'T']).next()?;
    ["%d/%m/%Y", "%Y-%m-%d"].into_iter().find_map(|format| NaiveDate::parse_from_str(date, format).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sirens_and_days() {
        assert_eq!(siren("217301324").as_deref(), Some("217301324"));
        assert_eq!(siren("17 301 324").as_deref(), Some("017301324"));
        assert_eq!(siren("néant"), None);
        assert_eq!(day("25/05/2018"), day("2018-05-25T00:00:00"));
        assert_eq!(day("mai 2018"), None);
    }
}
