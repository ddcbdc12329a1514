//! All lines, in memory: what is shown of each, the sets they are listed by and the words they are found by.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::NaiveDate;
use hashbrown::HashMap;
use memchr::memmem;
use uuid::Uuid;

use super::facet::{Facet, Set, Sets};
use super::words::Words;
use super::{Filter, From, Line, Place, Tab};
use crate::store::queue::LineRow;

/// How many lines each list has, in the order of [`Tab::ALL`].
pub type Totals = [u64; 7];

/// So few lines are read for a word rather than met with all those that hold it.
const FEW: u64 = 1_000;

/// What a list, a search or a filter finds.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// In the list's order.
    pub lines: Vec<Arc<Line>>,
    /// Lines that fit, in each list.
    pub totals: Totals,
}

/// The lines, by number.
#[derive(Default)]
pub struct Held {
    lines: HashMap<u32, Arc<Line>>,
    sets: Sets,
    words: Words,
}

impl Held {
    /// Takes a line in, or what became of it. DataPass gives numbers one by one: none is beyond 32 bits.
    pub fn put(&mut self, row: &LineRow) {
        let Ok(number) = u32::try_from(row.datapass_id) else {
            tracing::error!(datapass_id = row.datapass_id, "a request has a number that lists can't hold");
            return;
        };
        let line = Line::from(row);
        let old = self.lines.get(&number).map(Arc::clone);
        if old.as_deref() == Some(&line) {
            return;
        }
        if let Some(old) = &old {
            self.sets.remove(number, &Facet::of(old));
        }
        self.sets.add(number, &Facet::of(&line));
        if old.as_ref().is_none_or(|old| old.words() != line.words()) {
            if let Some(old) = &old {
                self.words.remove(number, old.words());
            }
            self.words.add(number, line.words());
        }
        self.lines.insert(number, Arc::new(line));
    }

    /// Gives back the room that growing took in advance.
    pub fn shrink(&mut self) {
        self.lines.shrink_to_fit();
        self.words.shrink();
    }

    /// Forgets words that no line holds any more, once there are many.
    pub fn tidy(&mut self) {
        if self.words.is_worn() {
            self.words = Words::default();
            self.lines.iter().for_each(|(number, line)| self.words.add(*number, line.words()));
        }
    }

    /// Those of these numbers that are known, in their order.
    pub fn lines(&self, numbers: &[i64]) -> Vec<Arc<Line>> {
        numbers.iter().filter_map(|number| self.line(u32::try_from(*number).ok()?)).collect()
    }

    /// How many have a decision to report to DataPass.
    pub fn to_report(&self) -> u64 {
        self.sets.of(Facet::ToReport).len()
    }

    /// The first `limit` lines that fit, from a place on. `me` is who asks.
    pub fn find(&self, filter: &Filter, me: Uuid, today: NaiveDate, from: From, limit: usize) -> Found {
        let fits = self.fits(filter, me, today);
        let list = self.list(filter.tab, today);
        let wanted = fits.as_ref().map_or(Cow::Borrowed(&*list), |fits| Cow::Owned(fits & &*list));
        let numbers = if filter.tab.has_deadlines() {
            self.by_deadline(&wanted, from, limit)
        } else {
            by_number(&wanted, from, limit)
        };
        let lines = numbers.into_iter().filter_map(|number| self.line(number)).collect();
        Found { lines, totals: self.totals(fits.as_ref(), today) }
    }

    fn line(&self, number: u32) -> Option<Arc<Line>> {
        self.lines.get(&number).map(Arc::clone)
    }

