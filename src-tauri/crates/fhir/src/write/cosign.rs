//! How a note that waited for a supervising clinician becomes final.

use serde_json::{Value, json};

/// The change to the DocumentReference: final, and authenticated by them (`Practitioner/id` and name;
/// <https://hl7.org/fhir/R4/documentreference-definitions.html#DocumentReference.authenticator>).
pub fn cosigned(by: &str, name: &str) -> Value {
    json!({
        "resourceType": "DocumentReference",
        "docStatus": "final",
        "authenticator": { "reference": by, "display": name },
    })
}
