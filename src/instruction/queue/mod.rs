//! The instructeurs' queue: which requests are listed together, in which order, filtered and found by what. Knows the
//! states by their stable names; reads the database, writes nothing.

mod filter;
mod index;
mod listing;

use chrono::NaiveDate;

use crate::store::queue::{FacetRow, Part};

pub use filter::{Checks, Deadline, Filter, Who, place, write_place};
pub use index::{Index, Totals};
pub use listing::{Asking, Listing, around, list, numbers, some};

/// A list of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// What the database lists.
    pub fn part(self, today: NaiveDate) -> Part {
        match self {
            Self::ToInstruct => Part::Submitted,
            Self::Late => Part::Late(today),
            Self::Waiting => Part::ChangesRequested,
            Self::ToOpen => Part::ToOpen,
            Self::Open => Part::Open,
            Self::Done => Part::Done,
            Self::All => Part::All,
        }
    }

    /// Whether an answer is owed: oldest deadline first, then. Other lists have the newest request first.
    pub fn has_deadlines(self) -> bool {
        matches!(self, Self::ToInstruct | Self::Late)
    }

    /// Whether a line is in the list: what [`Part`] asks of the database.
    fn holds(self, facets: &Facets, today: NaiveDate) -> bool {
        let state = facets.state;
        match self {
            Self::ToInstruct => state == "submitted",
            Self::Late => state == "submitted" && facets.due_on.is_some_and(|due| due < today),
            Self::Waiting => state == "changes_requested",
            Self::ToOpen => state == "accepted" && facets.in_force && !facets.open,
            Self::Open => matches!(state, "accepted" | "draft") && facets.open,
            Self::Done => matches!(state, "refused" | "revoked" | "archived"),
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

/// « 1 bloquant, 2 à regarder », « conforme ».
pub fn checks_in_words(blocking: i64, look: i64) -> String {
    match (blocking, look) {
        (0, 0) => "conforme".into(),
        (0, look) => format!("{look} à regarder"),
        (1, 0) => "1 bloquant".into(),
        (1, look) => format!("1 bloquant, {look} à regarder"),
        (blocking, 0) => format!("{blocking} bloquants"),
        (blocking, look) => format!("{blocking} bloquants, {look} à regarder"),
    }
}

/// What a line is filtered by, small enough to keep them all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facets {
    state: &'static str,
    in_force: bool,
    open: bool,
    due_on: Option<NaiveDate>,
    assignee: Option<uuid::Uuid>,
    /// Its code, padded with zero bytes.
    departement: [u8; 3],
    /// Blocking, to look at; `None` when they were never counted.
    checks: Option<(u16, u16)>,
}

impl Facets {
    fn of(row: &FacetRow) -> Self {
        let state = STATES.into_iter().find(|state| *state == row.state).unwrap_or("");
        let count = |count: i64| u16::try_from(count).unwrap_or(u16::MAX);
        Self {
            state,
            in_force: row.in_force,
            open: row.provisioning == "open",
            due_on: row.due_on,
            assignee: row.assignee_id,
            departement: code(row.departement.as_deref().unwrap_or_default()),
            checks: row.checked.then(|| (count(row.checks_blocking), count(row.checks_look))),
        }
    }
}

fn code(departement: &str) -> [u8; 3] {
    let mut code = [0; 3];
    for (to, from) in code.iter_mut().zip(departement.bytes()) {
        *to = from;
    }
    code
}

#[cfg(test)]
mod tests;
