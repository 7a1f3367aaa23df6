//! The note as the chart lists it: one DocumentReference with the note in the forms that the EHR takes.

use super::{FHIR_JSON, document_bundle, identifier, reference, relation, urn, xhtml};
use crate::system;
use base64::Engine;
use clinical::item::IDENTIFIER_SYSTEM;
use clinical::note::SignedNote;
use serde_json::{Value, json};

/// A form of the note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Plain text of 80 columns.
    Text,
    Xhtml,
    /// The FHIR document with coded sections.
    Document,
}

/// Builds the DocumentReference of a signed note under the item's identifier, with its `forms` in this
/// order: many EHRs show the first, and some keep no other. `relates_to`: the EHR keeps the link to what it amends;
/// the text says it in any case.
pub fn document_reference(
    note: &SignedNote,
    item_id: &str,
    base: &str,
    forms: &[Form],
    relates_to: bool,
) -> Value {
    let context = note.context();
    let attach = |kind: &str, title: &str, bytes: &[u8]| {
        json!({ "attachment": {
            "contentType": kind,
            "data": base64::engine::general_purpose::STANDARD.encode(bytes),
            "title": title,
            "creation": note.signed_at().to_string(),
        }})
    };
    let content: Vec<Value> = forms
        .iter()
        .map(|form| match form {
            Form::Text => attach("text/plain;charset=utf-8", note.title(), note.text().as_bytes()),
            Form::Xhtml => {
                attach("application/xhtml+xml;charset=utf-8", note.title(), xhtml(note).as_bytes())
            }
            Form::Document => {
                let document = document_bundle(note, base).to_string();
                attach(FHIR_JSON, "The same note with coded sections", document.as_bytes())
            }
        })
        .collect();
    let mut within =
        json!({ "period": { "start": context.start.to_string(), "end": context.end.to_string() } });
    if let Some(encounter) = &context.encounter {
        within["encounter"] = json!([reference(&format!("Encounter/{encounter}"))]);
    }
    let mut document = json!({
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
        "author": [{ "reference": context.author, "display": context.author_name }],
        "content": content,
        "context": within,
    });
    if let (Some(amends), true) = (&note.beside().amends, relates_to) {
        let target = match (&amends.item, &amends.filed) {
            (Some(item), _) => reference(&urn(item)),
            (None, Some(filed)) => reference(filed),
            (None, None) => {
                json!({ "identifier": { "system": IDENTIFIER_SYSTEM, "value": urn(&amends.note) } })
            }
        };
        document["relatesTo"] = json!([{ "code": relation(amends.relation), "target": target }]);
    }
    document
}
