//! The working-day calendar behind the promise made to a demandeur: an answer in three jours ouvrés.
//!
//! A jour ouvré is a Monday to Friday that is not a public holiday. Dates only, as seen in Paris: this module must not
//! know the current time, nor when the clock of a habilitation is stopped.

use chrono::{Datelike, NaiveDate, Weekday};
use std::fmt;

/// Working days left to the instructeurs once a complete request is submitted.
const PROMISE_DAYS: u32 = 3;

/// The public holidays of a place. None is carried over when it falls on a week-end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Calendar {
    /// The eleven national holidays.
    #[default]
    Metropole,
    /// The national ones, Good Friday and 26 December (départements 57, 67 and 68).
    AlsaceMoselle,
}

/// Counts working days over a [`Calendar`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WorkingDays {
    /// Whose holidays are kept.
    pub calendar: Calendar,
    /// Whether the service is open on Whit Monday, a legal holiday that many work (journée de solidarité).
    pub whit_monday_worked: bool,
}

impl WorkingDays {
    /// Whether nobody works on that date, week-ends aside. Whit Monday counts unless it is worked.
    #[must_use]
    pub fn is_holiday(&self, date: NaiveDate) -> bool {
        let alsace = self.calendar == Calendar::AlsaceMoselle;
        let fixed = match (date.day(), date.month()) {
            (1 | 8, 5) | (1, 1 | 11) | (14, 7) | (15, 8) | (11, 11) | (25, 12) => true,
            (26, 12) => alsace,
            _ => false,
        };
        fixed
            || match date.signed_duration_since(easter(date.year())).num_days() {
                1 | 39 => true,
                50 => !self.whit_monday_worked,
                -2 => alsace,
                _ => false,
            }
    }

    /// Whether that date is a jour ouvré.
    #[must_use]
    pub fn is_working(&self, date: NaiveDate) -> bool {
        !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !self.is_holiday(date)
    }

    /// The n-th working day after `from`, itself day 0 whether worked or not; `from` for 0 days.
    /// Stops at the last date that can be represented.
    #[must_use]
    pub fn add(&self, from: NaiveDate, days: u32) -> NaiveDate {
        let mut date = from;
        let mut left = days;
        while left > 0 {
            let Some(next) = date.succ_opt() else { break };
            date = next;
            left -= u32::from(self.is_working(date));
        }
        date
    }

    /// How many working days go from `a` (left out) to `b` (counted); as many, negative, when `b` comes first.
    #[must_use]
    pub fn between(&self, a: NaiveDate, b: NaiveDate) -> i64 {
        if b < a {
            return -self.between(b, a);
        }
        a.iter_days().skip(1).take_while(|date| *date <= b).map(|date| i64::from(self.is_working(date))).sum()
    }

    /// The last day to answer what was submitted on that day, whatever the hour: the third working day that follows.
    #[must_use]
    pub fn deadline(&self, submitted_on: NaiveDate) -> NaiveDate {
        self.add(submitted_on, PROMISE_DAYS)
    }

    /// Where `today` stands before or after `due`.
    #[must_use]
    pub fn urgency(&self, due: NaiveDate, today: NaiveDate) -> Urgency {
        if due == today {
            return Urgency::Today;
        }
        // At least 1: a week-end can be all there is between the two dates.
        let days = self.between(today, due).unsigned_abs().max(1);
        if due < today {
            Urgency::Late(days)
        } else if today.succ_opt() == Some(due) {
            Urgency::Tomorrow
        } else {
            Urgency::In(days)
        }
    }

    /// [`Self::urgency`] as the end of a French sentence: « échéance dans 2 j ouvrés ».
    #[must_use]
    pub fn wording(&self, due: NaiveDate, today: NaiveDate) -> String {
        self.urgency(due, today).to_string()
    }
}

/// How near a deadline is. Counts are working days, 1 at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// The deadline is past.
    Late(u64),
    /// Due by the end of the day.
    Today,
    /// Due on the next calendar day.
    Tomorrow,
    /// Due later on.
    In(u64),
}

impl Urgency {
    /// Whether the deadline is past.
    #[must_use]
    pub fn is_late(self) -> bool {
        matches!(self, Self::Late(_))
    }
}

