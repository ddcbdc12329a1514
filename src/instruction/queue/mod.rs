//! The instructeurs' queue: which requests are listed together, in which order, filtered and found by what. Every line is
//! held in memory and follows the database, which is read, never written. Knows the states by their stable names.

mod facet;
mod filter;
mod held;
mod index;
mod line;
mod listing;
mod words;

use chrono::NaiveDate;

use super::checks::{Codes, Summary};

pub use filter::{Checks, Deadline, Filter, Point, Said, Who, place, write_place};
pub use held::{Found, Totals};
pub use index::Index;
pub use line::Line;
pub use listing::{Asking, Listing, around, list};

/// A line's place in its list: its deadline where lists are in that order, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub due_on: Option<NaiveDate>,
    pub datapass_id: i64,
}

/// Which side of a place is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Start,
    After(Place),
    /// The lines just before, in the list's own order.
    Before(Place),
}

/// A list of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tab {
    ToInstruct,
    Late,
    Waiting,
    ToOpen,
    Open,
    Done,
    All,
}

impl Tab {
    /// In reading order; the first is the one shown unasked.
    pub const ALL: [Self; 7] =
        [Self::ToInstruct, Self::Late, Self::Waiting, Self::ToOpen, Self::Open, Self::Done, Self::All];

    /// Stable name, that of the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::ToInstruct => "a-instruire",
            Self::Late => "en-retard",
            Self::Waiting => "en-attente",
            Self::ToOpen => "a-mettre-en-service",
            Self::Open => "en-service",
            Self::Done => "terminees",
            Self::All => "toutes",
        }
    }

    /// The tab named so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.name() == name)
    }

    /// French words.
    pub fn label(self) -> &'static str {
        match self {
            Self::ToInstruct => "À instruire",
            Self::Late => "En retard",
            Self::Waiting => "En attente du demandeur",
            Self::ToOpen => "À mettre en service",
            Self::Open => "En service",
            Self::Done => "Terminées",
            Self::All => "Toutes",
        }
    }

    /// Whether an answer is owed: oldest deadline first, then. Other lists have the newest request first.
    pub fn has_deadlines(self) -> bool {
        matches!(self, Self::ToInstruct | Self::Late)
    }

    /// Whether a line is in the list; for that of late lines, whether it may be: the day is not known here.
    fn holds(self, line: &Line) -> bool {
        match self {
            Self::ToInstruct | Self::Late => line.state == "submitted",
            Self::Waiting => line.state == "changes_requested",
            Self::ToOpen => line.state == "accepted" && line.in_force && !line.open(),
            Self::Open => matches!(line.state, "accepted" | "draft") && line.open(),
            Self::Done => matches!(line.state, "refused" | "revoked" | "archived"),
            Self::All => true,
        }
    }
}

/// Stable names of the states, in the order of a request's life.
pub const STATES: [&str; 7] = ["draft", "submitted", "changes_requested", "accepted", "refused", "revoked", "archived"];

/// French words of a state's stable name.
pub fn state_label(state: &str) -> &'static str {
    match state {
        "draft" => "Brouillon",
        "submitted" => "À instruire",
        "changes_requested" => "En attente du demandeur",
        "accepted" => "Acceptée",
        "refused" => "Refusée",
        "revoked" => "Révoquée",
        "archived" => "Archivée",
        _ => "Inconnu",
    }
}

/// « 1 bloquant, 2 à regarder », « conforme ». A file whose essential points were not all verified is not said to be fine.
pub fn checks_in_words(said: &Summary) -> String {
    let count = |count: u32, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {many}")),
    };
    let parts: Vec<String> = [
        count(said.blocking.len(), "bloquant", "bloquants"),
        count(said.look.len(), "à regarder", "à regarder"),
        count(said.essential_unverified().len(), "non vérifié", "non vérifiés"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { "conforme".into() } else { parts.join(", ") }
}

/// « C17 bloquant, C23 à regarder, C10 non vérifié, C18 écarté ».
pub fn points_in_words(said: &Summary) -> String {
    let named = |codes: Codes, word: &'static str| codes.iter().map(move |entry| format!("{} {word}", entry.code));
    let all = named(said.blocking, "bloquant")
        .chain(named(said.look, "à regarder"))
        .chain(named(said.unverified, "non vérifié"))
        .chain(named(said.overridden, "écarté"));
    all.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
