//! CarePlan: what was planned. Its narrative is read as a document.

use super::Around;
use super::words::{concepts, day, joined, labelled, plain};
use crate::json::{coded, date, items, reference, status, text};
use clinical::chart::Entry;
use serde_json::Value;

const STATUSES: &[&str] =
    &["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"];

/// One plan with its activities.
pub fn care_plan(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let state = status(resource.get("status"), STATUSES);
    // "assess-plan" says that it is a plan; the other categories say which.
    let kinds = items(resource, &["category"]).into_iter().map(|c| coded(Some(c)));
    let kinds = kinds.filter(|c| c.codings.iter().all(|(_, code)| code != "assess-plan"));
    let kinds = kinds.map(|c| c.text).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
    let name = plain(resource, &["title"]).unwrap_or(kinds);
    let activities = items(resource, &["activity"]).into_iter().filter_map(|a| {
        concepts(a, &["detail", "code"])
            .or_else(|| plain(a, &["detail", "description"]))
            .or_else(|| around.name(resource, a.get("reference")))
    });
    let detail = [
        Some("care plan".to_owned()),
        plain(resource, &["description"]),
        Some(activities.collect::<Vec<_>>().join(", ")),
        labelled("until", day(resource, &["period", "end"])),
    ];
    Some(Entry {
        detail: joined(detail),
        current: !state.is(&["revoked", "completed", "entered-in-error"]),
        status: state,
        date: date(resource, &[&["period", "start"], &["created"]]),
        source: around
            .name(resource, resource.get("author"))
            .or_else(|| around.first_name(resource, &["contributor"], "")),
        has_document: text(resource, &["text", "div"]).is_some(),
        ..Entry::new(id, &name, "Care plan")
    })
}
