//! What a register answered, in three meanings: this, nothing there, or « ask again later ». Knows no register.

use chrono::{DateTime, Utc};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    Found(T),
    /// The register answered, and knows nothing of it.
    Unknown,
    Unavailable(Unavailable),
}

/// No usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable {
    /// In French, for people; holds nothing personal.
    pub why: String,
    /// Not before this instant, when that is known.
    pub again: Option<DateTime<Utc>>,
    /// It is we who held the call, to keep to the pace that the register asks for.
    pub held: bool,
}

impl Unavailable {
    /// For a reason that says nothing of when it will pass.
    pub fn because(why: impl Into<String>) -> Self {
        Self { why: why.into(), again: None, held: false }
    }
}

impl<T> Answer<T> {
    /// The same, said otherwise.
    pub fn map<U>(self, say: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Found(value) => Answer::Found(say(value)),
            Self::Unknown => Answer::Unknown,
            Self::Unavailable(why) => Answer::Unavailable(why),
        }
    }
}

impl<T> From<Result<Option<T>, Unavailable>> for Answer<T> {
    fn from(result: Result<Option<T>, Unavailable>) -> Self {
        match result {
            Ok(Some(value)) => Self::Found(value),
            Ok(None) => Self::Unknown,
            Err(why) => Self::Unavailable(why),
        }
    }
}
