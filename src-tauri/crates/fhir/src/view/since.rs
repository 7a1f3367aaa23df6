//! When things happened, for the brief "since your last visit": dates and ranges of a resource that
//! the line of the chart does not keep apart.

use crate::json::{decimal, items, text};
use clinical::brief::When;
use clinical::date::PartialDate;
use serde_json::Value;

/// What the brief needs of one resource beside its line in the chart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Since {
    /// Ordered, recorded, measured, written or admitted.
    pub began: Option<When>,
    /// An order's end, an encounter's end.
    pub ended: Option<When>,
    /// The record's status code.
    pub status: String,
    /// The laboratory's range, when it gives one for everybody.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// v3-ActCode class of an encounter.
    pub class: String,
    /// References to the people of an encounter, as written.
    pub people: Vec<String>,
}

fn when(resource: &Value, paths: &[&[&str]]) -> Option<When> {
    paths.iter().find_map(|path| When::of(&PartialDate::parse(text(resource, path)?)?))
}

/// Reads a resource of any kind; what it does not have stays empty.
pub fn since(resource: &Value) -> Since {
    let kind = text(resource, &["resourceType"]).unwrap_or_default();
    let began: &[&[&str]] = match kind {
        "MedicationRequest" => &[&["authoredOn"]],
        "Observation" => {
            &[&["effectiveDateTime"], &["effectivePeriod", "start"], &["effectiveInstant"], &["issued"]]
        }
        "DocumentReference" => &[&["date"], &["context", "period", "start"]],
        "Encounter" => &[&["period", "start"]],
        // When it began is not when the clinic learnt of it.
        _ => &[&["recordedDate"], &["onsetDateTime"], &["onsetPeriod", "start"]],
    };
    let ended = match kind {
        "MedicationRequest" => items(resource, &["dosageInstruction"])
            .into_iter()
            .find_map(|d| when(d, &[&["timing", "repeat", "boundsPeriod", "end"]]))
            .or_else(|| when(resource, &[&["dispenseRequest", "validityPeriod", "end"]])),
        "Encounter" => when(resource, &[&["period", "end"]]),
        _ => None,
    };
    let ranges = items(resource, &["referenceRange"]);
    let only = ranges.first().filter(|r| ranges.len() == 1 && r.get("appliesTo").is_none());
    let side = |key: &str| only?.get(key).and_then(|q| decimal(q.get("value")?))?.parse().ok();
    let people = items(resource, &["participant"]).into_iter();
    Since {
        began: when(resource, began),
        ended,
        status: text(resource, &["status"]).unwrap_or_default().to_owned(),
        low: side("low"),
        high: side("high"),
        class: text(resource, &["class", "code"]).unwrap_or_default().to_owned(),
        people: people.filter_map(|p| text(p, &["individual", "reference"]).map(str::to_owned)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_problem_is_as_new_as_its_record_and_not_as_its_onset() {
        let problem =
            json!({ "resourceType": "Condition", "onsetDateTime": "2010", "recordedDate": "2026-10-02" });
        assert_eq!(since(&problem).began.unwrap().day.to_string(), "2026-10-02");
    }

    #[test]
    fn one_range_for_all_counts_and_ranges_for_some_do_not() {
        let range =
            |ranges: Value| since(&json!({ "resourceType": "Observation", "referenceRange": ranges }));
        let one = range(json!([{ "low": { "value": 4.0 }, "high": { "value": 5.6 } }]));
        assert_eq!((one.low, one.high), (Some(4.0), Some(5.6)));
        let by_sex = range(json!([{ "low": { "value": 12 } }, { "low": { "value": 13 } }]));
        assert_eq!((by_sex.low, by_sex.high), (None, None));
        let some = range(json!([{ "low": { "value": 4.0 }, "appliesTo": [{ "text": "pregnant" }] }]));
        assert_eq!(some.low, None);
    }
}
