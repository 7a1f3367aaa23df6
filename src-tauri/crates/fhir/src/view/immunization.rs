//! Immunization: what was given, and what was not and why.

use super::Around;
use super::words::{concepts, joined, labelled, notes, plain};
use crate::json::{coded, date, decimal, items, reference, status, text};
use clinical::chart::Entry;
use clinical::phi::Phi;
use serde_json::Value;

/// One immunization.
pub fn immunization(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("vaccineCode"));
    let state = status(resource.get("status"), &["completed", "entered-in-error", "not-done"]);
    let not_given = state.is(&["not-done"]);
    let dose = items(resource, &["protocolApplied"]).into_iter().find_map(|p| {
        let number = p.get("doseNumberPositiveInt").and_then(decimal);
        number.or_else(|| text(p, &["doseNumberString"]).map(str::to_owned))
    });
    let reported = resource.get("primarySource") == Some(&Value::Bool(false));
    let detail = [
        labelled("because:", concepts(resource, &["statusReason"])),
        labelled("dose", dose),
        plain(resource, &["occurrenceString"]),
        concepts(resource, &["site"]),
        labelled("lot", plain(resource, &["lotNumber"])),
        reported.then(|| "as reported".to_owned()),
        notes(resource),
    ];
    let entry = Entry {
        detail: joined(detail),
        current: !state.is(&["entered-in-error"]),
        status: state,
        date: date(resource, &[&["occurrenceDateTime"], &["recorded"]]),
        source: around
            .first_name(resource, &["performer"], "actor")
            .or_else(|| around.name(resource, resource.get("location"))),
        ..Entry::new(id, &code.text, "Vaccine not recorded").coded(code)
    };
    Some(if not_given {
        Entry { title: Phi::new(format!("Not given: {}", entry.title.expose())), ..entry }
    } else {
        entry
    })
}
