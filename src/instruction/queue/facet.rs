//! What a line is listed, filtered and counted by: for each facet, the set of the lines that have it. A list that is filtered
//! is then a few sets met, and its count the size of what is left.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::{Line, Said, Tab};

/// Lines, by their DataPass number.
pub type Set = RoaringBitmap;

/// One thing that is true of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// Every list but that of late lines, which depends on the day.
    In(Tab),
    State(&'static str),
    Due(NaiveDate),
    Nobody,
    Somebody,
    Charge(Uuid),
    /// A code, padded with zero bytes.
    Departement([u8; 3]),
    Blocking,
    Look,
    /// An essential check was not made.
    Unverified,
    Green,
    /// What one check said, by its rank in the catalogue.
    Point(Said, u32),
    ToReport,
}

impl Facet {
    /// All that is true of a line.
    pub fn of(line: &Line) -> Vec<Self> {
        let mut facets = vec![Self::State(line.state), Self::Departement(code(line.departement()))];
        let lists = Tab::ALL.into_iter().filter(|tab| *tab != Tab::Late && tab.holds(line));
        facets.extend(lists.map(Self::In));
        facets.extend(line.due_on.map(Self::Due));
        match line.assignee {
            Some(account) => facets.extend([Self::Somebody, Self::Charge(account)]),
            None => facets.push(Self::Nobody),
        }
        if line.to_report {
            facets.push(Self::ToReport);
        }
        if let Some(said) = &line.checks {
            let told = [
                (!said.blocking.is_empty(), Self::Blocking),
                (!said.look.is_empty(), Self::Look),
                (!said.essential_unverified().is_empty(), Self::Unverified),
                (said.is_green(), Self::Green),
            ];
            facets.extend(told.into_iter().filter_map(|(is, facet)| is.then_some(facet)));
            for kind in Said::ALL {
                facets.extend(kind.codes(said).iter().map(|entry| Self::Point(*kind, entry.rank())));
            }
        }
        facets
    }

    /// Due before this day.
    pub fn before(today: NaiveDate) -> RangeInclusive<Self> {
        Self::Due(NaiveDate::MIN)..=Self::Due(today.pred_opt().unwrap_or(NaiveDate::MIN))
    }

    /// This one alone.
    pub fn only(self) -> RangeInclusive<Self> {
        self..=self
    }
}

/// A code of département as facets spell it.
pub fn code(departement: &str) -> [u8; 3] {
    let mut code = [0; 3];
    for (to, from) in code.iter_mut().zip(departement.bytes()) {
        *to = from;
    }
    code
}

/// The lines of every facet.
#[derive(Default)]
pub struct Sets {
    by_facet: BTreeMap<Facet, Set>,
    none: Set,
}

impl Sets {
    pub fn add(&mut self, number: u32, facets: &[Facet]) {
        for facet in facets {
            self.by_facet.entry(*facet).or_default().insert(number);
        }
    }

    pub fn remove(&mut self, number: u32, facets: &[Facet]) {
        for facet in facets {
            if let Some(set) = self.by_facet.get_mut(facet) {
                set.remove(number);
                if set.is_empty() {
                    self.by_facet.remove(facet);
                }
            }
        }
    }

    pub fn of(&self, facet: Facet) -> &Set {
        self.by_facet.get(&facet).unwrap_or(&self.none)
    }

    /// The lines that have one facet at least of these.
    pub fn any(&self, wanted: &[RangeInclusive<Facet>]) -> Set {
        let mut all = Set::new();
        for range in wanted.iter().filter(|range| range.start() <= range.end()) {
            self.by_facet.range(range.clone()).for_each(|(_, set)| all |= set);
        }
        all
    }

    /// The lines of each deadline from a day to another, in order.
    pub fn due(&self, from: NaiveDate, to: NaiveDate) -> impl DoubleEndedIterator<Item = (NaiveDate, &Set)> {
        self.by_facet.range(Facet::Due(from)..=Facet::Due(to)).filter_map(|(facet, set)| match facet {
            Facet::Due(day) => Some((*day, set)),
            _ => None,
        })
    }
}
