//! MedicationStatement: what the patient is said to take.

use super::Around;
use super::drug::{UNNAMED, doses, drug};
use super::words::{concepts, joined, labelled, notes};
use crate::json::{date, reference, status};
use clinical::chart::Entry;
use serde_json::Value;

const STATUSES: &[&str] =
    &["active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown", "not-taken"];

/// One statement.
pub fn statement(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = drug(resource, around);
    let state = status(resource.get("status"), STATUSES);
    let detail = [
        doses(resource, "dosage"),
        Some("as reported".to_owned()),
        labelled("for", concepts(resource, &["reasonCode"])),
        labelled("because:", concepts(resource, &["statusReason"])),
        notes(resource),
    ];
    Some(Entry {
        detail: joined(detail),
        current: !state.is(&["completed", "entered-in-error", "stopped", "not-taken"]),
        status: state,
        date: date(resource, &[&["effectiveDateTime"], &["effectivePeriod", "start"], &["dateAsserted"]]),
        source: around.name(resource, resource.get("informationSource")),
        ..Entry::new(id, &code.text, UNNAMED).coded(code)
    })
}
