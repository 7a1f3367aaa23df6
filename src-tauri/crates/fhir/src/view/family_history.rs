//! FamilyMemberHistory: what runs in the family.

use super::Around;
use super::words::{concepts, joined, labelled, notes, plain, quantity};
use crate::json::{coded, date, items, reference, status};
use clinical::chart::Entry;
use serde_json::Value;

/// One relative with their conditions.
pub fn family_history(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("relationship"));
    let state =
        status(resource.get("status"), &["partial", "completed", "entered-in-error", "health-unknown"]);
    let conditions = items(resource, &["condition"]).into_iter().map(|c| {
        let name = coded(c.get("code")).text;
        let name = if name.is_empty() { "condition without a name".to_owned() } else { name };
        let age = quantity(c.get("onsetAge")).or_else(|| plain(c, &["onsetString"]));
        [Some(name), labelled("at", age), labelled("→", concepts(c, &["outcome"]))]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    });
    let died = match resource.get("deceasedBoolean") {
        Some(Value::Bool(true)) => Some("deceased".to_owned()),
        _ => labelled("died at", quantity(resource.get("deceasedAge")))
            .or_else(|| labelled("died", plain(resource, &["deceasedDate"])))
            .or_else(|| plain(resource, &["deceasedString"])),
    };
    let conditions: Vec<String> = conditions.collect();
    let detail = [
        Some(conditions.join(", ")),
        died,
        labelled("not known:", concepts(resource, &["dataAbsentReason"])),
        notes(resource),
    ];
    Some(Entry {
        detail: joined(detail),
        current: !state.is(&["entered-in-error"]),
        status: state,
        date: date(resource, &[&["date"]]),
        source: around.first_name(resource, &["extension"], "valueReference"),
        ..Entry::new(id, &code.text, "Relative not named").coded(code)
    })
}