    fn list(&self, tab: Tab, today: NaiveDate) -> Cow<'_, Set> {
        match tab {
            Tab::Late => Cow::Owned(self.sets.any(&[Facet::before(today)]) & self.sets.of(Facet::In(Tab::ToInstruct))),
            tab => Cow::Borrowed(self.sets.of(Facet::In(tab))),
        }
    }

    fn totals(&self, fits: Option<&Set>, today: NaiveDate) -> Totals {
        Tab::ALL.map(|tab| {
            let list = self.list(tab, today);
            fits.map_or_else(|| list.len(), |fits| fits.intersection_len(&list))
        })
    }

    /// The lines that fit whatever the list; `None` when all do.
    fn fits(&self, filter: &Filter, me: Uuid, today: NaiveDate) -> Option<Set> {
        let asked = filter.facets(me, today).into_iter().map(|wanted| self.sets.any(&wanted));
        let narrowed = asked.reduce(|one, other| one & other);
        if filter.words.is_empty() {
            return narrowed;
        }
        let spelt = self.spelling(filter.terms());
        Some(match narrowed {
            Some(narrowed) => narrowed & spelt,
            None => spelt,
        })
    }

    /// The lines that hold all the terms: none when only signs were typed, which nothing is spelt with.
    fn spelling(&self, mut terms: Vec<String>) -> Set {
        // The longest is the rarest, most often.
        terms.sort_by_key(|term| std::cmp::Reverse(longest(term).len()));
        let mut found: Option<Set> = None;
        for term in &terms {
            found = Some(match found {
                Some(few) if few.len() <= FEW => self.reading(&few, term),
                Some(many) => many & self.with(term),
                None => self.with(term),
            });
        }
        found.unwrap_or_default()
    }

    fn with(&self, term: &str) -> Set {
        let words: Vec<&str> = term.split(' ').collect();
        match &words[..] {
            [word] => self.words.holding(word),
            // The first may be the end of a word and the last the beginning of one: those between are whole.
            [_, whole @ .., _] if !whole.is_empty() => {
                let sets = whole.iter().map(|word| self.words.exactly(word));
                self.reading(&sets.reduce(|one, other| one & other).unwrap_or_default(), term)
            }
            _ => self.reading(&self.words.holding(longest(term)), term),
        }
    }

    /// Those of these lines where the term is read as it is, spaces included.
    fn reading(&self, among: &Set, term: &str) -> Set {
        let finder = memmem::Finder::new(term);
        let holds = |line: &Arc<Line>| finder.find(line.words().as_bytes()).is_some();
        among.iter().filter(|number| self.lines.get(number).is_some_and(holds)).collect()
    }

    fn by_deadline(&self, wanted: &Set, from: From, limit: usize) -> Vec<u32> {
        let (start, end) = (NaiveDate::MIN, NaiveDate::MAX);
        let day = |place: Place| place.due_on.unwrap_or(start);
        match from {
            From::Start => self.days(wanted, start, end, |_, _| true).take(limit).collect(),
            From::After(place) => {
                let beyond = |due, number| (due, i64::from(number)) > (day(place), place.datapass_id);
                self.days(wanted, day(place), end, beyond).take(limit).collect()
            }
            From::Before(place) => {
                let within = |due, number| (due, i64::from(number)) < (day(place), place.datapass_id);
                let back = self.days(wanted, start, day(place), within).rev();
                reversed(back.take(limit).collect())
            }
        }
    }

    /// The wanted lines by deadline and number.
    fn days<'a>(
        &'a self,
        wanted: &'a Set,
        from: NaiveDate,
        to: NaiveDate,
        keep: impl Fn(NaiveDate, u32) -> bool + Copy + 'a,
    ) -> impl DoubleEndedIterator<Item = u32> + 'a {
        let day = move |(due, set): (NaiveDate, &'a Set)| {
            let numbers: Vec<u32> = (set & wanted).iter().collect();
            numbers.into_iter().filter(move |number| keep(due, *number))
        };
        self.sets.due(from, to).flat_map(day)
    }
}

/// The newest first.
fn by_number(wanted: &Set, from: From, limit: usize) -> Vec<u32> {
    let number = |place: Place| u32::try_from(place.datapass_id.max(0)).unwrap_or(u32::MAX);
    match from {
        From::Start => wanted.iter().rev().take(limit).collect(),
        From::After(place) => wanted.range(..number(place)).rev().take(limit).collect(),
        From::Before(place) => {
            reversed(wanted.range(number(place)..).filter(|n| *n > number(place)).take(limit).collect())
        }
    }
}

fn reversed(mut numbers: Vec<u32>) -> Vec<u32> {
    numbers.reverse();
    numbers
}

/// The longest word of a term.
fn longest(term: &str) -> &str {
    term.split(' ').max_by_key(|word| word.len()).unwrap_or(term)
}
