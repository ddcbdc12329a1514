//! A page of the queue: from the database's own index for a whole list, from ours when words or filters narrow it.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Filter, Index, Totals};
use crate::store::queue::{self, From, Place, QueueRow};
use crate::store::{Cx, Db, Result};

/// What is shown at once.
#[derive(Clone, Debug)]
pub struct Listing {
    /// In the list's order.
    pub rows: Vec<QueueRow>,
    /// Lines in each list: all of them, or those that fit when the filter narrows.
    pub totals: Totals,
    /// Whether the list goes on before and after.
    pub more: (bool, bool),
}

/// Who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    pub me: Uuid,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
}

/// The page of `size` lines from a place on, and the totals.
///
/// # Errors
/// When the database can't be read.
pub async fn list(
    mut cx: Cx<'_>,
    index: &Index,
    filter: &Filter,
    asking: Asking,
    from: From,
    size: usize,
) -> Result<Listing> {
    index.refresh(cx.cx(), asking.now).await?;
    let (mut rows, totals) = read(cx, index, filter, asking, from, size + 1).await?;
    let longer = rows.len() > size;
    let more = match from {
        From::Start => (false, longer),
        From::After(_) => (true, longer),
        From::Before(_) => (longer, true),
    };
    if longer && matches!(from, From::Before(_)) {
        rows.remove(0);
    }
    rows.truncate(size);
    Ok(Listing { rows, totals, more })
}

/// The lines that follow a place, as of the last refresh: for those who read a whole list piece by piece.
///
/// # Errors
/// When the database can't be read.
pub async fn some(
    db: &Db,
    index: &Index,
    filter: &Filter,
    asking: Asking,
    from: From,
    size: usize,
) -> Result<Vec<QueueRow>> {
    Ok(read(db.read().await?.cx(), index, filter, asking, from, size).await?.0)
}

async fn read(
    cx: Cx<'_>,
    index: &Index,
    filter: &Filter,
    asking: Asking,
    from: From,
    size: usize,
) -> Result<(Vec<QueueRow>, Totals)> {
    if filter.is_plain() {
        let mine = filter.who.map(|_| asking.me);
        let limit = i64::try_from(size).unwrap_or(i64::MAX);
        let rows = queue::page(cx, filter.tab.part(asking.today), mine, from, limit).await?;
        return Ok((rows, index.totals(mine, asking.today).await));
    }
    let found = index.find(filter, asking.me, asking.today, from, size).await;
    let rows = queue::by_numbers(cx, &found.numbers).await?;
    Ok((in_order(rows, &found.numbers), found.totals))
}

fn in_order(mut rows: Vec<QueueRow>, numbers: &[i64]) -> Vec<QueueRow> {
    let ranks: std::collections::HashMap<i64, usize> = numbers.iter().enumerate().map(|(n, id)| (*id, n)).collect();
    rows.sort_by_key(|row| ranks.get(&row.datapass_id).copied());
    rows
}

/// The lines of these numbers, in their order.
///
/// # Errors
/// When the database can't be read.
pub async fn numbers(db: &Db, numbers: &[i64]) -> Result<Vec<QueueRow>> {
    Ok(in_order(queue::by_numbers(db.read().await?.cx(), numbers).await?, numbers))
}

/// The numbers just before and after a request, in the list that the filter makes. A request that left the list of
/// deadlines has the first of them after it.
///
/// # Errors
/// When the database can't be read.
pub async fn around(
    db: &Db,
    index: &Index,
    filter: &Filter,
    asking: Asking,
    place: Place,
) -> Result<(Option<i64>, Option<i64>)> {
    index.refresh(db.read().await?.cx(), asking.now).await?;
    let next = |from| some(db, index, filter, asking, from, 1);
    let number = |rows: Vec<QueueRow>| rows.first().map(|row| row.datapass_id);
    if filter.tab.has_deadlines() && place.due_on.is_none() {
        return Ok((None, number(next(From::Start).await?)));
    }
    Ok((number(next(From::Before(place)).await?), number(next(From::After(place)).await?)))
}
