//! The light validation that a write must pass.

use super::params;
use super::values::{at, text};
use crate::error::Refusal;
use serde_json::Value;

/// The elements that each written type must have. A bar means "one of".
const REQUIRED: &[(&str, &[&str])] = &[
    ("AllergyIntolerance", &["patient"]),
    ("Appointment", &["status", "participant.status"]),
    ("ChargeItem", &["status", "code", "subject"]),
    (
        "Claim",
        &[
            "status",
            "type",
            "use",
            "patient",
            "created",
            "provider",
            "priority",
            "insurance.sequence",
            "insurance.coverage",
        ],
    ),
    ("Communication", &["status"]),
    ("Composition", &["status", "type", "date", "author", "title"]),
    ("Condition", &["subject"]),
    ("DocumentReference", &["status", "content.attachment"]),
    ("Encounter", &["status", "class"]),
    ("MedicationRequest", &["status", "intent", "subject", "medicationReference|medicationCodeableConcept"]),
    ("Observation", &["status", "code"]),
    ("Provenance", &["target", "recorded", "agent.who"]),
    ("QuestionnaireResponse", &["status"]),
    ("ServiceRequest", &["status", "intent", "subject"]),
    ("Task", &["status", "intent"]),
];

/// The members that each repetition of an element must have. A bar means "one of".
const WITHIN: &[(&str, &str, &[&str])] = &[
    ("Appointment", "participant", &["status"]),
    ("Claim", "insurance", &["sequence", "focal", "coverage"]),
    ("Claim", "diagnosis", &["sequence", "diagnosisCodeableConcept|diagnosisReference"]),
    ("Claim", "item", &["sequence", "productOrService"]),
    ("DocumentReference", "content", &["attachment"]),
    ("DocumentReference", "relatesTo", &["code", "target"]),
];

/// The codes that an element may hold.
const CODES: &[(&str, &str, &[&str])] = &[
    ("DocumentReference", "status", &["current", "superseded", "entered-in-error"]),
    ("DocumentReference", "docStatus", &["preliminary", "final", "amended", "entered-in-error"]),
    ("Claim", "status", &["active", "cancelled", "draft", "entered-in-error"]),
    ("Claim", "use", &["claim", "preauthorization", "predetermination"]),
    (
        "Task",
        "status",
        &[
            "draft",
            "requested",
            "received",
            "accepted",
            "rejected",
            "ready",
            "cancelled",
            "in-progress",
            "on-hold",
            "failed",
            "completed",
            "entered-in-error",
        ],
    ),
    (
        "Task",
        "intent",
        &[
            "unknown",
            "proposal",
            "plan",
            "order",
            "original-order",
            "reflex-order",
            "filler-order",
            "instance-order",
            "option",
        ],
    ),
    (
        "Appointment",
        "status",
        &[
            "proposed",
            "pending",
            "booked",
            "arrived",
            "fulfilled",
            "cancelled",
            "noshow",
            "entered-in-error",
            "checked-in",
            "waitlist",
        ],
    ),
    (
        "Encounter",
        "status",
        &[
            "planned",
            "arrived",
            "triaged",
            "in-progress",
            "onleave",
            "finished",
            "cancelled",
            "entered-in-error",
            "unknown",
        ],
    ),
];

/// Refuses what no R4 server would take.
pub fn check(kind: &str, body: &Value) -> Result<(), Refusal> {
    if params::types().all(|known| known != kind) {
        return Err(Refusal::new(
            404,
            "not-supported",
            format!("{kind} is not a resource type of this server"),
        ));
    }
    if !body.is_object() {
        return Err(Refusal::bad("the body is not a JSON object"));
    }
    match text(body, "resourceType") {
        Some(stated) if stated == kind => {}
        Some(stated) => return Err(Refusal::bad(format!("a {stated} was sent to {kind}"))),
        None => return Err(Refusal::bad("resourceType is missing")),
    }
    let required = REQUIRED.iter().filter(|(name, _)| *name == kind).flat_map(|(_, paths)| paths.iter());
    for path in required {
        if path.split('|').all(|path| at(body, path).is_empty()) {
            return Err(Refusal::unprocessable(format!("{kind}.{path} is required")));
        }
    }
    for (_, element, members) in WITHIN.iter().filter(|(name, _, _)| *name == kind) {
        for value in at(body, element) {
            let lacking = members.iter().find(|names| names.split('|').all(|name| value.get(name).is_none()));
            if let Some(names) = lacking {
                return Err(Refusal::unprocessable(format!("{kind}.{element}.{names} is required")));
            }
        }
    }
    for (_, path, allowed) in CODES.iter().filter(|(name, _, _)| *name == kind) {
        for value in at(body, path) {
            if !value.as_str().is_some_and(|code| allowed.contains(&code)) {
                let text = format!("{kind}.{path} must be one of {}", allowed.join(", "));
                return Err(Refusal::new(422, "code-invalid", text));
            }
        }
    }
    if kind == "DocumentReference" {
        check_attachments(body)?;
    }
    Ok(())
}

/// Inline data must be base64, and an attachment must hold data or a link.
fn check_attachments(body: &Value) -> Result<(), Refusal> {
    use base64::Engine;
    for attachment in at(body, "content.attachment") {
        if let Some(data) = text(attachment, "data") {
            if base64::engine::general_purpose::STANDARD.decode(data).is_err() {
                return Err(Refusal::new(422, "value", "content.attachment.data is not base64"));
            }
        } else if text(attachment, "url").is_none() {
            return Err(Refusal::unprocessable("content.attachment needs data or url"));
        }
    }
    Ok(())
}
