//! ServiceRequest: what was ordered.

use super::Around;
use super::words::{concepts, day, joined, labelled, notes, plain, unless};
use crate::json::{coded, date, reference, status};
use clinical::chart::Entry;
use clinical::phi::Phi;
use serde_json::Value;

const STATUSES: &[&str] =
    &["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"];
const INTENTS: &[&str] = &[
    "proposal",
    "plan",
    "directive",
    "order",
    "original-order",
    "reflex-order",
    "filler-order",
    "instance-order",
    "option",
];
const ORDERS: &[&str] = &["order", "original-order", "reflex-order", "filler-order", "instance-order"];

/// One order.
pub fn order(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("code"));
    let state = status(resource.get("status"), STATUSES);
    let reason =
        concepts(resource, &["reasonCode"]).or_else(|| around.first_name(resource, &["reasonReference"], ""));
    let due =
        day(resource, &["occurrenceDateTime"]).or_else(|| day(resource, &["occurrencePeriod", "start"]));
    let detail = [
        unless(resource, "priority", &["routine", "urgent", "asap", "stat"], &["routine"]),
        unless(resource, "intent", INTENTS, ORDERS),
        concepts(resource, &["category"]),
        labelled("for", reason),
        labelled("due", due),
        plain(resource, &["patientInstruction"]),
        notes(resource),
    ];
    let entry = Entry {
        detail: joined(detail),
        current: !state.is(&["revoked", "completed", "entered-in-error"]),
        status: state,
        date: date(resource, &[&["authoredOn"], &["occurrenceDateTime"], &["occurrencePeriod", "start"]]),
        source: around.name(resource, resource.get("requester")),
        ..Entry::new(id, &code.text, "Order without a name").coded(code)
    };
    Some(match resource.get("doNotPerform") {
        Some(Value::Bool(true)) => {
            Entry { title: Phi::new(format!("Do not do: {}", entry.title.expose())), ..entry }
        }
        _ => entry,
    })
}
