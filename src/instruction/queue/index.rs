//! Every line's words and facets, kept in memory: what finds a word among 200,000 requests, filters and counts without
//! asking the database to read them all. Brought up to date by each reading, from what was written since the last.

use std::collections::{BinaryHeap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use memchr::memmem;
use tokio::sync::{Mutex, RwLock};
use uuid::Uuid;

use super::lists::{Lists, Sums, Totals};
use super::{Facets, Filter, Tab};
use crate::store::queue::{FacetRow, From, Place, facets_after, facets_since};
use crate::store::{Cx, Result};

/// Lines read at once when everything is.
const BATCH: i64 = 5_000;
/// Read again at each refresh: a transaction is visible a little after the instant it wrote.
const SOON: Duration = Duration::seconds(2);
/// Read again once in a while: some transactions are long, and machines' clocks differ a little. Not each time: thousands
/// of requests may have been written within a minute.
const OVERLAP: Duration = Duration::seconds(60);
/// Between two readings of that overlap.
const SWEEP: Duration = Duration::seconds(5);

/// What a search or a filter finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// In the list's order.
    pub numbers: Vec<i64>,
    /// Lines that fit, in each list.
    pub totals: Totals,
}

/// The lines of this process. Filled by the first reading.
#[derive(Default)]
pub struct Index {
    held: RwLock<Held>,
    /// Refreshes begun.
    begun: AtomicU64,
    /// The last one that ended well. Held meanwhile: one at a time.
    ended: Mutex<u64>,
}

impl Index {
    /// Reads what was written since the last refresh, everything the first time. Whoever waited for a refresh that began
    /// after they asked is served by it.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn refresh(&self, cx: Cx<'_>, now: DateTime<Utc>) -> Result<()> {
        let asked_at = self.begun.load(Ordering::SeqCst);
        let mut ended = self.ended.lock().await;
        if *ended > asked_at {
            return Ok(());
        }
        let this = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        self.read(cx, now).await?;
        *ended = this;
        Ok(())
    }

    async fn read(&self, mut cx: Cx<'_>, now: DateTime<Utc>) -> Result<()> {
        let known = self.held.read().await.read.clone();
        if let Some(read) = known {
            let changed = facets_since(cx, read.since(now)).await?;
            let mut held = self.held.write().await;
            changed.iter().for_each(|row| held.put(row));
            held.compact();
            held.read = Some(read.again(now));
            return Ok(());
        }
        let mut held = Held { read: Some(Read { at: now, swept_at: now }), ..Held::default() };
        let mut number = i64::MIN;
        loop {
            let rows = facets_after(cx.cx(), number, BATCH).await?;
            let Some(last) = rows.last() else { break };
            number = last.datapass_id;
            rows.iter().for_each(|row| held.put(row));
        }
        *self.held.write().await = held;
        Ok(())
    }

    /// The lines of each list, those in the charge of `mine` or all, as of the last refresh.
    pub async fn totals(&self, mine: Option<Uuid>, today: NaiveDate) -> Totals {
        self.held.read().await.totals(mine, today)
    }

    /// The first `limit` lines that fit, from a place on, as of the last refresh. `me` is who asks.
    pub async fn find(&self, filter: &Filter, me: Uuid, today: NaiveDate, from: From, limit: usize) -> Found {
        self.held.read().await.find(filter, me, today, from, limit)
    }
}

/// When the database was last read.
#[derive(Clone, Debug)]
struct Read {
    at: DateTime<Utc>,
    /// The whole overlap included.
    swept_at: DateTime<Utc>,
}

impl Read {
    fn sweeps(&self, now: DateTime<Utc>) -> bool {
        now - self.swept_at >= SWEEP
    }

    /// From when on rows are read at `now`.
    fn since(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        if self.sweeps(now) { self.swept_at.min(self.at) - OVERLAP } else { self.at - SOON }
    }

