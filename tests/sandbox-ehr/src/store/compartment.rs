//! Which patients a resource belongs to.

use super::values::{at, split_reference, text};
use serde_json::Value;

/// Where a reference to the patient stands, whatever the resource type.
const PATHS: [&str; 6] =
    ["subject", "patient", "beneficiary", "for", "participant.actor", "entry.resource.subject"];

/// The ids of the patients that a resource belongs to; empty for a practitioner, a medication and the like.
pub fn patients(resource: &Value) -> Vec<String> {
    if text(resource, "resourceType") == Some("Patient") {
        return text(resource, "id").map(str::to_owned).into_iter().collect();
    }
    let mut found: Vec<String> = Vec::new();
    let target = (text(resource, "resourceType") == Some("Provenance")).then_some("target");
    for path in PATHS.into_iter().chain(target) {
        for value in at(resource, path) {
            let Some((kind, id)) = text(value, "reference").and_then(split_reference) else { continue };
            if kind == "Patient" && !found.iter().any(|known| known == id) {
                found.push(id.to_owned());
            }
        }
    }
    found
}

/// Whether somebody who may see only this patient may see this resource.
pub fn open_to(resource: &Value, patient: &str) -> bool {
    let owners = patients(resource);
    owners.is_empty() || owners.iter().any(|owner| owner == patient)
}
