//! Oracle Health: strict about notes, no Task, batches but no transactions, 409 when stale.

use super::{Interaction, Personality, without_identifier};
use crate::error::Refusal;
use crate::store::Store;
use crate::store::values::{at, text, text_at};
use serde_json::Value;

#[derive(Debug)]
pub struct Oracle;

impl Personality for Oracle {
    fn name(&self) -> &'static str {
        "oracle"
    }

    fn names_searches(&self) -> bool {
        false
    }

    fn software(&self) -> &'static str {
        "Oracle Health (sandbox)"
    }

    fn offers(&self, kind: &str, interaction: Interaction) -> bool {
        if matches!(kind, "Task" | "Claim" | "Composition") {
            return false;
        }
        match interaction {
            Interaction::Read | Interaction::Search => true,
            Interaction::Create => matches!(
                kind,
                "DocumentReference"
                    | "Condition"
                    | "Communication"
                    | "Encounter"
                    | "Appointment"
                    | "Provenance"
            ),
            Interaction::Update => matches!(kind, "DocumentReference" | "Condition"),
            Interaction::Patch => matches!(kind, "Encounter" | "Appointment" | "Communication"),
            _ => false,
        }
    }

    fn conditional_create(&self) -> bool {
        false
    }

    fn transaction(&self) -> bool {
        false
    }

    fn stale_status(&self) -> u16 {
        409
    }

    fn needs_if_match(&self) -> bool {
        true
    }

    fn page_size(&self, kind: &str) -> (usize, usize) {
        if kind == "DocumentReference" { (10, 100) } else { (50, 200) }
    }

    fn answers_with_resource(&self) -> bool {
        false
    }

    /// A Location, no body, and that is called a page.
    fn short_answer_is(&self) -> Option<&'static str> {
        Some("text/html")
    }

    /// Fields that are not named for a type are ignored.
    fn kept(&self, kind: &str, mut body: Value) -> Value {
        without_identifier(&mut body);
        if kind == "Condition"
            && let Some(body) = body.as_object_mut()
        {
            body.retain(|field, _| CONDITION.contains(&field.as_str()));
        }
        body
    }

    fn searched_by(&self, kind: &str) -> Option<&'static [&'static str]> {
        match kind {
            "Appointment" => Some(&["date", "patient", "practitioner", "location", "_id"]),
            "Schedule" => Some(&["_id"]),
            "Slot" => Some(&["service-type", "schedule.actor", "start", "_id"]),
            _ => None,
        }
    }

    fn taken_status(&self) -> u16 {
        422
    }

    fn refuses_open_searches(&self) -> bool {
        true
    }

    fn check_write(&self, _store: &Store, kind: &str, body: &Value) -> Result<(), Refusal> {
        for name in ["modifierExtension", "implicitRules"] {
            if !body[name].is_null() {
                return Err(Refusal::new(422, "not-supported", format!("{name} is not supported")));
            }
        }
        match kind {
            "DocumentReference" => check_note(body),
            "Condition" => check_condition(body),
            "Encounter" if !at(body, "diagnosis.rank").is_empty() => {
                Err(Refusal::new(422, "not-supported", "the billing order cannot be set"))
            }
            "Appointment" => check_appointment(body),
            _ => Ok(()),
        }
    }
}

/// What a Condition is made of here.
const CONDITION: [&str; 12] = [
    "resourceType",
    "id",
    "abatementDateTime",
    "category",
    "clinicalStatus",
    "code",
    "encounter",
    "note",
    "onsetDateTime",
    "recordedDate",
    "subject",
    "verificationStatus",
];

fn check_condition(body: &Value) -> Result<(), Refusal> {
    let of_visit = at(body, "category.coding.code").into_iter().any(|code| code == "encounter-diagnosis");
    if of_visit && at(body, "encounter.reference").is_empty() {
        return Err(Refusal::unprocessable("a diagnosis needs its encounter"));
    }
    let in_error = text_at(body, "verificationStatus.coding.code") == Some("entered-in-error");
    if of_visit && !in_error && text_at(body, "clinicalStatus.coding.code") != Some("active") {
        return Err(Refusal::new(422, "value", "a diagnosis is created active"));
    }
    Ok(())
}

fn check_appointment(body: &Value) -> Result<(), Refusal> {
    let refused = |why| Err(Refusal::new(422, "value", why));
    if !matches!(text(body, "status"), Some("proposed" | "booked" | "cancelled")) {
        return refused("an Appointment is created proposed or booked");
    }
    let patients = at(body, "participant.actor.reference");
    let one_patient =
        matches!(patients.as_slice(), [one] if one.as_str().is_some_and(|r| r.starts_with("Patient/")));
    if text(body, "status") == Some("booked") && !(one_patient && at(body, "slot.reference").len() == 1) {
        return refused("a booked Appointment has one slot and one participant, the patient");
    }
    Ok(())
}

fn check_note(body: &Value) -> Result<(), Refusal> {
    if text(body, "status") != Some("entered-in-error") && text(body, "docStatus") != Some("final") {
        return Err(Refusal::new(422, "value", "docStatus must be final"));
    }
    let needed = ["type", "author", "content.attachment.data", "context.period.start", "context.period.end"];
    for path in needed {
        if at(body, path).is_empty() {
            return Err(Refusal::unprocessable(format!("DocumentReference.{path} is required")));
        }
    }
    let kind = text_at(body, "content.attachment.contentType").unwrap_or_default();
    let is_text = kind.starts_with("text/") || kind.starts_with("application/xhtml");
    if is_text && !kind.to_lowercase().replace(' ', "").contains(";charset=utf-8") {
        return Err(Refusal::new(422, "value", "a textual contentType needs ;charset=utf-8"));
    }
    if !is_text && kind != "application/pdf" {
        return Err(Refusal::new(422, "value", format!("{kind} is not a supported contentType")));
    }
    if !body["relatesTo"].is_null() {
        return Err(Refusal::new(422, "not-supported", "relatesTo is not supported"));
    }
    Ok(())
}
