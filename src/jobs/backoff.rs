//! How long to wait before the next try: 30 s, then twice as long each time, up to an hour and never beyond, spread by
//! chance so that a thousand jobs that failed together don't come back together.

use chrono::Duration;
use rand::RngExt;

const FIRST_SECONDS: i64 = 30;
const LAST_SECONDS: i64 = 3600;

/// Wait after the `attempts`-th try (1-based): up to a fifth more, or, once it is an hour, up to a fifth less.
pub fn backoff(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 10)).unwrap_or(10);
    let seconds = (FIRST_SECONDS << doublings).min(LAST_SECONDS);
    let spread = rand::rng().random_range(if seconds < LAST_SECONDS { 1.0..1.2 } else { 0.8..1.0 });
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "at most 3,600,000: exact in a f64"
    )]
    let milliseconds = (seconds as f64 * 1000.0 * spread) as i64;
    Duration::milliseconds(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_then_stays_within_an_hour() {
        for (attempt, least, most) in
            [(1, 30, 36), (2, 60, 72), (4, 240, 288), (8, 2880, 3600), (30, 2880, 3600), (i64::MAX, 2880, 3600)]
        {
            let wait = backoff(attempt).num_milliseconds();
            assert!((least * 1000..=most * 1000).contains(&wait), "attempt {attempt}: {wait} ms");
        }
    }

    /// W8: those that failed together come back apart.
    #[test]
    fn no_two_waits_are_the_same() {
        for attempt in [1, 3, 20] {
            let waits: std::collections::BTreeSet<i64> =
                (0..100).map(|_| backoff(attempt).num_milliseconds()).collect();
            assert!(waits.len() > 80, "attempt {attempt}: {} different waits of 100", waits.len());
        }
    }
}
