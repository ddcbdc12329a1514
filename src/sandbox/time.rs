//! The demonstration's time, which a hand pushes forward for the service and its neighbours alike, and which stays ahead
//! after a restart: what was written of a day must not become the future. Must not know what waits for time to pass.

use std::path::PathBuf;

use chrono::{DateTime, Duration, Utc};

use super::kept::Kept;
use crate::clock::Clock;

/// Longest lead, in seconds: ten years, well within what dates can say.
const LONGEST: i64 = 10 * 365 * 86_400;

/// A clock and how far it was pushed.
#[derive(Clone)]
pub struct Time {
    clock: Clock,
    /// In seconds.
    ahead: Kept<i64>,
}

impl Time {
    /// A time whose lead is forgotten when the process ends.
    pub fn new(clock: Clock) -> Self {
        Self { clock, ahead: Kept::in_memory() }
    }

    /// The same, whose lead is read from `file`, and taken at once.
    ///
    /// # Errors
    /// When the file exists but cannot be read or understood.
    pub fn persisted(clock: Clock, file: PathBuf) -> anyhow::Result<Self> {
        let time = Self { clock, ahead: Kept::in_file(file)? };
        time.clock.advance(time.ahead());
        Ok(time)
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// How far ahead of the machine's clock it is.
    pub fn ahead(&self) -> Duration {
        Duration::seconds(self.ahead.read(|seconds| (*seconds).clamp(0, LONGEST)))
    }

    /// False for the machine's own clock.
    pub fn can_move(&self) -> bool {
        self.clock.can_move()
    }

    /// Pushes the time forward, for everyone who reads it; ten years in all at most.
    pub fn advance(&self, by: Duration) {
        if self.can_move() && (self.ahead() + by).num_seconds() <= LONGEST {
            self.clock.advance(by);
            self.ahead.change(|seconds| *seconds += by.num_seconds());
        }
    }
}
