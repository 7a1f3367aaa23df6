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
    let category = items(resource, &["category"]).into_iter().map(|c| coded(Some(c))).next();
    let doubtful =
        verification.is(&["unconfirmed", "provisional", "differential", "refuted", "entered-in-error"]);
    let mut detail: Vec<String> = Vec::new();
    if doubtful {
        detail.extend(verification.words());
    }
    if category.is_some_and(|c| c.codings.iter().any(|(_, code)| code == "encounter-diagnosis")) {
        detail.push("visit diagnosis".to_owned());
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
    })
}
