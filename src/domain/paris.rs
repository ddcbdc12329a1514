//! Paris wall clock: instruction days are counted, and dates are read by people, in Paris time.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::{Europe::Paris, Tz};

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// The same instant on a Paris wall clock.
pub fn paris(at: DateTime<Utc>) -> DateTime<Tz> {
    at.with_timezone(&Paris)
}

/// « 1er novembre 2026 ».
pub fn day_in_words(day: NaiveDate) -> String {
    let number = if day.day() == 1 { "1er".to_owned() } else { day.day().to_string() };
    format!("{number} {} {}", MONTHS[day.month0() as usize % 12], day.year())
}

/// « 1er novembre 2026 à 9 h 05 », Paris time.
pub fn instant_in_words(at: DateTime<Utc>) -> String {
    let local = paris(at);
    format!("{} à {} h {:02}", day_in_words(local.date_naive()), local.hour(), local.minute())
}