impl fmt::Display for Urgency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(days) => write!(f, "en retard de {days} j"),
            Self::Today => f.write_str("échéance aujourd’hui"),
            Self::Tomorrow => f.write_str("échéance demain"),
            Self::In(1) => f.write_str("échéance dans 1 j ouvré"),
            Self::In(days) => write!(f, "échéance dans {days} j ouvrés"),
        }
    }
}

/// Easter Sunday of a Gregorian year (Meeus' algorithm). A year too far to be represented gives the nearest date that is.
#[must_use]
pub fn easter(year: i32) -> NaiveDate {
    // Only the century and the rank in the moon's cycle matter beyond divisions: Euclid's keep years before 0 right.
    let golden = year.rem_euclid(19);
    let (century, rest) = (year.div_euclid(100), year.rem_euclid(100));
    let leap_shift = century - century.div_euclid(4) - (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let moon = (19 * golden + leap_shift + 15).rem_euclid(30);
    let to_sunday = (32 + 2 * century.rem_euclid(4) + 2 * (rest / 4) - moon - rest % 4).rem_euclid(7);
    let late = (golden + 11 * moon + 22 * to_sunday) / 451;
    let march = (22 + moon + to_sunday - 7 * late).unsigned_abs();
    let (month, day) = if march > 31 { (4, march - 31) } else { (3, march) };
    let out_of_range = if year < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(out_of_range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    const METROPOLE: WorkingDays = WorkingDays { calendar: Calendar::Metropole, whit_monday_worked: false };
    const ALSACE: WorkingDays = WorkingDays { calendar: Calendar::AlsaceMoselle, whit_monday_worked: false };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn working_days_of(calendar: WorkingDays, year: i32) -> i64 {
        calendar.between(day(&format!("{}-12-31", year - 1)), day(&format!("{year}-12-31")))
    }

    #[test]
    fn easter_and_the_days_it_moves() {
        // Good Friday, Easter, Easter Monday, Ascension, Whit Monday.
        let table = [
            ["2024-03-29", "2024-03-31", "2024-04-01", "2024-05-09", "2024-05-20"],
            ["2025-04-18", "2025-04-20", "2025-04-21", "2025-05-29", "2025-06-09"],
            ["2026-04-03", "2026-04-05", "2026-04-06", "2026-05-14", "2026-05-25"],
            ["2027-03-26", "2027-03-28", "2027-03-29", "2027-05-06", "2027-05-17"],
            ["2028-04-14", "2028-04-16", "2028-04-17", "2028-05-25", "2028-06-05"],
            ["2029-03-30", "2029-04-01", "2029-04-02", "2029-05-10", "2029-05-21"],
            ["2030-04-19", "2030-04-21", "2030-04-22", "2030-05-30", "2030-06-10"],
        ];
        for row in table {
            let [good_friday, sunday, monday, ascension, whit_monday] = row.map(day);
            assert_eq!(easter(sunday.year()), sunday);
            for holiday in [monday, ascension, whit_monday] {
                assert!(METROPOLE.is_holiday(holiday), "{holiday}");
            }
            assert!(METROPOLE.is_working(good_friday) && ALSACE.is_holiday(good_friday), "{good_friday}");
            assert!(WorkingDays { whit_monday_worked: true, ..METROPOLE }.is_working(whit_monday), "{whit_monday}");
        }
    }

    #[test]
    fn easter_at_its_earliest_latest_and_corrected() {
        for sunday in ["1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2038-04-25", "2285-03-22"]
        {
            assert_eq!(easter(day(sunday).year()), day(sunday));
        }
    }

    #[test]
    fn fixed_holidays() {
        for date in ["01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"] {
            assert!(METROPOLE.is_holiday(day(&format!("2027-{date}"))), "{date}");
        }
        let boxing_day = day("2028-12-26");
        assert!(METROPOLE.is_working(boxing_day) && !ALSACE.is_working(boxing_day));
        for date in ["2027-01-08", "2027-07-15", "2027-08-14", "2027-11-08", "2027-12-24", "2027-01-11"] {
            assert!(!ALSACE.is_holiday(day(date)), "{date}");
        }
    }

    #[test]
    fn working_days_in_a_year() {
        for (year, expected) in [(2025, 251), (2026, 252), (2027, 254), (2028, 251)] {
            assert_eq!(working_days_of(METROPOLE, year), expected, "{year}");
        }
        assert_eq!(working_days_of(WorkingDays { whit_monday_worked: true, ..METROPOLE }, 2026), 253);
    }

    #[test]
    fn deadline_of_three_working_days() {
        let table = [
            ("2026-04-02", "2026-04-08", "2026-04-09"),
            ("2026-04-03", "2026-04-09", "2026-04-09"),
            ("2026-05-07", "2026-05-13", "2026-05-13"),
            ("2026-05-13", "2026-05-19", "2026-05-19"),
            ("2026-05-22", "2026-05-28", "2026-05-28"),
            ("2026-07-10", "2026-07-16", "2026-07-16"),
            ("2026-10-29", "2026-11-03", "2026-11-03"),
            ("2026-11-28", "2026-12-02", "2026-12-02"),
            ("2026-12-23", "2026-12-29", "2026-12-29"),
        ];
        for (submitted, metropole, alsace) in table {
            assert_eq!(METROPOLE.deadline(day(submitted)), day(metropole), "métropole, {submitted}");
            assert_eq!(ALSACE.deadline(day(submitted)), day(alsace), "Alsace-Moselle, {submitted}");
        }
        assert_eq!(WorkingDays::default(), METROPOLE);
    }

    #[test]
    fn wording_of_a_deadline() {
        // Due, today, words. 2026-06-05 is a Friday; 2026-05-13 is the eve of Ascension.
        let table = [
            ("2026-06-05", "2026-06-05", "échéance aujourd’hui"),
            ("2026-06-05", "2026-06-04", "échéance demain"),
            ("2026-06-05", "2026-06-03", "échéance dans 2 j ouvrés"),
            ("2026-06-08", "2026-06-05", "échéance dans 1 j ouvré"),
            ("2026-06-08", "2026-06-07", "échéance demain"),
            ("2026-06-07", "2026-06-05", "échéance dans 1 j ouvré"),
            ("2026-06-05", "2026-06-06", "en retard de 1 j"),
            ("2026-06-05", "2026-06-08", "en retard de 1 j"),
            ("2026-06-05", "2026-06-09", "en retard de 2 j"),
            ("2026-05-13", "2026-05-18", "en retard de 2 j"),
        ];
        for (due, today, words) in table {
            assert_eq!(METROPOLE.wording(day(due), day(today)), words, "due {due}, today {today}");
            assert_eq!(METROPOLE.urgency(day(due), day(today)).is_late(), due < today);
        }
    }

    #[test]
    fn the_end_of_the_calendar_is_not_a_cliff() {
        assert_eq!(METROPOLE.add(NaiveDate::MAX - Days::new(10), 1_000), NaiveDate::MAX);
        assert_eq!(METROPOLE.deadline(NaiveDate::MAX), NaiveDate::MAX);
        assert_eq!(METROPOLE.between(NaiveDate::MAX, NaiveDate::MAX), 0);
        assert!((0..=11).contains(&METROPOLE.between(NaiveDate::MAX - Days::new(11), NaiveDate::MAX)));
        assert_eq!(METROPOLE.urgency(NaiveDate::MAX, NaiveDate::MAX - Days::new(1)), Urgency::Tomorrow);
        assert!(METROPOLE.add(NaiveDate::MIN, 1) > NaiveDate::MIN);
        assert_eq!((easter(i32::MAX), easter(i32::MIN)), (NaiveDate::MAX, NaiveDate::MIN));
    }

    proptest! {
        #[test]
        fn adding_and_counting_agree(offset in 0..40_000u64, days in 0..400u32, alsace: bool) {
            let calendar = if alsace { ALSACE } else { METROPOLE };
            let from = day("1970-01-01") + Days::new(offset);
            let to = calendar.add(from, days);
            prop_assert_eq!(calendar.between(from, to), i64::from(days));
            prop_assert_eq!(calendar.between(to, from), -i64::from(days));
            prop_assert!(days == 0 || calendar.is_working(to));
        }

        #[test]
        fn easter_is_a_sunday_of_spring(year in -262_000..262_000i32) {
            let sunday = easter(year);
            prop_assert_eq!((sunday.year(), sunday.weekday()), (year, Weekday::Sun));
            prop_assert!((3, 22) <= (sunday.month(), sunday.day()) && (sunday.month(), sunday.day()) <= (4, 25));
        }
    }
}
