//! The instructeurs' queue: which requests are listed together, in which order, filtered and found by what. Knows the
//! states by their stable names; reads the database, writes nothing.

mod filter;
mod index;
mod listing;
mod lists;

use chrono::NaiveDate;

use super::checks::{Codes, Summary};
use crate::store::queue::{FacetRow, Part, QueueRow};

pub use filter::{Checks, Deadline, Filter, Point, Said, Who, place, write_place};
pub use index::Index;
pub use listing::{Asking, Listing, around, list, numbers, some};
pub use lists::Totals;

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

/// What the checks said of a line; `None` when they were never made.
pub fn summary(row: &QueueRow) -> Option<Summary> {
    let said = [row.checks_blocking, row.checks_look, row.checks_unverified, row.checks_overridden];
    row.checks_at.map(|_| summed(said))
}

fn summed([blocking, look, unverified, overridden]: [i64; 4]) -> Summary {
    let codes = Codes::from_bits;
    Summary {
        blocking: codes(blocking),
        look: codes(look),
        unverified: codes(unverified),
        overridden: codes(overridden),
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
    /// `None` when they were never made.
    checks: Option<Summary>,
}

impl Facets {
    fn of(row: &FacetRow) -> Self {
        let state = STATES.into_iter().find(|state| *state == row.state).unwrap_or("");
        let said = [row.checks_blocking, row.checks_look, row.checks_unverified, row.checks_overridden];
        Self {
            state,
            in_force: row.in_force,
            open: row.provisioning == "open",
            due_on: row.due_on,
            assignee: row.assignee_id,
            departement: code(row.departement.as_deref().unwrap_or_default()),
            checks: row.checked.then(|| summed(said)),
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
