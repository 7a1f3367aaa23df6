//! AllergyIntolerance, and the recorded absence of allergies.

use crate::json::{coded, date, items, reference, shorten, status, text};
use crate::system::SNOMED;
use clinical::chart::{Entry, Flag, NO_KNOWN_ALLERGY, Status};
use clinical::phi::Phi;
use serde_json::Value;

/// One allergy or one "no known allergies".
pub fn allergy(resource: &Value) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("code"));
    let clinical = status(resource.get("clinicalStatus"), &["active", "inactive", "resolved"]);
    let verification = status(
        resource.get("verificationStatus"),
        &["unconfirmed", "confirmed", "refuted", "entered-in-error", "presumed"],
    );
    let over = clinical.is(&["inactive", "resolved"]) || verification.is(&["refuted", "entered-in-error"]);
    let reactions = items(resource, &["reaction"]);
    let manifestations: Vec<String> = reactions
        .iter()
        .flat_map(|r| items(r, &["manifestation"]))
        .map(|m| coded(Some(m)).text)
        .filter(|t| !t.is_empty())
        .collect();
    let severe = reactions.iter().any(|r| text(r, &["severity"]) == Some("severe"));
    let high = text(resource, &["criticality"]) == Some("high");
    let mut detail = manifestations.join(", ");
    for (shown, words) in [(severe, "severe"), (high, "high criticality")] {
        if shown {
            detail = if detail.is_empty() { words.to_owned() } else { format!("{detail} · {words}") };
        }
    }
    let negation = code.code(SNOMED).is_some_and(|c| NO_KNOWN_ALLERGY.contains(&c));
    Some(Entry {
        id,
        title: Phi::new(if code.text.is_empty() {
            "Substance not recorded".to_owned()
        } else {
            code.text.clone()
        }),
        detail: (!detail.is_empty()).then(|| Phi::new(shorten(&detail))),
        status: match &verification {
            Status::Known(v) if v == "confirmed" => clinical,
            Status::Absent => clinical,
            other => other.clone(),
        },
        current: !over,
        date: date(resource, &[&["recordedDate"], &["onsetDateTime"]]),
        flag: (!over && !negation && (severe || high)).then_some(Flag::Critical),
        source: text(resource, &["recorder", "display"]).map(shorten),
        code,
        values: vec![],
        has_document: false,
        negation,
        visit_diagnosis: false,
    })
}
