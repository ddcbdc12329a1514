//! A schema as comparable facts, the same for both engines: a SQLite `blob` that holds what PostgreSQL calls `uuid` is
//! the same fact.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The folder of its migrations.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Sqlite => "migrations/sqlite",
            Self::Postgres => "migrations/postgres",
        }
    }

    /// What a type of this engine stands for: three families that SQLite keeps and that our rows read. Any other type is
    /// itself, hence a difference: PostgreSQL's `integer` is too short for our `i64`.
    pub fn kind(self, name: &str) -> String {
        let family = match (self, name) {
            (Self::Sqlite, "integer") | (Self::Postgres, "bigint" | "int8") => "number",
            (_, "text") | (Self::Postgres, "timestamptz" | "jsonb" | "date") => "text",
            (Self::Sqlite, "blob") | (Self::Postgres, "uuid" | "bytea") => "bytes",
            (_, other) => return format!("{other}?"),
        };
        family.to_owned()
    }
}

/// Tables, columns, keys and indexes, each one sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    columns: BTreeMap<(String, String), String>,
    references: BTreeMap<(String, String), String>,
    /// Table, columns, unique, partial.
    indexes: BTreeSet<(String, Vec<String>, bool, bool)>,
    named: BTreeMap<String, (String, Vec<String>, bool, bool)>,
    /// Table, name.
    triggers: BTreeSet<(String, String)>,
}

impl Schema {
    pub fn column(&mut self, table: &str, column: &str, kind: String, nullable: bool) {
        let fact = if nullable { kind } else { format!("{kind} not null") };
        self.columns.insert((table.into(), column.into()), fact);
    }

    pub fn reference(&mut self, table: &str, column: &str, to: &str) {
        self.references.insert((table.into(), column.into()), to.into());
    }

    /// A primary or unique key.
    pub fn key(&mut self, table: &str, columns: &[String], partial: bool) {
        self.index(table, columns, true, partial);
    }

    pub fn index(&mut self, table: &str, columns: &[String], unique: bool, partial: bool) {
        self.indexes.insert((table.into(), columns.to_vec(), unique, partial));
    }

    pub fn trigger(&mut self, table: &str, name: &str) {
        self.triggers.insert((table.into(), name.into()));
    }

    /// An index that may be dropped by its name.
    pub fn named_index(&mut self, name: &str, table: &str, columns: &[String], unique: bool, partial: bool) {
        self.named.insert(name.into(), (table.into(), columns.to_vec(), unique, partial));
    }

    pub fn drop_index(&mut self, name: &str) {
        self.named.remove(name);
    }

    pub fn drop_table(&mut self, table: &str) {
        self.columns.retain(|(of, _), _| of != table);
        self.references.retain(|(of, _), _| of != table);
        self.indexes.retain(|index| index.0 != table);
        self.named.retain(|_, index| index.0 != table);
        self.triggers.retain(|(of, _)| of != table);
    }

    pub fn drop_column(&mut self, table: &str, column: &str) {
        self.columns.remove(&(table.to_owned(), column.to_owned()));
        self.references.remove(&(table.to_owned(), column.to_owned()));
    }

    pub fn facts(&self) -> BTreeSet<String> {
        let columns = self.columns.iter().map(|((table, column), fact)| format!("{table}.{column}: {fact}"));
        let references = self.references.iter().map(|((table, column), to)| format!("{table}.{column} → {to}"));
        let indexes = self.indexes.iter().chain(self.named.values()).map(|(table, columns, unique, partial)| {
            let kind = if *unique { "unique" } else { "index" };
            format!("{table} {kind} ({}){}", columns.join(", "), if *partial { " of some rows" } else { "" })
        });
        let triggers = self.triggers.iter().map(|(table, name)| format!("{table} trigger {name}"));
        columns.chain(references).chain(indexes).chain(triggers).collect()
    }

    /// What one says and not the other; empty when they agree.
    pub fn drift(&self, other: &Self) -> Vec<String> {
        let (mine, theirs) = (self.facts(), other.facts());
        let only_mine = mine.difference(&theirs).map(|fact| format!("only the first: {fact}"));
        let only_theirs = theirs.difference(&mine).map(|fact| format!("only the second: {fact}"));
        only_mine.chain(only_theirs).collect()
    }
}
