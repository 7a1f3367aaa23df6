//! MedicationAdministration: what was given.

use super::Around;
use super::drug::{UNNAMED, doses, drug};
use super::words::{concepts, joined, labelled};
use crate::json::{date, reference, status};
use clinical::chart::Entry;
use serde_json::Value;

const STATUSES: &[&str] =
    &["in-progress", "not-done", "on-hold", "completed", "entered-in-error", "stopped", "unknown"];

/// One dose. It stands among what is past.
pub fn administration(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = drug(resource, around);
    let state = status(resource.get("status"), STATUSES);
    let given = if state.is(&["completed"]) { "given" } else { "administration" };
    let reason = concepts(resource, &["reasonCode"]);
    let detail = [
        Some(given.to_owned()),
        doses(resource, "dosage"),
        labelled("for", reason),
        labelled("because:", concepts(resource, &["statusReason"])),
    ];
    Some(Entry {
        detail: joined(detail),
        current: state.is(&["in-progress"]),
        status: state,
        date: date(resource, &[&["effectiveDateTime"], &["effectivePeriod", "start"]]),
        source: around.first_name(resource, &["performer"], "actor"),
        ..Entry::new(id, &code.text, UNNAMED).coded(code)
    })
}
