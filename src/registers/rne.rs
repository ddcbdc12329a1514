//! The register of élus: one line for each office. Keeps who, where and which office; no date of birth, no profession, is
//! even looked at.

use std::path::Path;

use super::Loaded;
use super::table::{Table, Unreadable};
use crate::domain::sources::Elected;

/// Reasons that are told.
const TOLD: usize = 10;

/// A file being read.
pub(super) struct Reading {
    table: Table,
    commune: usize,
    family: usize,
    given: usize,
    /// Absent from the file of maires, where everybody is one.
    office: Option<usize>,
}

impl Reading {
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        let table = Table::open(path)?;
        Ok(Self {
            commune: table.column("Code de la commune", &["code", "commune"], &["rattachement", "postal"])?,
            family: table.column("Nom de l’élu", &["nom", "elu"], &[])?,
            given: table.column("Prénom de l’élu", &["prenom", "elu"], &[])?,
            office: table.optional(&["libelle", "fonction"], &[]),
            table,
        })
    }

    /// The next élus, each with the code of the commune; none at the end. Counts what it reads.
    pub fn batch(&mut self, most: usize, loaded: &mut Loaded) -> Result<Vec<(String, Elected)>, Unreadable> {
        let mut rows = Vec::with_capacity(most);
        while rows.len() < most {
            let Some((line, record)) = self.table.next()? else { break };
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let cell = |column: usize| record.get(column).map(str::trim).unwrap_or_default();
            let (commune, family) = (code(cell(self.commune)), cell(self.family));
            let (Some(commune), false) = (commune, family.is_empty()) else {
                loaded.wrong += 1;
                if loaded.reasons.len() < TOLD {
                    let why = if family.is_empty() { "nom absent" } else { "code de commune illisible" };
                    loaded.reasons.push(format!("ligne {line} : {why}"));
                }
                continue;
            };
            let function = match self.office.map(cell) {
                None => Some("Maire".to_owned()),
                Some("") => None,
                Some(office) => Some(office.to_owned()),
            };
            let who = Elected { family: family.to_owned(), given: cell(self.given).to_owned(), function };
            rows.push((commune, who));
            loaded.rows += 1;
        }
        Ok(rows)
    }
}

/// A commune code, its leading zeros given back: `1004` is `01004`, `2a004` is `2A004`.
fn code(text: &str) -> Option<String> {
    let text = text.trim_start_matches('\'').to_uppercase();
    let plausible =
        (4..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'A' | b'B'));
    plausible.then(|| format!("{text:0>5}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes() {
        for (text, expected) in [
            ("01004", Some("01004")),
            ("1004", Some("01004")),
            ("2a004", Some("2A004")),
            ("'01004", Some("01004")),
            ("97411", Some("97411")),
            ("", None),
            ("Paris", None),
            ("104", None),
            ("730132", None),
        ] {
            assert_eq!(super::code(text).as_deref(), expected, "{text}");
        }
    }
}
