//! Reading a searchset: its resources, the next link, and what the server said about it.

use crate::json;
use crate::outcome::{Outcome, outcome};
use serde_json::Value;

/// A page of search results.
#[derive(Debug, Default)]
pub struct Page {
    /// Everything with a type and an id, in order; whatever the search mode.
    pub resources: Vec<Value>,
    /// OperationOutcomes that stood among the results.
    pub outcomes: Vec<Outcome>,
    /// Entries without a usable resource: counted, so that nothing is silently lost.
    pub unreadable: u32,
    pub next: Option<String>,
}

/// Reads a Bundle. `None` when the JSON is no Bundle at all.
pub fn page(mut bundle: Value) -> Option<Page> {
    if json::text(&bundle, &["resourceType"]) != Some("Bundle") {
        return None;
    }
    let mut page = Page {
        next: json::items(&bundle, &["link"])
            .into_iter()
            .find(|l| json::text(l, &["relation"]) == Some("next"))
            .and_then(|l| json::text(l, &["url"]))
            .map(str::to_owned),
        ..Page::default()
    };
    let entries = match bundle.get_mut("entry").map(Value::take) {
        Some(Value::Array(all)) => all,
        Some(one @ Value::Object(_)) => vec![one],
        _ => Vec::new(),
    };
    for mut entry in entries {
        match entry.get_mut("resource").map(Value::take) {
            Some(r) if json::text(&r, &["resourceType"]) == Some("OperationOutcome") => {
                page.outcomes.push(outcome(&r));
            }
            Some(r) if json::reference(&r).is_some() => page.resources.push(r),
            _ => page.unreadable += 1,
        }
    }
    Some(page)
}
