//! The note as a FHIR document: a Bundle whose Composition has the coded sections.
//! <https://hl7.org/fhir/R4/documents.html>

use super::{narrative, urn};
use crate::system;
use clinical::item::IDENTIFIER_SYSTEM;
use clinical::note::SignedNote;
use serde_json::{Value, json};

/// The document Bundle of a signed note. `base` is the EHR's FHIR base, so that its own records
/// are referred to by absolute addresses.
pub fn document_bundle(note: &SignedNote, base: &str) -> Value {
    let context = note.context();
    let base = base.trim_end_matches('/');
    let patient = format!("{base}/Patient/{}", context.patient);
    let author = format!("{base}/{}", context.author);
    // Until the cosignature the document is neither final nor legally attested:
    // https://hl7.org/fhir/R4/valueset-composition-attestation-mode.html
    let (status, mode) =
        if context.awaits_cosign { ("preliminary", "professional") } else { ("final", "legal") };
    let sections: Vec<Value> = note
        .sections()
        .iter()
        .map(|s| {
            let mut code = json!({ "text": s.title });
            if !s.loinc.is_empty() {
                code["coding"] = json!([{ "system": system::LOINC, "code": s.loinc }]);
            }
            json!({
                "title": s.title,
                "code": code,
                "text": { "status": "generated", "div": narrative(s.text.expose()) },
            })
        })
        .collect();
    let mut composition = json!({
        "resourceType": "Composition",
        "identifier": { "system": IDENTIFIER_SYSTEM, "value": urn(note.id()) },
        "status": status,
        "type": { "coding": [{ "system": system::LOINC, "code": note.loinc() }], "text": note.title() },
        "subject": { "reference": patient, "display": context.patient_name.expose() },
        "date": note.signed_at().to_string(),
        "author": [{ "reference": author, "display": context.author_name }],
        "title": note.title(),
        "attester": [{ "mode": mode, "time": note.signed_at().to_string(), "party": { "reference": author } }],
        "event": [{ "period": { "start": context.start.to_string(), "end": context.end.to_string() } }],
        "section": sections,
    });
    if let Some(encounter) = &context.encounter {
        composition["encounter"] = json!({ "reference": format!("{base}/Encounter/{encounter}") });
    }
    let mut subject = json!({ "resourceType": "Patient", "id": context.patient, "name": [{ "text": context.patient_name.expose() }] });
    if context.birth_date.expose().parse::<jiff::civil::Date>().is_ok() {
        subject["birthDate"] = json!(context.birth_date.expose());
    }
    let mut entries = vec![
        json!({ "fullUrl": urn(note.id()), "resource": composition }),
        json!({ "fullUrl": patient, "resource": subject }),
    ];
    if let Some((kind @ ("Practitioner" | "PractitionerRole"), id)) = context.author.split_once('/') {
        let mut person = json!({ "resourceType": kind, "id": id });
        if kind == "Practitioner" {
            person["name"] = json!([{ "text": context.author_name }]);
        }
        entries.push(json!({ "fullUrl": author, "resource": person }));
    }
    json!({
        "resourceType": "Bundle",
        "identifier": { "system": IDENTIFIER_SYSTEM, "value": urn(note.id()) },
        "type": "document",
        "timestamp": note.signed_at().to_string(),
        "entry": entries,
    })
}
