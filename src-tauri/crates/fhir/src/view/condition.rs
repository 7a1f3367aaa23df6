//! Condition: problems and past encounter diagnoses.

use crate::json::{coded, date, items, reference, shorten, status, text};
use clinical::chart::Entry;
use clinical::phi::Phi;
use serde_json::Value;

/// One problem.
pub fn condition(resource: &Value) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("code"));
    let clinical = status(
        resource.get("clinicalStatus"),
        &["active", "recurrence", "relapse", "inactive", "remission", "resolved"],
    );
    let verification = status(
        resource.get("verificationStatus"),
        &["unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"],
    );
    let over = clinical.is(&["inactive", "remission", "resolved"])
        || verification.is(&["refuted", "entered-in-error"]);
    let visit_diagnosis = items(resource, &["category"])
        .into_iter()
        .flat_map(|c| coded(Some(c)).codings)
        .any(|(_, code)| code == "encounter-diagnosis");
    let doubtful =
        verification.is(&["unconfirmed", "provisional", "differential", "refuted", "entered-in-error"]);
    let mut detail: Vec<String> = Vec::new();
    if doubtful {
        detail.extend(verification.words());
    }
    Some(Entry {
        id,
        title: Phi::new(if code.text.is_empty() {
            "Problem without a name".to_owned()
        } else {
            code.text.clone()
        }),
        detail: (!detail.is_empty()).then(|| Phi::new(detail.join(" · "))),
        status: clinical,
        current: !over,
        date: date(resource, &[&["onsetDateTime"], &["onsetPeriod", "start"], &["recordedDate"]]),
        flag: None,
        source: text(resource, &["recorder", "display"]).map(shorten),
        code,
        values: vec![],
        has_document: false,
        negation: false,
        visit_diagnosis,
    })
}