    fn again(self, now: DateTime<Utc>) -> Self {
        let swept_at = if self.sweeps(now) { now } else { self.swept_at };
        Self { at: now.max(self.at), swept_at }
    }
}

#[derive(Default)]
struct Held {
    /// The words of all entries, each ended by a line feed, which no word holds.
    text: Vec<u8>,
    /// By their place in `text`.
    entries: Vec<Entry>,
    by_number: HashMap<i64, u32>,
    /// Entries replaced by a later one.
    dead: usize,
    read: Option<Read>,
    /// Lines by state, service, deadline and person in charge: some hundreds.
    counts: HashMap<Key, i64>,
}

/// What lists are told apart by.
type Key = (&'static str, bool, bool, Option<NaiveDate>, Option<Uuid>);

struct Entry {
    start: usize,
    number: i64,
    live: bool,
    lists: Lists,
    facets: Facets,
}

fn key(facets: &Facets) -> Key {
    (facets.state, facets.in_force, facets.open, facets.due_on, facets.assignee)
}

impl Held {
    fn put(&mut self, row: &FacetRow) {
        let facets = Facets::of(row);
        if let Some(at) = self.by_number.get(&row.datapass_id).map(|at| *at as usize) {
            self.count(key(&self.entries[at].facets), -1);
            if self.words(at) == row.search.as_bytes() {
                self.count(key(&facets), 1);
                self.entries[at].lists = Lists::of(&facets);
                self.entries[at].facets = facets;
                return;
            }
            self.entries[at].live = false;
            self.dead += 1;
        }
        self.count(key(&facets), 1);
        self.add(row.search.as_bytes().to_vec(), row.datapass_id, facets);
    }

    fn add(&mut self, words: Vec<u8>, number: i64, facets: Facets) {
        self.by_number.insert(number, u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        self.entries.push(Entry { start: self.text.len(), number, live: true, lists: Lists::of(&facets), facets });
        self.text.extend(words.into_iter().filter(|byte| *byte != b'\n'));
        self.text.push(b'\n');
    }

    fn count(&mut self, key: Key, by: i64) {
        *self.counts.entry(key).or_default() += by;
    }

    fn words(&self, at: usize) -> &[u8] {
        let end = self.entries.get(at + 1).map_or(self.text.len(), |next| next.start);
        &self.text[self.entries[at].start..end - 1]
    }

    /// Forgets what was replaced, once it is a quarter of what is held.
    fn compact(&mut self) {
        self.counts.retain(|_, count| *count != 0);
        if self.dead * 4 <= self.entries.len() {
            return;
        }
        let old = std::mem::take(self);
        (self.read, self.counts) = (old.read.clone(), old.counts.clone());
        for (at, entry) in old.entries.iter().enumerate().filter(|(_, entry)| entry.live) {
            self.add(old.words(at).to_vec(), entry.number, entry.facets.clone());
        }
    }

    fn totals(&self, mine: Option<Uuid>, today: NaiveDate) -> Totals {
        let mut sums = Sums::default();
        for ((state, in_force, open, due_on, assignee), count) in &self.counts {
            let (state, in_force, open, due_on, assignee) = (*state, *in_force, *open, *due_on, *assignee);
            if mine.is_none() || mine == assignee {
                let facets = Facets { state, in_force, open, due_on, assignee, departement: [0; 3], checks: None };
                sums.add(Lists::of(&facets).today(&facets, today), *count);
            }
        }
        sums.totals()
    }

    fn find(&self, filter: &Filter, me: Uuid, today: NaiveDate, from: From, limit: usize) -> Found {
        let mut first = First { tab: filter.tab, from, limit, heap: BinaryHeap::new() };
        let (mut sums, list) = (Sums::default(), Lists::only(filter.tab));
        let mut see = |entry: &Entry| {
            if !entry.live || !filter.keeps(&entry.facets, me, today) {
                return;
            }
            let lists = entry.lists.today(&entry.facets, today);
            sums.add(lists, 1);
            if lists.meet(list) {
                first.see(Place { due_on: entry.facets.due_on, datapass_id: entry.number });
            }
        };
        let terms = filter.terms();
        // The longest is the rarest, most often.
        match terms.iter().max_by_key(|term| term.len()) {
            None if filter.words.is_empty() => self.entries.iter().for_each(&mut see),
            // Only signs were typed: nothing is spelt so.
            None => {}
            Some(longest) => self.each_with(longest, &terms, see),
        }
        Found { numbers: first.numbers(), totals: sums.totals() }
    }

    /// The entry whose words hold this place of the text, not before `first`. It is near, when words are common: a search
    /// by halves over everything would cost more than finding the word.
    fn holder(&self, place: usize, first: usize) -> usize {
        let mut step = 1;
        while self.entries.get(first + step).is_some_and(|entry| entry.start <= place) {
            step *= 2;
        }
        let end = self.entries.len().min(first + step);
        first + self.entries[first..end].partition_point(|entry| entry.start <= place) - 1
    }

    /// Entries that hold all the terms, found by one of them.
    fn each_with(&self, longest: &str, terms: &[String], mut see: impl FnMut(&Entry)) {
        let finder = memmem::Finder::new(longest);
        let others: Vec<memmem::Finder<'_>> =
            terms.iter().filter(|term| *term != longest).map(memmem::Finder::new).collect();
        let (mut from, mut at) = (0, 0);
        while let Some(hit) = finder.find(&self.text[from..]) {
            at = self.holder(from + hit, at);
            if others.iter().all(|term| term.find(self.words(at)).is_some()) {
                see(&self.entries[at]);
            }
            from = self.entries.get(at + 1).map_or(self.text.len(), |next| next.start);
        }
    }
}

/// The first places from another on, whatever the order they are seen in.
struct First {
    tab: Tab,
    from: From,
    limit: usize,
    /// The furthest on top, to be dropped for a nearer one.
    heap: BinaryHeap<(Rank, i64)>,
}

/// Day and number, or minus the number where the newest comes first; negated when read backwards.
type Rank = (i64, i64);

impl First {
    fn rank(&self, place: Place) -> Rank {
        if self.tab.has_deadlines() {
            let day = place.due_on.map_or(0, |due| i64::from(chrono::Datelike::num_days_from_ce(&due)));
            (day, place.datapass_id)
        } else {
            (0, -place.datapass_id)
        }
    }

    fn see(&mut self, place: Place) {
        let mut rank = self.rank(place);
        match self.from {
            From::After(start) if rank <= self.rank(start) => return,
            From::Before(end) if rank >= self.rank(end) => return,
            From::Before(_) => rank = (-rank.0, -rank.1),
            From::Start | From::After(_) => {}
        }
        if self.heap.len() < self.limit {
            self.heap.push((rank, place.datapass_id));
        } else if let Some(mut furthest) = self.heap.peek_mut()
            && rank < furthest.0
        {
            *furthest = (rank, place.datapass_id);
        }
    }

    fn numbers(self) -> Vec<i64> {
        let mut numbers: Vec<i64> = self.heap.into_sorted_vec().into_iter().map(|(_, number)| number).collect();
        if matches!(self.from, From::Before(_)) {
            numbers.reverse();
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_overlap_is_read_once_in_a_while_and_not_each_time() {
        let start: DateTime<Utc> = "2026-09-08T09:00:00Z".parse().unwrap();
        let after = |seconds| start + Duration::seconds(seconds);
        let read = Read { at: start, swept_at: start };
        assert_eq!(read.since(after(1)), after(-2));
        let read = read.again(after(4));
        assert_eq!(read.since(after(4)), after(2));
        assert_eq!(read.since(after(5)), after(-60), "from a minute before the last time all of it was read");
        let read = read.again(after(5));
        assert_eq!(read.since(after(6)), after(3));
        assert_eq!(read.again(after(3)).at, after(5), "a clock put back forgets nothing");
    }
}
