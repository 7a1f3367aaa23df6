//! DiagnosticReport: what was found, in the words of whoever reports.

use super::Around;
use super::words::{concepts, joined, plain};
use crate::json::{coded, date, items, reference, status};
use clinical::chart::Entry;
use serde_json::Value;

const STATUSES: &[&str] = &[
    "registered",
    "partial",
    "preliminary",
    "final",
    "amended",
    "corrected",
    "appended",
    "cancelled",
    "entered-in-error",
    "unknown",
];

/// One report. Its conclusion and its forms are read as a document.
pub fn report(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("code"));
    let state = status(resource.get("status"), STATUSES);
    let results = match items(resource, &["result"]).len() {
        0 => None,
        1 => Some("1 result".to_owned()),
        n => Some(format!("{n} results")),
    };
    let conclusion = plain(resource, &["conclusion"]).or_else(|| concepts(resource, &["conclusionCode"]));
    let has_document = conclusion.is_some() || !items(resource, &["presentedForm"]).is_empty();
    let kind = concepts(resource, &["category"]);
    Some(Entry {
        detail: joined([conclusion, kind, results]),
        current: !state.is(&["cancelled", "entered-in-error"]),
        status: state,
        date: date(resource, &[&["effectiveDateTime"], &["effectivePeriod", "start"], &["issued"]]),
        source: around
            .first_name(resource, &["performer"], "")
            .or_else(|| around.first_name(resource, &["resultsInterpreter"], "")),
        has_document,
        ..Entry::new(id, &code.text, "Report without a name").coded(code)
    })
}
