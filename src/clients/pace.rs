//! The pace that a register asks for: so many calls a minute, and silence when it says so (429, Retry-After). Counts on
//! the clock it is given; one pace per process and register.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};

use super::answer::Unavailable;
use crate::clock::Clock;

/// Longest silence that is believed.
const LONGEST: Duration = Duration::hours(1);

/// A bucket of calls that fills with time.
pub(super) struct Pace {
    clock: Clock,
    /// Between two calls.
    every: Duration,
    /// Calls that may be made at once after a rest.
    burst: i32,
    state: Mutex<State>,
}

struct State {
    /// When the bucket would be full again: each call moves it by `every`.
    full_at: DateTime<Utc>,
    closed_until: Option<DateTime<Utc>>,
}

impl Pace {
    /// At most `per_minute` calls, `burst` of them at once.
    pub fn new(clock: Clock, per_minute: u32, burst: i32) -> Self {
        let every = Duration::microseconds(60_000_000 / i64::from(per_minute.max(1)));
        // Full since ever: a clock may be set back after this.
        let state = State { full_at: DateTime::<Utc>::MIN_UTC, closed_until: None };
        Self { clock, every, burst: burst.max(1), state: Mutex::new(state) }
    }

    /// Takes one call, or says from when.
    ///
    /// # Errors
    /// [`Unavailable`], held.
    pub fn take(&self) -> Result<(), Unavailable> {
        let now = self.clock.now();
        let mut state = self.lock();
        if let Some(until) = state.closed_until.filter(|until| *until > now) {
            return Err(held(until));
        }
        let full_at = state.full_at.max(now);
        let ready = full_at + self.every - self.every * self.burst;
        if ready > now {
            return Err(held(ready));
        }
        state.full_at = full_at + self.every;
        Ok(())
    }

    /// The register asks for silence. Answers until when.
    pub fn close(&self, wait: Option<Duration>) -> DateTime<Utc> {
        let wait = wait.unwrap_or(Duration::minutes(1)).clamp(Duration::seconds(1), LONGEST);
        let until = self.clock.now() + wait;
        self.lock().closed_until = Some(until);
        until
    }

    /// Now, and a `Retry-After` that names a date is a wait from it.
    pub fn wait_until(&self, at: DateTime<Utc>) -> Duration {
        at - self.clock.now()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn held(until: DateTime<Utc>) -> Unavailable {
    Unavailable { why: "appels espacés, comme la source le demande".into(), again: Some(until), held: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_pace() {
        let clock = Clock::fixed("2026-09-08T09:00:00Z".parse().unwrap());
        let pace = Pace::new(clock.clone(), 30, 3);
        for _ in 0..3 {
            pace.take().unwrap();
        }
        let refused = pace.take().unwrap_err();
        assert_eq!((refused.again.unwrap() - clock.now(), refused.held), (Duration::seconds(2), true));
        clock.advance(Duration::seconds(2));
        pace.take().unwrap();
        assert!(pace.take().is_err());
        clock.advance(Duration::hours(1));
        assert_eq!((0..10).filter(|_| pace.take().is_ok()).count(), 3, "a rest fills no more than the bucket");
    }

    #[test]
    fn silence_is_kept() {
        let clock = Clock::fixed("2026-09-08T09:00:00Z".parse().unwrap());
        let pace = Pace::new(clock.clone(), 600, 10);
        let until = pace.close(Some(Duration::seconds(90)));
        assert_eq!(pace.take().unwrap_err().again, Some(until));
        clock.advance(Duration::seconds(90));
        pace.take().unwrap();
        assert!(pace.close(Some(Duration::days(30))) <= clock.now() + LONGEST);
        assert!(pace.close(Some(Duration::seconds(-5))) > clock.now());
    }
}
