//! The note as the chart lists it: one DocumentReference, first as text that any EHR shows, then
//! as the document with coded sections.

use super::{FHIR_JSON, document_bundle, identifier, reference};
use crate::system;
use base64::Engine;
use clinical::note::SignedNote;
use serde_json::{Value, json};

/// Builds the DocumentReference of a signed note under the item's identifier. Without
/// `structured`, only the text is attached (for servers that take one plain attachment).
pub fn document_reference(note: &SignedNote, item_id: &str, base: &str, structured: bool) -> Value {
    let context = note.context();
    let attach = |kind: &str, title: &str, bytes: &[u8]| {
        json!({ "attachment": {
            "contentType": kind,
            "data": base64::engine::general_purpose::STANDARD.encode(bytes),
            "title": title,
            "creation": note.signed_at().to_string(),
        }})
    };
    let mut content = vec![attach("text/plain;charset=utf-8", note.title(), note.text().as_bytes())];
    if structured {
        let document = document_bundle(note, base).to_string();
        content.push(attach(FHIR_JSON, "The same note with coded sections", document.as_bytes()));
    }
    let mut within =
        json!({ "period": { "start": context.start.to_string(), "end": context.end.to_string() } });
    if let Some(encounter) = &context.encounter {
        within["encounter"] = json!([reference(&format!("Encounter/{encounter}"))]);
    }
    json!({
        "resourceType": "DocumentReference",
        "identifier": identifier(item_id),
        "status": "current",
        "docStatus": if context.awaits_cosign { "preliminary" } else { "final" },
        "type": { "coding": [{ "system": system::LOINC, "code": note.loinc() }], "text": note.title() },
        "category": [{ "coding": [{
            "system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
            "code": "clinical-note",
            "display": "Clinical Note",
        }]}],
        "subject": reference(&format!("Patient/{}", context.patient)),
        "date": note.signed_at().to_string(),
        "author": [reference(&context.author)],
        "content": content,
        "context": within,
    })
}
