//! Condition: problems, health concerns and past encounter diagnoses.

use super::Around;
use super::words::{day, joined, labelled, notes};
use crate::json::{coded, date, items, reference, status};
use clinical::chart::Entry;
use serde_json::Value;

/// One problem.
pub fn condition(resource: &Value, around: &Around) -> Option<Entry> {
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
    let categories = items(resource, &["category"]).into_iter().map(|c| coded(Some(c)));
    let (mut visit_diagnosis, mut kinds) = (false, Vec::new());
    for category in categories {
        match category.codings.first().map(|(_, code)| code.as_str()) {
            Some("encounter-diagnosis") => visit_diagnosis = true,
            Some("problem-list-item") => {}
            Some("health-concern") => kinds.push("health concern".to_owned()),
            _ => kinds.push(category.text),
        }
    }
    let doubt = (!verification.is(&["confirmed"])).then(|| verification.words()).flatten();
    let severity = coded(resource.get("severity")).text;
    let ended = day(resource, &["abatementDateTime"]).or_else(|| day(resource, &["abatementPeriod", "end"]));
    let detail = [doubt, Some(severity), Some(kinds.join(", ")), labelled("ended", ended), notes(resource)];
    Some(Entry {
        detail: joined(detail),
        status: clinical,
        current: !over,
        date: date(resource, &[&["onsetDateTime"], &["onsetPeriod", "start"], &["recordedDate"]]),
        source: around
            .name(resource, resource.get("recorder"))
            .or_else(|| around.name(resource, resource.get("asserter"))),
        visit_diagnosis,
        ..Entry::new(id, &code.text, "Problem without a name").coded(code)
    })
}
