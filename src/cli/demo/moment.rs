//! When the steps of the demonstration took place: so many jours ouvrés before now, one after the other within a day.

use chrono::{DateTime, Days, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Europe::Paris;

use crate::domain::paris::paris;
use crate::domain::working_days::WorkingDays;

/// A day's first moment, in Paris.
const MORNING: (u32, u32) = (8, 40);
/// Between the moments of a past day; today's are nearer, since they must be past.
const APART: Duration = Duration::minutes(40);
const APART_TODAY: Duration = Duration::minutes(12);
/// Moments of a day, at most.
pub const A_DAY: usize = 8;

/// A moment: what happens in it is done well before the next one.
#[derive(Clone, Copy)]
pub struct Moment {
    pub start: DateTime<Utc>,
    pub length: Duration,
}

impl Moment {
    /// The instant of the request of that rank: within the first half, when DataPass is played.
    pub fn of(&self, rank: usize) -> DateTime<Utc> {
        let part = i32::try_from(rank * 7 % 24).unwrap_or(0);
        self.start + self.length / 48 * part
    }

    /// When everything it leads to is over.
    pub fn end(&self) -> DateTime<Utc> {
        self.start + self.length
    }
}

/// The moment of that rank, `days_ago` jours ouvrés before `now`; today's end before it.
pub fn moment(days: WorkingDays, now: DateTime<Utc>, days_ago: u32, rank: usize) -> Moment {
    let rank = i32::try_from(rank.min(A_DAY - 1)).unwrap_or(0);
    let all = i32::try_from(A_DAY).unwrap_or(0);
    if days_ago == 0 {
        return Moment { start: now - APART_TODAY * (all - rank), length: APART_TODAY };
    }
    let day = back(days, paris(now).date_naive(), days_ago);
    let morning = day.and_hms_opt(MORNING.0, MORNING.1, 0);
    let morning = morning.and_then(|naive| Paris.from_local_datetime(&naive).earliest());
    let start = morning.map_or(now, |at| at.with_timezone(&Utc)) + APART * rank;
    Moment { start, length: APART }
}

fn back(calendar: WorkingDays, today: NaiveDate, working_days: u32) -> NaiveDate {
    let mut left = working_days;
    today
        .iter_days()
        .rev()
        .skip(1)
        .find(|day| {
            left -= u32::from(calendar.is_working(*day));
            left == 0
        })
        .unwrap_or(today - Days::new(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::working_days::Urgency;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn going_back_counts_working_days_only() {
        for (today, working_days, expected) in [
            ("2026-09-08", 1, "2026-09-07"),
            ("2026-09-08", 2, "2026-09-04"),
            ("2026-09-06", 1, "2026-09-04"),
            // 14 July is a holiday.
            ("2026-07-15", 1, "2026-07-13"),
            ("2026-09-08", 10, "2026-08-25"),
        ] {
            let day = |text: &str| text.parse::<NaiveDate>().unwrap();
            assert_eq!(
                back(WorkingDays::default(), day(today), working_days),
                day(expected),
                "{working_days} before {today}"
            );
        }
    }

    #[test]
    fn moments_follow_one_another_and_are_past() {
        for now in ["2026-09-08T09:00:00Z", "2026-09-12T05:10:00Z", "2026-09-13T22:30:00Z", "2026-07-15T00:10:00Z"] {
            let now = at(now);
            let all: Vec<Moment> = (0..=26)
                .rev()
                .flat_map(|days_ago| (0..A_DAY).map(move |rank| moment(WorkingDays::default(), now, days_ago, rank)))
                .collect();
            assert!(all.windows(2).all(|two| two[0].end() <= two[1].start), "{now}");
            assert!(all.last().is_some_and(|last| last.end() <= now), "{now}");
            assert!(all.iter().all(|one| (0..48).all(|rank| one.of(rank) < one.start + one.length / 2)), "{now}");
        }
    }

    /// Whatever the day of the first start: what was submitted three jours ouvrés ago is owed on the first working day
    /// from today on, and what was submitted before is late.
    #[test]
    fn three_days_ago_is_owed_now_and_four_are_late() {
        let days = WorkingDays::default();
        // From a Monday to the next, the week of 14 July.
        for day in 13..=20 {
            let now = at(&format!("2026-07-{day}T10:00:00Z"));
            let today = paris(now).date_naive();
            let due = |days_ago| days.deadline(paris(moment(days, now, days_ago, 0).start).date_naive());
            let first = if days.is_working(today) { today } else { days.add(today, 1) };
            assert_eq!(due(3), first, "{today}");
            assert!(matches!(days.urgency(due(4), today), Urgency::Late(_)), "{today}");
        }
    }
}
