//! MedicationRequest, with the medication given by code, by contained or by included resource.

use crate::json::{coded, date, items, reference, reference_to, shorten, status, text};
use clinical::chart::{Coded, Entry};
use clinical::phi::Phi;
use serde_json::Value;

/// One order. `included` finds a `Medication` that came with the search.
pub fn medication(resource: &Value, included: &dyn Fn(&str) -> Option<Value>) -> Option<Entry> {
    let id = reference(resource)?;
    let code = name(resource, included);
    let state = status(
        resource.get("status"),
        &["active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"],
    );
    let dosage: Vec<&str> = items(resource, &["dosageInstruction"])
        .into_iter()
        .filter_map(|d| text(d, &["text"]).or_else(|| text(d, &["patientInstruction"])))
        .collect();
    let unnamed = code.text.is_empty();
    Some(Entry {
        id,
        title: Phi::new(if unnamed {
            "Medication could not be resolved".to_owned()
        } else {
            code.text.clone()
        }),
        detail: (!dosage.is_empty()).then(|| Phi::new(shorten(&dosage.join("; ")))),
        current: !state.is(&["cancelled", "completed", "entered-in-error", "stopped", "draft"]),
        status: state,
        date: date(resource, &[&["authoredOn"]]),
        flag: None,
        source: text(resource, &["requester", "display"]).map(shorten),
        code,
        values: vec![],
        has_document: false,
        negation: false,
        visit_diagnosis: false,
    })
}

fn name(resource: &Value, included: &dyn Fn(&str) -> Option<Value>) -> Coded {
    let direct = coded(resource.get("medicationCodeableConcept"));
    if !direct.text.is_empty() {
        return direct;
    }
    let Some(element) = resource.get("medicationReference") else { return direct };
    let contained = text(element, &["reference"]).and_then(|r| r.strip_prefix('#')).and_then(|wanted| {
        items(resource, &["contained"]).into_iter().find(|c| text(c, &["id"]) == Some(wanted)).cloned()
    });
    let resolved = contained.or_else(|| included(&reference_to(element)?));
    let mut code = coded(resolved.as_ref().and_then(|m| m.get("code")));
    if code.text.is_empty() {
        code.text = text(element, &["display"]).map(shorten).unwrap_or_default();
    }
    code
}
