//! Encounter as a line of the history.

use super::Around;
use super::words::{concepts, first_concept, joined, labelled};
use crate::json::{date, items, reference, shorten, status, text};
use clinical::chart::Entry;
use serde_json::Value;

const STATUSES: &[&str] = &[
    "planned",
    "arrived",
    "triaged",
    "in-progress",
    "onleave",
    "finished",
    "cancelled",
    "entered-in-error",
    "unknown",
];

/// One past or present encounter.
pub fn encounter(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = first_concept(resource, &["type"]);
    let state = status(resource.get("status"), STATUSES);
    let class = resource.get("class").and_then(|c| text(c, &["display"]).or_else(|| text(c, &["code"])));
    let reasons =
        concepts(resource, &["reasonCode"]).or_else(|| around.first_name(resource, &["reasonReference"], ""));
    let discharged = concepts(resource, &["hospitalization", "dischargeDisposition"]);
    let place = around.first_name(resource, &["location"], "location");
    let detail = [class.map(shorten), reasons, place, labelled("discharged:", discharged)];
    Some(Entry {
        detail: joined(detail),
        current: !state.is(&["cancelled", "entered-in-error"]),
        status: state,
        date: date(resource, &[&["period", "start"], &["period", "end"]]),
        source: items(resource, &["participant"])
            .into_iter()
            .find_map(|p| around.name(resource, p.get("individual")))
            .or_else(|| around.name(resource, resource.get("serviceProvider"))),
        ..Entry::new(id, &code.text, "Encounter").coded(code)
    })
}
