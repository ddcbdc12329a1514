//! Dates as HubEE reads and writes them: second precision, two spellings of the offset. Must not know the clock.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, SubsecRound, TimeZone, Utc};
use chrono_tz::Europe::Paris;
use serde_json::Value;

/// A date-time, its offset written with or without colon; kept to the second.
pub(super) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let parsed =
        DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"));
    parsed.ok().map(|at| to_second(at.to_utc()))
}

/// The instant as HubEE keeps it.
pub(super) fn to_second(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(0)
}

/// `2024-06-14T15:27:43.000+00:00`.
pub(super) fn long(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S.000+00:00").to_string()
}

/// `2024-06-14T15:27:43+0000` if dates are mixed, else as [`long`].
pub(super) fn short(at: Option<DateTime<Utc>>, mixed: bool) -> Value {
    at.map_or(
        Value::Null,
        |at| if mixed { at.format("%Y-%m-%dT%H:%M:%S+0000").to_string().into() } else { long(at).into() },
    )
}

/// Midnight in Paris at the start of `day`.
pub(super) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::MIN);
    Paris.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |at| at.to_utc())
}

/// The batch of `day`, 00:01 in Paris: when what was chosen for that day takes effect.
pub(super) fn batch(day: NaiveDate) -> DateTime<Utc> {
    midnight(day) + Duration::minutes(1)
}

/// The day in Paris.
pub(super) fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Paris).date_naive()
}

/// The batch of the day after: when a suspension takes effect.
pub(super) fn next_batch(at: DateTime<Utc>) -> DateTime<Utc> {
    batch(day(at).succ_opt().unwrap_or(NaiveDate::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_the_offset_are_read() {
        let at = parse("2024-06-14T15:27:43.000+00:00").unwrap();
        assert_eq!(parse("2024-06-14T17:27:43+0200"), Some(at));
        assert_eq!(parse("2024-06-14T15:27:43.999Z"), Some(at));
        assert_eq!(parse("2024-06-14"), None);
        assert_eq!(parse("14/06/2024 15:27"), None);
    }

    #[test]
    fn dates_are_written_in_two_ways_when_mixed() {
        let at = parse("2024-06-14T15:27:43Z").unwrap();
        assert_eq!(long(at), "2024-06-14T15:27:43.000+00:00");
        assert_eq!(short(Some(at), true), "2024-06-14T15:27:43+0000");
        assert_eq!(short(Some(at), false), "2024-06-14T15:27:43.000+00:00");
        assert_eq!(short(None, true), Value::Null);
    }

    #[test]
    fn a_day_starts_at_midnight_in_paris() {
        let day = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
        assert_eq!(midnight(day), parse("2026-06-30T22:00:00Z").unwrap());
    }
}
