//! Sorts of failures and what each deserves: come back, wait for an operator, or ask a person. Pure.

use chrono::Duration;

use crate::clients::hubee::Fault;

/// How long every try may fail before a person is asked.
pub const GIVE_UP: Duration = Duration::hours(24);

/// How long until the next try: our `own` pace, or what HubEE `asked` for when that is longer.
pub fn pace(own: Duration, asked: Option<Duration>) -> Duration {
    asked.map_or(own, |asked| asked.max(own))
}

/// What sort of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// HubEE is away, slow or busy: it comes back by itself.
    Transient,
    /// A write may have been committed: HubEE is read before anything is written again.
    Unknown,
    /// Our credentials are refused: every mise en service waits for an operator.
    Credentials,
    /// Our scope may not do what it must.
    Rights,
    /// What is sent will never be taken as it is.
    Permanent,
}

impl ErrorClass {
    pub const ALL: [Self; 5] = [Self::Transient, Self::Unknown, Self::Credentials, Self::Rights, Self::Permanent];

    /// Of a failed call. `write`: it asked for a change.
    pub fn of(fault: &Fault, write: bool) -> Self {
        match fault {
            Fault::Unknown(_) if write => Self::Unknown,
            Fault::Unknown(_) | Fault::Busy | Fault::NotFound | Fault::AlreadyExists => Self::Transient,
            Fault::Credentials(_) => Self::Credentials,
            Fault::Forbidden => Self::Rights,
            Fault::Invalid(_) => Self::Permanent,
        }
    }

    /// Stable name: the `error_class` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::Unknown => "unknown",
            Self::Credentials => "credentials",
            Self::Rights => "rights",
            Self::Permanent => "permanent",
        }
    }

    /// For a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Transient => "HubEE indisponible",
            Self::Unknown => "Issue inconnue",
            Self::Credentials => "Identifiants refusés",
            Self::Rights => "Droits insuffisants",
            Self::Permanent => "Données refusées",
        }
    }

    /// The class that begins a job's trace: « Données refusées : … ».
    pub fn said_by(trace: &str) -> Option<Self> {
        let (label, _) = trace.split_once(" : ")?;
        Self::ALL.into_iter().find(|class| class.label() == label)
    }

    /// The class named so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for class in ErrorClass::ALL {
            assert_eq!(ErrorClass::parse(class.name()), Some(class));
        }
        assert_eq!(ErrorClass::parse("autre"), None);
    }

    #[test]
    fn a_lost_answer_is_worse_for_a_write() {
        let lost = Fault::Unknown("HTTP 500".into());
        assert_eq!(ErrorClass::of(&lost, true), ErrorClass::Unknown);
        assert_eq!(ErrorClass::of(&lost, false), ErrorClass::Transient);
    }
}
