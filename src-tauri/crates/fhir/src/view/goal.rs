//! Goal: what patient and clinicians are working towards.

use super::Around;
use super::words::{concepts, day, joined, labelled, notes, plain, quantity};
use crate::json::{coded, date, decimal, items, reference, status};
use clinical::chart::Entry;
use serde_json::Value;

const STATUSES: &[&str] = &[
    "proposed",
    "planned",
    "accepted",
    "active",
    "on-hold",
    "completed",
    "cancelled",
    "entered-in-error",
    "rejected",
];

/// One goal with its targets.
pub fn goal(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("description"));
    let state = status(resource.get("lifecycleStatus"), STATUSES);
    let targets = items(resource, &["target"]).into_iter().filter_map(target);
    let detail = [
        Some("goal".to_owned()),
        Some(targets.collect::<Vec<_>>().join("; ")),
        concepts(resource, &["achievementStatus"]),
        plain(resource, &["statusReason"]),
        notes(resource),
    ];
    Some(Entry {
        detail: joined(detail),
        current: !state.is(&["completed", "cancelled", "entered-in-error", "rejected"]),
        status: state,
        date: date(resource, &[&["startDate"], &["statusDate"]]),
        source: around.name(resource, resource.get("expressedBy")),
        ..Entry::new(id, &code.text, "Goal without words").coded(code)
    })
}

fn target(target: &Value) -> Option<String> {
    let side = |key: &str| quantity(target.get("detailRange").and_then(|r| r.get(key)));
    let wanted = quantity(target.get("detailQuantity"))
        .or_else(|| concepts(target, &["detailCodeableConcept"]))
        .or_else(|| plain(target, &["detailString"]))
        .or_else(|| target.get("detailInteger").and_then(decimal))
        .or_else(|| match (side("low"), side("high")) {
            (Some(low), Some(high)) => Some(format!("{low} to {high}")),
            (Some(low), None) => Some(format!("at least {low}")),
            (None, high) => labelled("at most", high),
        });
    let parts = [concepts(target, &["measure"]), wanted, labelled("by", day(target, &["dueDate"]))];
    super::words::some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
}
