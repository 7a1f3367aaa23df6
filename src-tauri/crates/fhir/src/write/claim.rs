//! The charges of a visit as one draft Claim: for the billing office, not for a payer.

use super::{icd10, identifier, reference, urn};
use crate::system;
use clinical::note::NoteContext;
use clinical::visit::Coverage;
use serde_json::{Value, json};

/// One accepted charge.
#[derive(Clone)]
pub struct ChargeLine {
    pub code: String,
    pub modifiers: Vec<String>,
    /// CMS place of service, two digits.
    pub place_of_service: String,
    pub units: u32,
    /// 1-based places in the claim's diagnoses.
    pub diagnoses: Vec<u32>,
}

/// How the claim names a diagnosis.
#[derive(Clone)]
pub enum DiagnosisLink {
    /// The Condition of this outbox item, which is filed first.
    Item(String),
    /// By code, where this EHR takes no Condition.
    Code { code: String, title: String },
}

/// Builds the Claim.
pub fn claim(
    item_id: &str,
    context: &NoteContext,
    note_item: &str,
    diagnoses: &[DiagnosisLink],
    charges: &[ChargeLine],
    coverage: &Coverage,
) -> Value {
    let day = context.service_day.to_string();
    let diagnosis: Vec<Value> = (1u32..)
        .zip(diagnoses)
        .map(|(sequence, link)| match link {
            DiagnosisLink::Item(item) => {
                json!({ "sequence": sequence, "diagnosisReference": reference(&urn(item)) })
            }
            DiagnosisLink::Code { code, title } => {
                json!({ "sequence": sequence, "diagnosisCodeableConcept": icd10(code, title) })
            }
        })
        .collect();
    let items: Vec<Value> = (1u32..)
        .zip(charges)
        .map(|(sequence, c)| {
            let mut line = json!({
                "sequence": sequence,
                "productOrService": { "coding": [{ "system": system::CPT, "code": c.code }] },
                "servicedDate": day,
                "locationCodeableConcept": { "coding": [{ "system": system::PLACE_OF_SERVICE, "code": c.place_of_service }] },
                "quantity": { "value": c.units },
                "informationSequence": [1],
            });
            if !c.diagnoses.is_empty() {
                line["diagnosisSequence"] = json!(c.diagnoses);
            }
            if !c.modifiers.is_empty() {
                line["modifier"] = c.modifiers.iter().map(|m| json!({ "coding": [{ "system": system::CPT, "code": m }] })).collect();
            }
            if let Some(encounter) = &context.encounter {
                line["encounter"] = json!([reference(&format!("Encounter/{encounter}"))]);
            }
            line
        })
        .collect();
    let payer = match coverage {
        Coverage::OnRecord { reference: target } => reference(target),
        Coverage::NoneOnRecord => json!({ "display": "No coverage recorded in the chart" }),
        Coverage::NotKnown => json!({ "display": "Coverage could not be looked up" }),
    };
    let mut claim = json!({
        "resourceType": "Claim",
        "identifier": identifier(item_id),
        "status": "draft",
        "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "professional" }] },
        "use": "claim",
        "patient": reference(&format!("Patient/{}", context.patient)),
        "billablePeriod": { "start": day, "end": day },
        "created": context.end.to_string(),
        "provider": reference(&context.author),
        "priority": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/processpriority", "code": "normal" }] },
        "supportingInfo": [{
            "sequence": 1,
            "category": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/claiminformationcategory", "code": "attachment" }] },
            "valueReference": reference(&urn(note_item)),
        }],
        "insurance": [{ "sequence": 1, "focal": true, "coverage": payer }],
        "item": items,
    });
    if !diagnosis.is_empty() {
        claim["diagnosis"] = diagnosis.into();
    }
    claim
}
