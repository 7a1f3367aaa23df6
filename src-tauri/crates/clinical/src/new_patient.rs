//! New or established: what earlier visits say, and what they leave open.

use jiff::civil::Date;

/// A new patient has had no professional service for this long from the physician or another of the same
/// specialty and group (CPT, Evaluation and Management guidelines; CMS, Medicare Claims Processing Manual,
/// chapter 12, §30.6.7).
pub const NEW_AFTER_YEARS: i64 = 3;

/// What an encounter of this class (v3-ActCode, ActEncounterCode) says of earlier services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Took,
    /// Before an admission nobody was seen.
    None,
    Unclear,
}

/// <https://terminology.hl7.org/ValueSet-v3-ActEncounterCode.html>
pub fn service(class: &str) -> Service {
    match class {
        "AMB" | "EMER" | "FLD" | "HH" | "IMP" | "ACUTE" | "NONAC" | "OBSENC" | "SS" | "VR" => Service::Took,
        "PRENC" => Service::None,
        _ => Service::Unclear,
    }
}

/// New, established, or not decided, with the words for it; `None` when the chart says nothing.
pub fn whether_new(
    by_you: Option<Date>,
    by_others: Option<(Date, Option<&str>)>,
    all_loaded: bool,
) -> Option<(Option<bool>, String)> {
    match (by_you, by_others) {
        (Some(day), _) => Some((Some(false), format!("seen by you on {day}"))),
        // Whether they are of the same group and specialty is not in the chart.
        (None, Some((day, who))) => Some((
            None,
            format!(
                "seen on {day} by {}; whether that counts is yours to say",
                who.unwrap_or("somebody here")
            ),
        )),
        (None, None) if all_loaded => {
            Some((Some(true), format!("no visit on record for {NEW_AFTER_YEARS} years")))
        }
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn only_a_class_that_is_known_for_it_says_that_somebody_was_seen() {
        assert_eq!((service("AMB"), service("VR")), (Service::Took, Service::Took));
        assert_eq!(
            (service("PRENC"), service("X-LAB"), service("")),
            (Service::None, Service::Unclear, Service::Unclear)
        );
    }

    #[test]
    fn only_what_the_chart_decides_is_filled_in() {
        let (day, other) = (date(2026, 10, 2), date(2026, 11, 3));
        assert_eq!(
            whether_new(Some(day), Some((other, None)), false),
            Some((Some(false), "seen by you on 2026-10-02".into()))
        );
        let (decided, words) = whether_new(None, Some((other, Some("R. Castellano"))), true).unwrap();
        assert_eq!(
            (decided, words.as_str()),
            (None, "seen on 2026-11-03 by R. Castellano; whether that counts is yours to say")
        );
        assert_eq!(whether_new(None, None, true).unwrap().0, Some(true));
        assert_eq!(
            whether_new(None, None, false),
            None,
            "a part of the chart does not say that nobody was there"
        );
    }
}
