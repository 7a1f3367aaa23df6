//! Procedure: what was done, and what was not and why.

use super::Around;
use super::words::{concepts, joined, labelled, notes, plain, quantity};
use crate::json::{coded, date, reference, status};
use clinical::chart::Entry;
use clinical::phi::Phi;
use serde_json::Value;

const STATUSES: &[&str] = &[
    "preparation",
    "in-progress",
    "not-done",
    "on-hold",
    "stopped",
    "completed",
    "entered-in-error",
    "unknown",
];

/// One procedure.
pub fn procedure(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("code"));
    let state = status(resource.get("status"), STATUSES);
    let not_done = state.is(&["not-done"]);
    let reason =
        concepts(resource, &["reasonCode"]).or_else(|| around.first_name(resource, &["reasonReference"], ""));
    let age = quantity(resource.get("performedAge"));
    let detail = [
        labelled("because:", concepts(resource, &["statusReason"])),
        labelled("for", reason),
        concepts(resource, &["bodySite"]),
        labelled("outcome:", concepts(resource, &["outcome"])),
        labelled("complication:", concepts(resource, &["complication"])),
        plain(resource, &["performedString"]).or_else(|| labelled("at age", age)),
        notes(resource),
    ];
    let entry = Entry {
        detail: joined(detail),
        current: !state.is(&["entered-in-error"]),
        status: state,
        date: date(resource, &[&["performedDateTime"], &["performedPeriod", "start"]]),
        source: around
            .first_name(resource, &["performer"], "actor")
            .or_else(|| around.name(resource, resource.get("recorder")))
            .or_else(|| around.name(resource, resource.get("location"))),
        ..Entry::new(id, &code.text, "Procedure without a name").coded(code)
    };
    Some(if not_done {
        Entry { title: Phi::new(format!("Not done: {}", entry.title.expose())), ..entry }
    } else {
        entry
    })
}
