//! Encounter as a line of the history.

use crate::json::{coded, date, items, reference, shorten, status, text};
use clinical::chart::Entry;
use clinical::phi::Phi;
use serde_json::Value;

/// One past or present encounter.
pub fn encounter(resource: &Value) -> Option<Entry> {
    let id = reference(resource)?;
    let code = items(resource, &["type"]).into_iter().map(|t| coded(Some(t))).next().unwrap_or_default();
    let state = status(
        resource.get("status"),
        &[
            "planned",
            "arrived",
            "triaged",
            "in-progress",
            "onleave",
            "finished",
            "cancelled",
            "entered-in-error",
            "unknown",
        ],
    );
    let class = resource.get("class").and_then(|c| text(c, &["display"]).or_else(|| text(c, &["code"])));
    let reason =
        items(resource, &["reasonCode"]).into_iter().map(|r| coded(Some(r)).text).find(|t| !t.is_empty());
    let detail: Vec<String> = class.map(shorten).into_iter().chain(reason).collect();
    Some(Entry {
        id,
        title: Phi::new(if code.text.is_empty() { "Encounter".to_owned() } else { code.text.clone() }),
        detail: (!detail.is_empty()).then(|| Phi::new(detail.join(" · "))),
        current: !state.is(&["cancelled", "entered-in-error"]),
        status: state,
        date: date(resource, &[&["period", "start"]]),
        flag: None,
        source: items(resource, &["participant"])
            .into_iter()
            .find_map(|p| text(p, &["individual", "display"]))
            .map(shorten),
        code,
        values: vec![],
        has_document: false,
        negation: false,
        visit_diagnosis: false,
    })
}
