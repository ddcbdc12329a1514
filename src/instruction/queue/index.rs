//! The lines of this process, kept up to date by each reading from what was written since the last. Several processes may
//! write to one database: each follows it by itself.

use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use tokio::sync::RwLock;
use uuid::Uuid;

use super::held::{Found, Held};
use super::{Filter, From, Line};
use crate::store::queue::{after, since};
use crate::store::{Cx, Result};
use crate::turns::Turns;

/// Lines read at once when everything is.
const BATCH: i64 = 1_000;
/// Read again at each refresh: a transaction is visible a little after the instant it wrote.
const SOON: Duration = Duration::seconds(2);
/// Read again once in a while: some transactions are long, and machines' clocks differ a little. Not each time: thousands
/// of requests may have been written within a minute.
const OVERLAP: Duration = Duration::seconds(60);
/// Between two readings of that overlap.
const SWEEP: Duration = Duration::seconds(5);

/// The lines of this process. Filled by the first reading.
#[derive(Default)]
pub struct Index {
    held: RwLock<Held>,
    /// When the database was last read; `None` before the first time.
    read: RwLock<Option<Read>>,
    turns: Turns,
}

impl Index {
    /// Reads what was written since the last refresh, everything the first time. Whoever waited for a refresh that began
    /// after they asked is served by it.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn refresh(&self, cx: Cx<'_>, now: DateTime<Utc>) -> Result<()> {
        self.turns.take(self.read(cx, now)).await.map(|_| ())
    }

    /// Called by one at a time.
    async fn read(&self, mut cx: Cx<'_>, now: DateTime<Utc>) -> Result<()> {
        let known = self.read.read().await.clone();
        let Some(read) = known else {
            let mut held = Held::default();
            let mut number = i64::MIN;
            loop {
                let rows = after(cx.cx(), number, BATCH).await?;
                let Some(last) = rows.last() else { break };
                number = last.datapass_id;
                rows.iter().for_each(|row| held.put(row));
            }
            held.shrink();
            *self.held.write().await = held;
            *self.read.write().await = Some(Read { at: now, swept_at: now });
            return Ok(());
        };
        let changed = since(cx, read.since(now)).await?;
        if !changed.is_empty() {
            let mut held = self.held.write().await;
            changed.iter().for_each(|row| held.put(row));
            held.tidy();
        }
        *self.read.write().await = Some(read.again(now));
        Ok(())
    }

    /// The first `limit` lines that fit, from a place on, and how many fit, as of the last refresh. `me` is who asks.
    pub async fn find(&self, filter: &Filter, me: Uuid, today: NaiveDate, from: From, limit: usize) -> Found {
        self.held.read().await.find(filter, me, today, from, limit)
    }

    /// The lines of these numbers, in their order, as of the last refresh.
    pub async fn lines(&self, numbers: &[i64]) -> Vec<Arc<Line>> {
        self.held.read().await.lines(numbers)
    }

    /// How many decisions are to be reported to DataPass, as of the last refresh.
    pub async fn to_report(&self) -> u64 {
        self.held.read().await.to_report()
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
