//! How a record that we wrote is marked as no longer standing.

use serde_json::{Value, json};

/// The change to a record of this type; `None` where there is no such mark.
///
/// Notes, diagnoses and messages were entered in error; a claim, a task and an appointment are cancelled, which their readers act on
/// (<https://hl7.org/fhir/R4/valueset-fm-status.html>, <https://hl7.org/fhir/R4/valueset-task-status.html>).
pub fn retraction(resource_type: &str) -> Option<Value> {
    Some(match resource_type {
        "DocumentReference" | "Communication" => {
            json!({ "resourceType": resource_type, "status": "entered-in-error" })
        }
        // con-5: a condition entered in error has no clinical status.
        "Condition" => json!({
            "resourceType": resource_type,
            "clinicalStatus": null,
            "verificationStatus": { "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                "code": "entered-in-error",
            }] },
        }),
        "Appointment" | "Claim" | "Task" => json!({ "resourceType": resource_type, "status": "cancelled" }),
        _ => return None,
    })
}
