//! Which requests that nobody took are worth an alert, and which one. Pure: requests in, alerts out. One alert of each
//! sort per request, deadline and person, whatever happens: that is what its cause says.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use super::moments::{has_come, last_working_day};
use crate::domain::paris::paris;
use crate::domain::working_days::WorkingDays;
use crate::store::reminders::Waiting;

/// Beyond so many working days of delay, the digest is enough: a service that starts with old files writes no
/// thousand mails.
const LATE_DAYS: i64 = 5;

/// Why a responsable is alerted about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// The last working day of the deadline.
    LastDay,
    /// The deadline is past.
    Late,
}

impl Alert {
    /// Stable name, in jobs and causes.
    pub fn name(self) -> &'static str {
        match self {
            Self::LastDay => "echeance",
            Self::Late => "retard",
        }
    }

    /// The alert named so.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::LastDay, Self::Late].into_iter().find(|alert| alert.name() == name)
    }

    /// What makes it one.
    pub fn cause(self, request: Uuid, due: NaiveDate, account: Uuid) -> String {
        format!("alert-{}:{request}:{due}:{account}", self.name())
    }
}

/// The deadlines to look at: from the oldest still told to the farthest that may have its last working day today.
pub fn window(days: &WorkingDays, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let oldest = today.iter_days().rev().find(|day| days.between(*day, today) > LATE_DAYS).unwrap_or(today);
    (oldest, days.add(today, 1))
}

/// The alert that a request calls for at `now`, if any; `hour` is that of the last day's.
pub fn called_for(days: &WorkingDays, hour: NaiveTime, now: DateTime<Utc>, due: NaiveDate) -> Option<Alert> {
    let today = paris(now).date_naive();
    if due < today {
        let told = days.is_working(today) && days.between(due, today) <= LATE_DAYS;
        return told.then_some(Alert::Late);
    }
    (last_working_day(days, due) <= today && has_come(days, hour, now)).then_some(Alert::LastDay)
}

/// The alerts that these requests call for at `now`.
pub fn all<'a>(
    days: &WorkingDays,
    hour: NaiveTime,
    now: DateTime<Utc>,
    requests: &'a [Waiting],
) -> Vec<(Alert, &'a Waiting)> {
    requests.iter().filter_map(|request| Some((called_for(days, hour, now, request.due_on)?, request))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::working_days::Calendar;

    const METROPOLE: WorkingDays = WorkingDays { calendar: Calendar::Metropole, whit_monday_worked: false };

    fn called(now: &str, due: &str) -> Option<Alert> {
        called_for(&METROPOLE, "14:00:00".parse().unwrap(), now.parse().unwrap(), due.parse().unwrap())
    }

    #[test]
    fn the_last_day_then_the_delay() {
        assert_eq!(called("2026-04-08T11:59:00Z", "2026-04-08"), None);
        assert_eq!(called("2026-04-08T12:00:00Z", "2026-04-08"), Some(Alert::LastDay));
        assert_eq!(called("2026-04-08T12:00:00Z", "2026-04-09"), None);
        assert_eq!(called("2026-04-09T06:00:00Z", "2026-04-08"), Some(Alert::Late));
        assert_eq!(called("2026-04-15T06:00:00Z", "2026-04-08"), Some(Alert::Late));
        assert_eq!(called("2026-04-16T06:00:00Z", "2026-04-08"), None, "the digest goes on telling it");
    }

    #[test]
    fn nobody_is_alerted_on_a_holiday() {
        // Good Friday is worked here; Easter Monday 6 April is not.
        assert_eq!(called("2026-04-03T12:00:00Z", "2026-04-03"), Some(Alert::LastDay));
        for holiday in ["2026-04-04T12:00:00Z", "2026-04-06T12:00:00Z"] {
            assert_eq!(called(holiday, "2026-04-03"), None);
        }
        assert_eq!(called("2026-04-07T06:00:00Z", "2026-04-03"), Some(Alert::Late));
    }

    #[test]
    fn a_deadline_that_became_a_holiday_is_told_before() {
        assert_eq!(called("2026-05-22T12:00:00Z", "2026-05-25"), Some(Alert::LastDay));
        assert_eq!(called("2026-05-25T12:00:00Z", "2026-05-25"), None, "nobody works");
    }

    #[test]
    fn the_window_holds_all_that_may_be_called_for() {
        let (from, to) = window(&METROPOLE, "2026-05-22".parse().unwrap());
        let of = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert!(from <= of("2026-05-15") && from >= of("2026-05-10"), "{from}");
        assert_eq!(to, of("2026-05-26"));
    }

    #[test]
    fn names_are_read_back() {
        for alert in [Alert::LastDay, Alert::Late] {
            assert_eq!(Alert::parse(alert.name()), Some(alert));
        }
        assert_eq!(Alert::parse("alarme"), None);
    }
}
