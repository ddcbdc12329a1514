//! The instructeurs' queue: which requests are listed together, and in which order. Knows the states by their stable
//! names, not how they are read.

/// A list of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    ToInstruct,
    Waiting,
    Accepted,
    Refused,
    Others,
}

impl Tab {
    /// In reading order; the first is the one shown unasked.
    pub const ALL: [Self; 5] = [Self::ToInstruct, Self::Waiting, Self::Accepted, Self::Refused, Self::Others];

    /// Stable name, that of the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::ToInstruct => "a-instruire",
            Self::Waiting => "en-attente",
            Self::Accepted => "acceptees",
            Self::Refused => "refusees",
            Self::Others => "autres",
        }
    }

    /// The tab named so, or the first.
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.name() == name).unwrap_or(Self::ToInstruct)
    }

    /// French words.
    pub fn label(self) -> &'static str {
        match self {
            Self::ToInstruct => "À instruire",
            Self::Waiting => "En attente du demandeur",
            Self::Accepted => "Acceptées",
            Self::Refused => "Refusées",
            Self::Others => "Toutes les autres",
        }
    }

    /// Stable names of the states listed.
    pub fn states(self) -> &'static [&'static str] {
        match self {
            Self::ToInstruct => &["submitted"],
            Self::Waiting => &["changes_requested"],
            Self::Accepted => &["accepted"],
            Self::Refused => &["refused"],
            Self::Others => &["draft", "revoked", "archived"],
        }
    }

    /// Whether an answer is owed: oldest deadline first, then. Other lists have the newest request first.
    pub fn has_deadlines(self) -> bool {
        self == Self::ToInstruct
    }

    /// How many requests are listed, from the counts by state.
    pub fn count(self, counts: &[(String, i64)]) -> i64 {
        counts.iter().filter(|(state, _)| self.states().contains(&state.as_str())).map(|(_, count)| count).sum()
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Actor, State};

    #[test]
    fn every_state_is_in_one_tab_and_has_its_label() {
        let at = "2026-06-02T08:00:00Z".parse().unwrap();
        let by = Actor::DataPass;
        let states = [
            State::Draft,
            State::Submitted { at, due: "2026-06-05".parse().unwrap() },
            State::ChangesRequested { at, by: by.clone(), reason: None },
            State::Accepted { at, by: by.clone() },
            State::Refused { at, by: by.clone(), reason: None },
            State::Revoked { at, by: by.clone() },
            State::Archived { at, by },
        ];
        for state in states {
            assert_eq!(Tab::ALL.iter().filter(|tab| tab.states().contains(&state.name())).count(), 1, "{state:?}");
            assert_eq!(state_label(state.name()), state.label());
        }
    }

    #[test]
    fn tabs_of_addresses_and_counts() {
        assert_eq!(Tab::parse("acceptees"), Tab::Accepted);
        assert_eq!(Tab::parse("n’importe quoi"), Tab::ToInstruct);
        let counts = [("draft".to_owned(), 2), ("archived".to_owned(), 3), ("submitted".to_owned(), 4)];
        assert_eq!(Tab::Others.count(&counts), 5);
        assert_eq!(Tab::ToInstruct.count(&counts), 4);
        assert_eq!(Tab::Refused.count(&counts), 0);
    }
}
