//! FHIR dates as ranges of milliseconds, and the search prefixes over them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

/// From (inclusive) to (exclusive), in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

const DAY: i64 = 86_400_000;

/// Reads a date, dateTime or instant of any precision; one without zone is taken as UTC.
pub fn parse(text: &str) -> Option<Span> {
    match text.len() {
        4 => {
            let year: i16 = text.parse().ok()?;
            days(Date::new(year, 1, 1).ok()?, Date::new(year.checked_add(1)?, 1, 1).ok()?)
        }
        7 => {
            let first: Date = format!("{text}-01").parse().ok()?;
            days(first, first.checked_add(1.month()).ok()?)
        }
        10 => {
            let day: Date = text.parse().ok()?;
            days(day, day.tomorrow().ok()?)
        }
        _ => {
            let zoned = text.ends_with('Z') || text.get(11..)?.contains(['+', '-']);
            let clock = text.get(11..)?.split(['Z', '+', '-']).next()?;
            let from = if zoned {
                text.replace(' ', "+").parse::<Timestamp>().ok()?.as_millisecond()
            } else {
                millis(text.parse::<DateTime>().ok()?)?
            };
            let width = match clock.len() {
                5 => 60_000,
                8 => 1_000,
                _ => 1,
            };
            Some(Span { from, to: from + width })
        }
    }
}

fn days(from: Date, to: Date) -> Option<Span> {
    Some(Span { from: millis(from.at(0, 0, 0, 0))?, to: millis(to.at(0, 0, 0, 0))? })
}

fn millis(at: DateTime) -> Option<i64> {
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// The span of a date-like element: a date, a Period or a Timing's bounds.
pub fn span_of(value: &Value) -> Option<Span> {
    if let Some(text) = value.as_str() {
        return parse(text);
    }
    let edge = |name: &str| value.get(name).and_then(Value::as_str).and_then(parse);
    let (start, end) = (edge("start"), edge("end"));
    if start.is_none() && end.is_none() {
        return None;
    }
    Some(Span { from: start.map_or(i64::MIN, |s| s.from), to: end.map_or(i64::MAX, |e| e.to) })
}

/// Splits `ge2026-01-01` into its prefix and date.
pub fn prefixed(text: &str) -> Option<(&str, Span)> {
    let (prefix, date) = match text.get(..2) {
        Some(two) if two.starts_with(|c: char| c.is_ascii_lowercase()) => (two, text.get(2..)?),
        _ => ("eq", text),
    };
    matches!(prefix, "eq" | "ne" | "gt" | "lt" | "ge" | "le" | "sa" | "eb" | "ap").then_some(())?;
    Some((prefix, parse(date)?))
}

/// Whether a value's span satisfies a prefixed search.
pub fn satisfies(value: Span, prefix: &str, asked: Span) -> bool {
    // A period without an end counts as lying on its start.
    let within =
        value.from >= asked.from && (value.to <= asked.to || value.to == i64::MAX && value.from < asked.to);
    match prefix {
        "eq" => within,
        "ne" => !within,
        "gt" => value.to > asked.to,
        "lt" => value.from < asked.from,
        "ge" => within || value.to > asked.to,
        "le" => within || value.from < asked.from,
        "sa" => value.from >= asked.to,
        "eb" => value.to <= asked.from,
        _ => value.from < asked.to + DAY && value.to > asked.from - DAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(value: &str, asked: &str) -> bool {
        let (prefix, span) = prefixed(asked).unwrap();
        satisfies(parse(value).unwrap(), prefix, span)
    }

    #[test]
    fn a_day_contains_its_instants_and_prefixes_compare_at_the_edges() {
        assert!(holds("2026-11-22T10:00:00Z", "2026-11-22"));
        assert!(holds("2026-11-22T10:00:00Z", "ge2026-11-22"));
        assert!(!holds("2026-11-22T10:00:00Z", "gt2026-11-22"));
        assert!(holds("2026-11-22T10:00:00Z", "lt2026-11-23"));
        assert!(holds("2026-11-22", "2026-11"));
        assert!(holds("2026-11-22T23:30:00-05:00", "2026-11-23"));
        assert!(holds("2026-11-22T10:00:00.123Z", "2026"));
    }

    #[test]
    fn nonsense_is_not_a_date() {
        assert!(prefixed("yesterday").is_none());
        assert!(prefixed("zz2026").is_none());
        assert!(parse("2026-13-01").is_none());
    }
}
