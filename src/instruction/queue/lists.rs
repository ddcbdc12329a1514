//! The lists that a line is in, as bits told once for each line: counting two hundred thousand of them is then a sum.

use chrono::NaiveDate;

use super::{Facets, Tab};

/// How many lines each list has, in the order of [`Tab::ALL`].
pub type Totals = [i64; 7];

/// One bit for each list, in the order of [`Tab::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lists(u8);

impl Lists {
    /// Those that hold a line, whatever the day: all but the late ones.
    pub fn of(facets: &Facets) -> Self {
        let held = Tab::ALL.into_iter().filter(|tab| tab.holds(facets, NaiveDate::MIN));
        Self(held.fold(0, |bits, tab| bits | Self::only(tab).0))
    }

    /// One list.
    pub fn only(tab: Tab) -> Self {
        Self(1 << tab as u8)
    }

    /// The same, that of late lines included.
    pub fn today(self, facets: &Facets, today: NaiveDate) -> Self {
        let late = self.meet(Self::only(Tab::ToInstruct)) && Tab::Late.holds(facets, today);
        if late { Self(self.0 | Self::only(Tab::Late).0) } else { self }
    }

    /// Whether some list is in both.
    pub fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Lines by the lists they are in.
pub struct Sums([i64; 1 << Tab::ALL.len()]);

impl Default for Sums {
    fn default() -> Self {
        Self([0; 1 << Tab::ALL.len()])
    }
}

impl Sums {
    /// Counts lines that are in these lists.
    pub fn add(&mut self, lists: Lists, count: i64) {
        self.0[usize::from(lists.0)] += count;
    }

    /// How many each list has.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for (bits, count) in self.0.iter().enumerate().filter(|(_, count)| **count != 0) {
            for (rank, total) in totals.iter_mut().enumerate() {
                *total += if bits >> rank & 1 == 1 { *count } else { 0 };
            }
        }
        totals
    }
}

#[cfg(test)]
mod tests {
    use super::super::STATES;
    use super::*;

    #[test]
    fn sums_count_what_each_list_holds() {
        let today: NaiveDate = "2026-09-08".parse().unwrap();
        let days = [None, today.pred_opt(), Some(today), today.succ_opt()];
        let (mut sums, mut expected) = (Sums::default(), Totals::default());
        for (state, due_on) in STATES.into_iter().flat_map(|state| days.map(|due_on| (state, due_on))) {
            for (in_force, open) in [(false, false), (true, false), (true, true)] {
                let facets =
                    Facets { state, in_force, open, due_on, assignee: None, departement: [0; 3], checks: None };
                sums.add(Lists::of(&facets).today(&facets, today), 1);
                for (total, tab) in expected.iter_mut().zip(Tab::ALL) {
                    *total += i64::from(tab.holds(&facets, today));
                }
            }
        }
        assert_eq!(sums.totals(), expected);
        assert!(expected.iter().all(|total| *total > 0), "{expected:?}");
    }
}
