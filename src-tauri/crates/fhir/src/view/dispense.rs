//! MedicationDispense: what the pharmacy gave out.

use super::Around;
use super::drug::{UNNAMED, doses, drug};
use super::words::{concepts, joined, labelled, quantity};
use crate::json::{date, reference, status};
use clinical::chart::Entry;
use serde_json::Value;

const STATUSES: &[&str] = &[
    "preparation",
    "in-progress",
    "cancelled",
    "on-hold",
    "completed",
    "entered-in-error",
    "stopped",
    "declined",
    "unknown",
];

/// One supply. It stands among what is past: it says what was handed over, not what is taken.
pub fn dispense(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = drug(resource, around);
    let detail = [
        Some("dispensed".to_owned()),
        quantity(resource.get("quantity")),
        labelled("for", quantity(resource.get("daysSupply"))),
        doses(resource, "dosageInstruction"),
        concepts(resource, &["type"]),
        labelled("because:", concepts(resource, &["statusReasonCodeableConcept"])),
    ];
    Some(Entry {
        detail: joined(detail),
        current: false,
        status: status(resource.get("status"), STATUSES),
        date: date(resource, &[&["whenHandedOver"], &["whenPrepared"]]),
        source: around.first_name(resource, &["performer"], "actor"),
        ..Entry::new(id, &code.text, UNNAMED).coded(code)
    })
}
