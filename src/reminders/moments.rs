//! When reminders are due: given hours of Paris, on jours ouvrés alone. Pure: the present is handed over.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Paris;

use crate::domain::paris::paris;
use crate::domain::working_days::WorkingDays;

/// Whether `hour` has come on a day that is worked: what should be out today is due.
pub fn has_come(days: &WorkingDays, hour: NaiveTime, now: DateTime<Utc>) -> bool {
    let local = paris(now);
    days.is_working(local.date_naive()) && local.time() >= hour
}

/// The first of `hours`, on a working day, after `now`.
pub fn next(days: &WorkingDays, hours: &[NaiveTime], now: DateTime<Utc>) -> DateTime<Utc> {
    let today = paris(now).date_naive();
    let tomorrow = today.succ_opt().unwrap_or(today);
    let candidates = [today, days.add(today, 1)].into_iter().filter(|day| days.is_working(*day));
    let instants = candidates.flat_map(|day| hours.iter().map(move |hour| instant(day, *hour)));
    // Without hours: never often.
    instants.filter(|at| *at > now).min().unwrap_or_else(|| instant(tomorrow, NaiveTime::MIN))
}

/// When a process that starts now should look: at once if an hour of today is past, which is harmless when somebody
/// looked already; else at the next one.
pub fn at_start(days: &WorkingDays, hours: &[NaiveTime], now: DateTime<Utc>) -> DateTime<Utc> {
    if hours.iter().any(|hour| has_come(days, *hour, now)) { now } else { next(days, hours, now) }
}

/// The last working day on or before `due`, a date that the calendar of today may no longer count as worked.
pub fn last_working_day(days: &WorkingDays, due: NaiveDate) -> NaiveDate {
    due.iter_days().rev().take(15).find(|day| days.is_working(*day)).unwrap_or(due)
}

/// An hour of Paris; the next one that exists when the clocks jump over it.
fn instant(day: NaiveDate, hour: NaiveTime) -> DateTime<Utc> {
    let naive = day.and_time(hour);
    let local = Paris.from_local_datetime(&naive).earliest();
    let local = local.or_else(|| Paris.from_local_datetime(&(naive + Duration::hours(1))).earliest());
    local.map_or_else(|| naive.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::working_days::Calendar;

    const METROPOLE: WorkingDays = WorkingDays { calendar: Calendar::Metropole, whit_monday_worked: false };
    const ALSACE: WorkingDays = WorkingDays { calendar: Calendar::AlsaceMoselle, whit_monday_worked: false };
    const WORKED: WorkingDays = WorkingDays { calendar: Calendar::Metropole, whit_monday_worked: true };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hour(text: &str) -> NaiveTime {
        text.parse().unwrap()
    }

    /// The days of eight digests in a row, the first instant being the first of them.
    fn mornings(days: &WorkingDays, from: &str, count: usize) -> Vec<String> {
        let mut now = at(from);
        let follow = |_| {
            now = next(days, &[hour("08:00:00")], now);
            let local = paris(now);
            assert_eq!(local.time(), hour("08:00:00"));
            local.format("%d/%m").to_string()
        };
        (0..count).map(follow).collect()
    }

    #[test]
    fn mornings_around_easter_2026() {
        assert_eq!(mornings(&METROPOLE, "2026-04-01T06:00:00Z", 4), ["02/04", "03/04", "07/04", "08/04"]);
        assert_eq!(mornings(&ALSACE, "2026-04-01T06:00:00Z", 3), ["02/04", "07/04", "08/04"]);
    }

    #[test]
    fn mornings_around_whit_monday_2026() {
        assert_eq!(mornings(&METROPOLE, "2026-05-21T06:00:00Z", 2), ["22/05", "26/05"]);
        assert_eq!(mornings(&WORKED, "2026-05-21T06:00:00Z", 2), ["22/05", "25/05"]);
    }

    #[test]
    fn eight_o_clock_follows_the_clocks_of_paris() {
        // The clocks change on Sunday 29 March and on Sunday 25 October 2026.
        let eight = [hour("08:00:00")];
        assert_eq!(next(&METROPOLE, &eight, at("2026-03-27T08:00:00Z")), at("2026-03-30T06:00:00Z"));
        assert_eq!(next(&METROPOLE, &eight, at("2026-10-23T08:00:00Z")), at("2026-10-26T07:00:00Z"));
        // 02:30 does not exist on 29 March: a Sunday, so that only the arithmetic is seen here.
        assert_eq!(instant("2026-03-29".parse().unwrap(), hour("02:30:00")), at("2026-03-29T01:30:00Z"));
    }

    #[test]
    fn several_hours_of_one_day() {
        let hours = [hour("14:00:00"), hour("08:00:00")];
        assert_eq!(next(&METROPOLE, &hours, at("2026-09-08T05:00:00Z")), at("2026-09-08T06:00:00Z"));
        assert_eq!(next(&METROPOLE, &hours, at("2026-09-08T06:00:00Z")), at("2026-09-08T12:00:00Z"));
        assert_eq!(next(&METROPOLE, &hours, at("2026-09-08T12:00:00Z")), at("2026-09-09T06:00:00Z"));
    }

    #[test]
    fn starting_late_catches_up_the_same_day_only() {
        let eight = [hour("08:00:00")];
        assert_eq!(at_start(&METROPOLE, &eight, at("2026-09-08T09:00:00Z")), at("2026-09-08T09:00:00Z"));
        assert_eq!(at_start(&METROPOLE, &eight, at("2026-09-08T05:00:00Z")), at("2026-09-08T06:00:00Z"));
        assert_eq!(at_start(&METROPOLE, &eight, at("2026-09-12T09:00:00Z")), at("2026-09-14T06:00:00Z"));
    }

    #[test]
    fn a_deadline_that_became_a_holiday() {
        let whit_monday = "2026-05-25".parse().unwrap();
        assert_eq!(last_working_day(&METROPOLE, whit_monday), "2026-05-22".parse::<NaiveDate>().unwrap());
        assert_eq!(last_working_day(&WORKED, whit_monday), whit_monday);
    }
}
