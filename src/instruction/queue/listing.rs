//! A page of the queue, and what stands before and after a request.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Filter, From, Index, Line, Place, Totals};
use crate::store::{Cx, Result};

/// What is shown at once.
#[derive(Clone, Debug)]
pub struct Listing {
    /// In the list's order.
    pub lines: Vec<Arc<Line>>,
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
    cx: Cx<'_>,
    index: &Index,
    filter: &Filter,
    asking: Asking,
    from: From,
    size: usize,
) -> Result<Listing> {
    index.refresh(cx, asking.now).await?;
    let found = index.find(filter, asking.me, asking.today, from, size + 1).await;
    let (mut lines, totals) = (found.lines, found.totals);
    let longer = lines.len() > size;
    let more = match from {
        From::Start => (false, longer),
        From::After(_) => (true, longer),
        From::Before(_) => (longer, true),
    };
    if longer && matches!(from, From::Before(_)) {
        lines.remove(0);
    }
    lines.truncate(size);
    Ok(Listing { lines, totals, more })
}

/// The numbers just before and after a request, in the list that the filter makes. A request that left the list of
/// deadlines has the first of them after it.
///
/// # Errors
/// When the database can't be read.
pub async fn around(
    cx: Cx<'_>,
    index: &Index,
    filter: &Filter,
    asking: Asking,
    place: Place,
) -> Result<(Option<i64>, Option<i64>)> {
    index.refresh(cx, asking.now).await?;
    let next = async |from| {
        let found = index.find(filter, asking.me, asking.today, from, 1).await;
        found.lines.first().map(|line| line.datapass_id)
    };
    if filter.tab.has_deadlines() && place.due_on.is_none() {
        return Ok((None, next(From::Start).await));
    }
    Ok((next(From::Before(place)).await, next(From::After(place)).await))
}
