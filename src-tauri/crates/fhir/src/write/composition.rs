//! The note as a FHIR document: a Bundle whose Composition has the coded sections.
//! <https://hl7.org/fhir/R4/documents.html>

use super::narrative::narrative;
use super::{ConditionForm, condition, relation, task, urn};
use crate::system;
use clinical::item::IDENTIFIER_SYSTEM;
use clinical::note::{PartKind, SignedNote, hex};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

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
    let mut inside = Vec::new();
    let sections: Vec<Value> = note
        .parts()
        .map(|part| {
            let mut code = json!({ "text": part.title });
            if !part.loinc.is_empty() {
                code["coding"] = json!([{ "system": system::LOINC, "code": part.loinc }]);
            }
            let mut section = json!({
                "title": part.title,
                "code": code,
                "text": { "status": "generated", "div": narrative(&part.text) },
            });
            let coded = coded(note, part.kind, base);
            if !coded.is_empty() {
                let links: Vec<Value> = coded.iter().map(reference_to).collect();
                section["entry"] = links.into();
                inside.extend(coded);
            }
            section
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
    if let Some(amends) = &note.beside().amends {
        let target = json!({ "identifier": { "system": IDENTIFIER_SYSTEM, "value": urn(&amends.note) } });
        composition["relatesTo"] = json!([{ "code": relation(amends.relation), "targetReference": target }]);
    }
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
    entries.extend(inside);
    json!({
        "resourceType": "Bundle",
        "identifier": { "system": IDENTIFIER_SYSTEM, "value": urn(note.id()) },
        "type": "document",
        "timestamp": note.signed_at().to_string(),
        "entry": entries,
    })
}

/// What stands in a section as records: diagnoses and follow-ups, as the document says them. They are not
/// the ones that are filed beside the note, so they carry no identifier of ours.
fn coded(note: &SignedNote, kind: PartKind, base: &str) -> Vec<Value> {
    let (context, beside) = (note.context(), note.beside());
    let records: Vec<Value> = match kind {
        PartKind::Diagnoses => beside
            .diagnoses
            .iter()
            .map(|d| condition(ConditionForm::OfTheVisit, "", &d.code, &d.title, context, note.id()))
            .collect(),
        PartKind::FollowUps => beside.follow_ups.iter().map(|f| task("", f, context, note.id())).collect(),
        PartKind::Written | PartKind::Charges | PartKind::Attestation => Vec::new(),
    };
    let entry = |(n, mut record): (usize, Value)| {
        if let Some(record) = record.as_object_mut() {
            record.remove("identifier");
        }
        absolute(&mut record, base);
        json!({ "fullUrl": urn(&part_id(note.id(), kind, n)), "resource": record })
    };
    records.into_iter().enumerate().map(entry).collect()
}

fn reference_to(entry: &Value) -> Value {
    json!({ "reference": entry["fullUrl"] })
}

/// Inside a document, `Patient/1` would be looked for beside a `urn:uuid:`.
fn absolute(value: &mut Value, base: &str) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(to) if key == "reference" && !to.contains(':') => {
                        *to = format!("{base}/{to}");
                    }
                    value => absolute(value, base),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|value| absolute(value, base)),
        _ => {}
    }
}

/// A UUID (version 8) of the note's and the record's place in it: the same note gives the same document.
fn part_id(note: &str, kind: PartKind, n: usize) -> String {
    let mut hash = Sha256::digest(format!("{note} {kind:?} {n}"));
    hash[6] = (hash[6] & 0x0f) | 0x80;
    hash[8] = (hash[8] & 0x3f) | 0x80;
    let hex = hex(&hash[..16]);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
