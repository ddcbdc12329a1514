//! Everything published at one revision, ready to answer: whole answers as bytes, and maps for the rest.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use super::prepared::{Answer, Encoding, Prepared};
use super::search::{self, Search};
use crate::store::collectivites::{Collectivite, Shut};

/// What the public list says of a collectivité: these three keys, in this order, are a published contract.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    siret: &'a str,
    code_cog: &'a str,
}

impl<'a> From<&'a Collectivite> for Line<'a> {
    fn from(collectivite: &'a Collectivite) -> Self {
        Self { name: &collectivite.name, siret: &collectivite.siret, code_cog: &collectivite.code_cog }
    }
}

struct Entry {
    collectivite: Collectivite,
    text: String,
}

/// Immutable; replaced whole.
pub struct Snapshot {
    revision: Option<i64>,
    list: Answer,
    /// By name then SIRET.
    entries: Vec<Entry>,
    by_siret: HashMap<String, usize>,
    by_cog: HashMap<String, Arc<[u8]>>,
    /// Forms that were open and are not, by SIRET.
    shut: HashMap<String, Shut>,
}

impl Snapshot {
    /// Nothing read yet.
    pub fn empty() -> Self {
        Self { revision: None, ..Self::of(0, Vec::new()) }
    }

    /// Prepares `rows`, sorted by name then SIRET: long work when there are many.
    pub fn of(revision: i64, rows: Vec<Collectivite>) -> Self {
        let by_siret = rows.iter().enumerate().map(|(at, row)| (row.siret.clone(), at)).collect();
        let mut by_cog = HashMap::new();
        for row in &rows {
            by_cog.entry(row.code_cog.clone()).or_insert_with(|| json(&Line::from(row)).into());
        }
        let list = Answer::prepare(json(&rows.iter().map(Line::from).collect::<Vec<_>>()));
        let entries = rows.into_iter().map(|row| Entry { text: search::text(&row), collectivite: row }).collect();
        Self { revision: Some(revision), list, entries, by_siret, by_cog, shut: HashMap::new() }
    }

    /// The same, with the forms that were open and are not.
    pub fn with_shut(mut self, shut: Vec<Shut>) -> Self {
        self.shut = shut.into_iter().map(|row| (row.siret.clone(), row)).collect();
        self
    }

    /// The collectivité of a SIRET, if its form was open and is not.
    pub fn shut(&self, siret: &str) -> Option<&Shut> {
        self.shut.get(siret)
    }

    /// Where the families of a closed form are sent, if that one is open: followed from merger to merger.
    pub fn successor(&self, shut: &Shut) -> Option<&Collectivite> {
        let mut next = shut.successor_siret.as_deref();
        // A chain longer than this, or that turns in a circle, leads nowhere.
        for _ in 0..10 {
            let siret = next?;
            if let Some(open) = self.of_siret(siret) {
                return Some(open);
            }
            next = self.shut(siret).and_then(|other| other.successor_siret.as_deref());
        }
        None
    }

    /// Revision of the table these rows are from; `None` before the first reading.
    pub fn revision(&self) -> Option<i64> {
        self.revision
    }

    /// How many forms are open.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// No form is open.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The whole list, as a bare JSON array.
    pub fn list(&self, encoding: Encoding) -> &Prepared {
        self.list.encoded(encoding)
    }

    /// The collectivité of a SIRET (14 digits), if its form is open.
    pub fn of_siret(&self, siret: &str) -> Option<&Collectivite> {
        self.by_siret.get(siret).and_then(|at| self.entries.get(*at)).map(|entry| &entry.collectivite)
    }

    /// One JSON object for a commune's code: the first by name then SIRET, since a commune, its CCAS and its
    /// intercommunalité may share it.
    pub fn of_cog(&self, code_cog: &str) -> Option<Arc<[u8]>> {
        self.by_cog.get(code_cog).cloned()
    }

    /// Those that `typed` looks for, by name then SIRET; everything when it is blank.
    pub fn search(&self, typed: &str) -> Vec<&Collectivite> {
        let search = Search::read(typed);
        let found = self.entries.iter().filter(|entry| search.finds(&entry.collectivite, &entry.text));
        found.map(|entry| &entry.collectivite).collect()
    }
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    // Strings and lists of strings always serialise.
    serde_json::to_vec(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, siret: &str, cog: &str, postal: &str) -> Collectivite {
        Collectivite {
            siret: siret.into(),
            habilitation_id: uuid::Uuid::nil(),
            name: name.into(),
            code_cog: cog.into(),
            departement: crate::domain::territory::departement(cog),
            postal_code: Some(postal.into()),
            town: None,
            opened_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn snapshot() -> Snapshot {
        Snapshot::of(
            3,
            vec![
                row("CCAS D'AJACCIO", "2", "2A004", "20000"),
                row("COMMUNE D'AJACCIO", "1", "2A004", "20090"),
                row("COMMUNE DE SAINT-ÉTIENNE", "3", "42218", "42000"),
            ],
        )
    }

    fn names(snapshot: &Snapshot, typed: &str) -> Vec<String> {
        snapshot.search(typed).iter().map(|c| c.siret.clone()).collect()
    }

    #[test]
    fn nothing_open_is_an_empty_array() {
        assert_eq!(&*Snapshot::empty().list(Encoding::Identity).bytes, b"[]");
        assert_eq!(Snapshot::empty().revision(), None);
    }

    #[test]
    fn a_commune_code_answers_the_first_by_name() {
        let expected = br#"{"name":"CCAS D'AJACCIO","siret":"2","code_cog":"2A004"}"#;
        assert_eq!(snapshot().of_cog("2A004").as_deref(), Some(&expected[..]));
        assert_eq!(snapshot().of_cog("2A005"), None);
    }

    #[test]
    fn search_by_name_code_and_departement() {
        let snapshot = snapshot();
        for (typed, expected) in [
            ("", vec!["2", "1", "3"]),
            ("ajaccio", vec!["2", "1"]),
            ("saint etienne", vec!["3"]),
            ("ST ETIENNE", vec!["3"]),
            ("commune 42", vec![]),
            ("20000", vec!["2"]),
            ("2a", vec!["2", "1"]),
            ("42", vec!["3"]),
            ("42218", vec!["3"]),
            ("nulle part", vec![]),
        ] {
            assert_eq!(names(&snapshot, typed), expected, "{typed:?}");
        }
    }
}
