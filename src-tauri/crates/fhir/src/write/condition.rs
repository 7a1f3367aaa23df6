//! A diagnosis of this visit.

use super::{icd10, identifier, reference, urn};
use clinical::note::NoteContext;
use serde_json::{Value, json};

/// Builds an encounter-diagnosis. `note_item` is the outbox id of the note that documents it.
pub fn condition(item_id: &str, code: &str, title: &str, context: &NoteContext, note_item: &str) -> Value {
    let mut condition = json!({
        "resourceType": "Condition",
        "identifier": identifier(item_id),
        "clinicalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active" }] },
        "verificationStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed" }] },
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "encounter-diagnosis", "display": "Encounter Diagnosis" }] }],
        "code": icd10(code, title),
        "subject": reference(&format!("Patient/{}", context.patient)),
        "recordedDate": context.end.to_string(),
        "recorder": reference(&context.author),
        "evidence": [{ "detail": [reference(&urn(note_item))] }],
    });
    if let Some(encounter) = &context.encounter {
        condition["encounter"] = reference(&format!("Encounter/{encounter}"));
    }
    condition
}
