//! How much a demandeur may write: their link needs no password, and each message makes mails leave.

use chrono::{DateTime, Duration, Utc};

/// Messages taken in a sliding window.
const LIMITS: [(usize, Duration); 2] = [(10, Duration::hours(1)), (30, WINDOW)];

/// The longest window.
pub(super) const WINDOW: Duration = Duration::hours(24);
/// How many instants [`until`] needs.
pub(super) const MOST: i64 = 30;

/// When one more message will be taken, if not now. `wrote`: instants of the last messages, newest first.
pub(super) fn until(wrote: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let ends = LIMITS.iter().filter_map(|(most, window)| wrote.get(most - 1).map(|at| *at + *window));
    ends.filter(|end| *end > now).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_an_hour_and_thirty_a_day() {
        let now: DateTime<Utc> = "2026-09-08T09:00:00Z".parse().unwrap();
        let ago = |minutes: i64| now - Duration::minutes(minutes);
        let every = |count: i64, minutes: i64| (0..count).map(|rank| ago(rank * minutes)).collect::<Vec<_>>();
        assert_eq!(until(&[], now), None);
        assert_eq!(until(&every(9, 1), now), None);
        assert_eq!(until(&every(10, 1), now), Some(ago(9) + Duration::hours(1)));
        assert_eq!(until(&every(29, 10), now), None);
        assert_eq!(until(&every(30, 10), now), Some(ago(290) + Duration::hours(24)));
        assert_eq!(until(&[ago(60); 10], now), None, "the hour is over");
        assert_eq!(usize::try_from(MOST), Ok(LIMITS.iter().map(|(most, _)| *most).max().unwrap()));
    }
}
