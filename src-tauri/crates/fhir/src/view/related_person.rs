//! RelatedPerson: the patient's own people.

use super::people::person;
use super::words::{concepts, day, joined, labelled};
use crate::json::{date, items, reference, text};
use clinical::chart::{Entry, Status};
use serde_json::Value;

/// One person of the patient's life, with how to reach them.
pub fn related_person(resource: &Value) -> Option<Entry> {
    let id = reference(resource)?;
    let name = person(resource).map(|p| p.name).unwrap_or_default();
    let phones = items(resource, &["telecom"])
        .into_iter()
        .filter(|t| text(t, &["use"]) != Some("old"))
        .filter_map(|t| text(t, &["value"]));
    let active = resource.get("active").and_then(Value::as_bool);
    let detail = [
        concepts(resource, &["relationship"]),
        Some(phones.collect::<Vec<_>>().join(", ")),
        labelled("until", day(resource, &["period", "end"])),
    ];
    Some(Entry {
        detail: joined(detail),
        current: active != Some(false),
        status: active
            .map_or(Status::Absent, |a| Status::Known(if a { "active" } else { "inactive" }.to_owned())),
        date: date(resource, &[&["period", "start"]]),
        ..Entry::new(id, &name, "Person without a name")
    })
}
