//! The only reader of the time. Everything else is handed a [`Clock`], so that a test can move it by hand.
//! Instants are UTC, truncated to the microsecond: what PostgreSQL keeps.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, NaiveDate, SubsecRound, Utc};

use crate::domain::paris::paris;

/// Where "now" comes from: the machine, or a hand-moved instant shared by all clones.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    Fixed(Arc<Mutex<DateTime<Utc>>>),
    /// The machine's, but while it is held at an instant, and ahead of it once pushed: the demonstration's, which
    /// relives its last weeks.
    Held(Arc<Mutex<Held>>),
}

/// Where a clock that may be held is.
#[derive(Debug, Default)]
pub struct Held {
    at: Option<DateTime<Utc>>,
    /// How far ahead of the machine it is.
    ahead: Duration,
}

impl Clock {
    /// A clock stopped at `at`, for tests.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at)))
    }

    /// The machine's clock, which may be [held](Self::hold).
    pub fn held() -> Self {
        Self::Held(Arc::default())
    }

    /// The current instant, truncated to the microsecond.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => machine(),
            Self::Fixed(at) => *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
            Self::Held(held) => {
                let held = held.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                held.at.unwrap_or_else(|| machine() + held.ahead)
            }
        }
    }

    /// Stops a clock that may be held, for all its clones, or lets it go again with `None`; does nothing to others.
    pub fn hold(&self, at: Option<DateTime<Utc>>) {
        if let Self::Held(held) = self {
            held.lock().unwrap_or_else(std::sync::PoisonError::into_inner).at = at;
        }
    }

    /// Today in Paris, where instruction days are counted.
    pub fn today(&self) -> NaiveDate {
        paris(self.now()).date_naive()
    }

    /// Moves a clock forward; does nothing to the machine's. One that may be held is then ahead of the machine.
    pub fn advance(&self, by: Duration) {
        match self {
            Self::System => {}
            Self::Fixed(at) => *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += by,
            Self::Held(held) => {
                let mut held = held.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                held.ahead += by;
                held.at = held.at.map(|at| at + by);
            }
        }
    }

    /// Whether [`Self::advance`] does something.
    pub fn can_move(&self) -> bool {
        !matches!(self, Self::System)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
fn machine() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
