//! FHIR's partial dates (`1972`, `1972-03`, `1972-03-09`, or an instant) and ages.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A date as a chart gives it, kept as written. FHIR R4 `date` and `dateTime` may lack month and day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartialDate(String);

impl PartialDate {
    /// Accepts `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, and a full date with a time after it.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let year = text.get(..4).filter(|y| digits(y))?.parse::<i16>().ok()?;
        let shape = match bytes.len() {
            4 => true,
            7 => bytes[4] == b'-' && text.get(5..7).is_some_and(|m| digits(m) && ("01"..="12").contains(&m)),
            length => {
                let day = text.get(..10).and_then(|d| d.parse::<Date>().ok()).is_some();
                day && (length == 10 || bytes[10] == b'T')
            }
        };
        (shape && year > 1000).then(|| Self(text.to_owned()))
    }

    /// As written in the chart.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day, when the chart gives one.
    pub fn day(&self) -> Option<Date> {
        self.0.get(..10)?.parse().ok()
    }

    /// `YYYY-MM-DD`, `YYYY-MM` or `YYYY`: what is shown.
    pub fn shown(&self) -> &str {
        self.0.get(..10).unwrap_or(&self.0)
    }

    /// The earliest day that it can mean, for sorting and for asking "how long ago".
    pub fn earliest(&self) -> Option<Date> {
        match self.0.len() {
            4 => Date::new(self.0.parse().ok()?, 1, 1).ok(),
            7 => Date::new(self.0.get(..4)?.parse().ok()?, self.0.get(5..7)?.parse().ok()?, 1).ok(),
            _ => self.day(),
        }
    }
}

/// Age in the words clinicians use: days below a month, months below two years, then years.
/// A birth date without day or month gives "about".
pub fn age(birth: &PartialDate, today: Date) -> Option<String> {
    let born = birth.earliest()?;
    if born > today {
        return None;
    }
    let about = if birth.as_str().len() < 10 { "about " } else { "" };
    let span = today.since((jiff::Unit::Year, born)).ok()?;
    let months = i32::from(span.get_years()) * 12 + span.get_months();
    Some(match (months, span.get_days()) {
        (0, days) => format!("{about}{days} d"),
        (m, _) if m < 24 => format!("{about}{m} mo"),
        (m, _) => format!("{about}{} y", m / 12),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn age_of(birth: &str) -> Option<String> {
        age(&PartialDate::parse(birth)?, date(2026, 11, 22))
    }

    #[test]
    fn ages_are_said_in_days_months_or_years() {
        assert_eq!(age_of("2026-11-19").as_deref(), Some("3 d"));
        assert_eq!(age_of("2026-04-20").as_deref(), Some("7 mo"));
        assert_eq!(age_of("1972-03-09").as_deref(), Some("54 y"));
        assert_eq!(age_of("1972-11-23").as_deref(), Some("53 y"));
        assert_eq!(age_of("1972").as_deref(), Some("about 54 y"));
        assert_eq!(age_of("2027-01-01"), None);
    }

    #[test]
    fn dates_that_are_none_are_refused() {
        for bad in ["", "19", "1972-13", "1972-02-31", "soon", "1972-3-9", "1972/03", "1972-03-09 or so"] {
            assert!(PartialDate::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(
            PartialDate::parse("2026-01-02T10:00:00Z").map(|d| d.shown().to_owned()),
            Some("2026-01-02".into())
        );
    }
}
