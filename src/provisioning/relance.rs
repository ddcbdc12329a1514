//! When a collectivité that has to activate is reminded, and when the responsables are told instead. Pure: days in, rank
//! out; what is sent, and that it is sent once, is the corridor's.

use chrono::{DateTime, NaiveTime, Utc};

use crate::domain::paris::paris;
use crate::domain::working_days::WorkingDays;

/// Jours ouvrés after the first mail: three reminders to the demandeur, then the responsables.
const AFTER: [u32; 4] = [2, 7, 15, 20];
/// The rank that is the responsables'.
pub const ESCALATION: i64 = 4;
/// Nobody is reminded at night.
const HOUR: (u32, u32) = (9, 0);

/// The rank to order now (1 to 3, then [`ESCALATION`]), given the last one ordered. Those that were missed are not made
/// up for: one mail tells all that they would have told.
pub fn due(days: &WorkingDays, since: DateTime<Utc>, ordered: i64, now: DateTime<Utc>) -> Option<i64> {
    let elapsed = elapsed(days, since, now)?;
    let reached = AFTER.iter().filter(|after| elapsed >= i64::from(**after)).count();
    let reached = i64::try_from(reached).unwrap_or_default();
    (reached > ordered).then_some(reached)
}

/// The rank to order now, above [`ESCALATION`], when the collectivité `declared` that it activated and nobody made sure
/// since: the responsables are told again each time the longest delay has passed.
pub fn unheard(days: &WorkingDays, declared: DateTime<Utc>, ordered: i64, now: DateTime<Utc>) -> Option<i64> {
    let [.., longest] = AFTER;
    let reached = ESCALATION + elapsed(days, declared, now)? / i64::from(longest);
    (reached > ordered.max(ESCALATION)).then_some(reached)
}

/// Jours ouvrés since, at an hour when somebody may be written to.
fn elapsed(days: &WorkingDays, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    let (first, today) = (paris(since).date_naive(), paris(now));
    let hour = NaiveTime::from_hms_opt(HOUR.0, HOUR.1, 0).unwrap_or_default();
    let awake = days.is_working(today.date_naive()) && today.time() >= hour;
    awake.then(|| days.between(first, today.date_naive()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_said_and_not_verified_is_told_again_each_twenty_working_days() {
        let days = WorkingDays::default();
        let declared = at("2026-09-08T09:00:00Z");
        for (now, ordered, expected) in [
            ("2026-10-05T12:00:00Z", 2, None),
            ("2026-10-06T12:00:00Z", 2, Some(5)),
            ("2026-10-06T12:00:00Z", 5, None),
            ("2026-11-05T12:00:00Z", 5, Some(6)),
        ] {
            assert_eq!(unheard(&days, declared, ordered, at(now)), expected, "{now} after {ordered}");
        }
    }

    #[test]
    fn by_working_days_in_the_morning() {
        let days = WorkingDays::default();
        // A Tuesday.
        let since = at("2026-09-08T09:00:00Z");
        for (now, ordered, expected) in [
            ("2026-09-09T10:00:00Z", 0, None),
            ("2026-09-10T06:59:00Z", 0, None),
            ("2026-09-10T07:00:00Z", 0, Some(1)),
            ("2026-09-10T12:00:00Z", 1, None),
            ("2026-09-12T12:00:00Z", 0, None),
            ("2026-09-14T12:00:00Z", 0, Some(1)),
            ("2026-09-17T12:00:00Z", 1, Some(2)),
            ("2026-09-29T12:00:00Z", 0, Some(3)),
            ("2026-10-06T12:00:00Z", 3, Some(4)),
            ("2026-12-01T12:00:00Z", 4, None),
        ] {
            assert_eq!(due(&days, since, ordered, at(now)), expected, "{now} after {ordered}");
        }
    }
}
