//! How long to wait before the next try: 30 s, then twice as long each time, up to an hour, spread by chance so that a
//! thousand jobs that failed together don't come back together.

use chrono::Duration;
use rand::RngExt;

const FIRST_SECONDS: i64 = 30;
const LAST_SECONDS: i64 = 3600;

/// Wait after the `attempts`-th try (1-based), ± 20 %.
pub fn backoff(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 10)).unwrap_or(10);
    let seconds = (FIRST_SECONDS << doublings).min(LAST_SECONDS);
    let spread = rand::rng().random_range(0.8..1.2);
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
        for (attempt, expected) in [(1, 30), (2, 60), (4, 240), (8, 3600), (30, 3600), (i64::MAX, 3600)] {
            let wait = backoff(attempt).num_milliseconds();
            assert!((expected * 800..=expected * 1200).contains(&wait), "attempt {attempt}: {wait} ms");
        }
    }
}
