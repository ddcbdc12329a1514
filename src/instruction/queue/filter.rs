//! What a person asks of the queue: a list, filters that add up, words to find. Read from an address and written to one;
//! what is not understood is left out.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate};
use uuid::Uuid;

use super::super::checks::catalogue::{self, Entry};
use super::super::checks::{Codes, Summary};
use super::facet::{Facet, code};
use super::{Place, STATES, Tab};
use crate::domain::names::normalise;

/// The longest search: more is cut.
const LONGEST: usize = 200;

/// Whose requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Me,
    Nobody,
    Somebody,
}

/// What the checks said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checks {
    Blocking,
    Look,
    /// An essential one was not made.
    Unverified,
    /// Nothing to read: accepted in one click.
    Fine,
}

/// One check of the catalogue, and what it said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub entry: &'static Entry,
    /// `None`: something to judge, bloquant or à regarder.
    pub said: Option<Said>,
}

/// What one check said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    Blocking,
    Look,
    Unverified,
    Overridden,
}

/// When the answer is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    Late,
    Today,
    /// From today to Sunday.
    Week,
}

macro_rules! named {
    ($kind:ty, $($variant:ident => $name:literal, $label:literal);+) => {
        impl $kind {
            /// As the form offers them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Stable name, that of the address.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// French words.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

named!(Who, Me => "moi", "Moi"; Nobody => "personne", "Personne"; Somebody => "quelqu-un", "Quelqu’un");
named!(Checks, Blocking => "bloquants", "Avec un point bloquant"; Look => "a-regarder", "Avec un point à regarder";
    Unverified => "non-verifies", "Avec un point essentiel non vérifié"; Fine => "conformes", "Conformes");
named!(Said, Blocking => "bloquant", "Bloquant"; Look => "a-regarder", "À regarder";
    Unverified => "non-verifie", "Non vérifié"; Overridden => "ecarte", "Écarté par un instructeur");
named!(Deadline, Late => "en-retard", "En retard"; Today => "aujourdhui", "Aujourd’hui";
    Week => "cette-semaine", "D’ici la fin de la semaine");

/// All that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub tab: Tab,
    /// Stable name of a state.
    pub state: Option<&'static str>,
    pub who: Option<Who>,
    /// Its code: `73`, `2A`, `974`.
    pub departement: Option<String>,
    pub checks: Option<Checks>,
    pub point: Option<Point>,
    pub deadline: Option<Deadline>,
    /// As typed.
    pub words: String,
}

impl Default for Filter {
    fn default() -> Self {
        Self::of(Tab::ToInstruct)
    }
}

impl Filter {
    /// A whole list.
    pub fn of(tab: Tab) -> Self {
        let words = String::new();
        Self { tab, state: None, who: None, departement: None, checks: None, point: None, deadline: None, words }
    }

    /// Reads the pairs of an address. Words without a list are looked for everywhere.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut filter = Self::default();
        let (mut tab, mut said) = (None, None);
        for (name, value) in pairs {
            let value = value.trim();
            match name {
                "onglet" => tab = Tab::parse(value),
                "etat" => filter.state = STATES.into_iter().find(|state| *state == value),
                "qui" => filter.who = Who::parse(value),
                "departement" => filter.departement = departement(value),
                "controles" => filter.checks = Checks::parse(value),
                "controle" => filter.point = catalogue::of(value).map(|entry| Point { entry, said: None }),
                "verdict" => said = Said::parse(value),
                "echeance" => filter.deadline = Deadline::parse(value),
                "q" => filter.words = value.chars().take(LONGEST).collect(),
                _ => {}
            }
        }
        let unasked = if filter.words.is_empty() { Tab::ToInstruct } else { Tab::All };
        filter.tab = tab.unwrap_or(unasked);
        // What is said, without which check says it, asks nothing.
        filter.point = filter.point.map(|point| Point { said, ..point });
        filter
    }

    /// The pairs of its address.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let pairs = [
            ("onglet", Some(self.tab.name())),
            ("etat", self.state),
            ("qui", self.who.map(Who::name)),
            ("departement", self.departement.as_deref()),
            ("controles", self.checks.map(Checks::name)),
            ("controle", self.point.map(|point| point.entry.code)),
            ("verdict", self.point.and_then(|point| point.said).map(Said::name)),
            ("echeance", self.deadline.map(Deadline::name)),
            ("q", Some(self.words.as_str()).filter(|words| !words.is_empty())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The same in another list.
    pub fn in_tab(&self, tab: Tab) -> Self {
        Self { tab, ..self.clone() }
    }

    /// Whether something beside the list is asked.
    pub fn narrows(&self) -> bool {
        *self != Self::of(self.tab)
    }

    /// What a line must have, its list and words aside: one at least of each group.
    pub(super) fn facets(&self, me: Uuid, today: NaiveDate) -> Vec<Vec<RangeInclusive<Facet>>> {
        let who = self.who.map(|who| match who {
            Who::Me => Facet::Charge(me),
            Who::Nobody => Facet::Nobody,
            Who::Somebody => Facet::Somebody,
        });
        let checks = self.checks.map(|asked| match asked {
            Checks::Blocking => Facet::Blocking,
            Checks::Look => Facet::Look,
            Checks::Unverified => Facet::Unverified,
            Checks::Fine => Facet::Green,
        });
        let departement = self.departement.as_deref().map(|departement| Facet::Departement(code(departement)));
        let alone = [self.state.map(Facet::State), who, departement, checks].into_iter().flatten();
        let mut groups: Vec<_> = alone.map(|facet| vec![facet.only()]).collect();
        groups.extend(self.point.map(|point| point.facets().map(Facet::only).collect()));
        groups.extend(self.deadline.map(|asked| {
            vec![match asked {
                Deadline::Late => Facet::before(today),
                Deadline::Today => Facet::Due(today).only(),
                Deadline::Week => Facet::Due(today)..=Facet::Due(sunday(today)),
            }]
        }));
        groups
    }

    /// What must be found, all of it: each thing typed between spaces, as the search column spells it. A number may be
    /// typed in groups.
    pub(super) fn terms(&self) -> Vec<String> {
        let compact: String = self.words.chars().filter(|c| !c.is_whitespace()).collect();
        if compact.len() >= 5 && compact.bytes().all(|b| b.is_ascii_digit()) {
            return vec![compact];
        }
        self.words.split_whitespace().map(normalise).filter(|term| !term.is_empty()).collect()
    }
}

impl Point {
    fn facets(self) -> impl Iterator<Item = Facet> {
        let said = match self.said {
            None => vec![Said::Blocking, Said::Look],
            Some(said) => vec![said],
        };
        said.into_iter().map(move |said| Facet::Point(said, self.entry.rank()))
    }
}

impl Said {
    /// The checks that said so of a request.
    pub(super) fn codes(self, said: &Summary) -> Codes {
        match self {
            Self::Blocking => said.blocking,
            Self::Look => said.look,
            Self::Unverified => said.unverified,
            Self::Overridden => said.overridden,
        }
    }
}

fn departement(typed: &str) -> Option<String> {
    let code = typed.to_uppercase();
    let code = if code.len() == 1 { format!("0{code}") } else { code };
    ((2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(code)
}

fn sunday(today: NaiveDate) -> NaiveDate {
    today + Days::new(u64::from(6 - today.weekday().num_days_from_monday()))
}

/// Reads the place of a line: `2026-06-05_61234`, or its number alone where no answer is owed.
pub fn place(text: &str) -> Option<Place> {
    match text.split_once('_') {
        Some((due, number)) => Some(Place { due_on: Some(due.parse().ok()?), datapass_id: number.parse().ok()? }),
        None => Some(Place { due_on: None, datapass_id: text.parse().ok()? }),
    }
}

/// Writes the place of a line.
pub fn write_place(place: Place) -> String {
    match place.due_on {
        Some(due) => format!("{due}_{}", place.datapass_id),
        None => place.datapass_id.to_string(),
    }
}
