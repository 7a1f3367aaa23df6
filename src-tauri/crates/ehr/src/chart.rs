//! What to ask for each section of the chart (US Core searches), and how to make entries of it.

use clinical::chart::{Entry, Section};
use fhir::view;
use serde_json::Value;
use std::collections::HashMap;

/// Results asked for per page; servers may give fewer.
const PAGE: u32 = 200;
/// Documents carry their content with them: fewer at a time stay far below the limit of a body.
const DOCUMENTS_PAGE: u32 = 50;

/// The searches of a section, relative to the FHIR base.
pub fn searches(section: Section, patient: &str) -> Vec<String> {
    let with = |query: &str| format!("{query}&_count={PAGE}");
    let p = patient;
    match section {
        Section::Allergies => vec![with(&format!("AllergyIntolerance?patient={p}"))],
        Section::Problems => vec![with(&format!("Condition?patient={p}"))],
        Section::Medications => {
            vec![with(&format!(
                "MedicationRequest?patient={p}&intent=order,plan&_include=MedicationRequest:medication"
            ))]
        }
        Section::Vitals => vec![with(&format!("Observation?patient={p}&category=vital-signs"))],
        Section::Labs => vec![with(&format!("Observation?patient={p}&category=laboratory"))],
        Section::Notes => vec![format!("DocumentReference?patient={p}&_count={DOCUMENTS_PAGE}")],
        Section::Encounters => vec![with(&format!("Encounter?patient={p}"))],
    }
}

/// Makes entries of a section's resources; the second number counts what could not be read.
/// Resources of other types (included ones) are not entries.
pub fn entries(section: Section, resources: &[Value]) -> (Vec<Entry>, u32) {
    let kind = match section {
        Section::Allergies => "AllergyIntolerance",
        Section::Problems => "Condition",
        Section::Medications => "MedicationRequest",
        Section::Vitals | Section::Labs => "Observation",
        Section::Notes => "DocumentReference",
        Section::Encounters => "Encounter",
    };
    let of_other_kinds = resources.iter().filter(|r| fhir::json::text(r, &["resourceType"]) != Some(kind));
    let others: HashMap<String, &Value> =
        of_other_kinds.filter_map(|r| Some((fhir::json::reference(r)?, r))).collect();
    let included = |wanted: &str| others.get(wanted).map(|r| Value::clone(r));
    let mut unreadable = 0;
    let mut entries = Vec::new();
    for resource in resources.iter().filter(|r| fhir::json::text(r, &["resourceType"]) == Some(kind)) {
        let entry = match section {
            Section::Allergies => view::allergy(resource),
            Section::Problems => view::condition(resource),
            Section::Medications => view::medication(resource, &included),
            Section::Vitals | Section::Labs => view::observation(resource),
            Section::Notes => view::document(resource),
            Section::Encounters => view::encounter(resource),
        };
        match entry {
            Some(entry) => entries.push(entry),
            None => unreadable += 1,
        }
    }
    (entries, unreadable)
}
