//! The visit that comes next, booked at a free time of the schedule.

use super::{identifier, reference};
use clinical::followup::{FollowUpVisit, FreeTime};
use clinical::note::NoteContext;
use serde_json::{Value, json};

/// What an EHR takes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppointmentForm {
    /// All that is known.
    Full,
    /// The slot and the patient; type, clinician and time are the slot's.
    SlotAndPatient,
}

/// Builds the Appointment, `booked` in its one slot (<https://hl7.org/fhir/R4/appointment.html>; app-3: a booked one has
/// start and end). That it follows up on a visit is code FOLLOWUP of HL7 table 0276.
pub fn appointment(
    form: AppointmentForm,
    item_id: &str,
    visit: &FollowUpVisit,
    time: &FreeTime,
    context: &NoteContext,
) -> Value {
    let with = |who: &str| json!({ "actor": reference(who), "status": "accepted" });
    let patient = with(&format!("Patient/{}", context.patient));
    let mut body = json!({
        "resourceType": "Appointment",
        "identifier": identifier(item_id),
        "status": "booked",
        "slot": [reference(&time.slot)],
        "participant": [patient],
    });
    if form == AppointmentForm::SlotAndPatient {
        return body;
    }
    let coding = visit.visit_type.codes.iter().map(|(system, code)| match system.is_empty() {
        true => json!({ "code": code }),
        false => json!({ "system": system, "code": code }),
    });
    let coding: Vec<Value> = coding.collect();
    let mut service = json!({ "text": visit.visit_type.words });
    if !coding.is_empty() {
        service["coding"] = coding.into();
    }
    body["serviceType"] = json!([service]);
    body["appointmentType"] = json!({ "coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/v2-0276",
        "code": "FOLLOWUP",
    }] });
    body["start"] = json!(time.start.to_string());
    body["end"] = json!(time.end.to_string());
    body["participant"] = json!([body["participant"][0], with(&context.author)]);
    body
}

/// Gives an Appointment another time, and our identifier of the item that books it.
pub fn move_appointment(appointment: &mut Value, item_id: &str, time: &FreeTime) {
    if appointment.get("identifier").is_some() {
        appointment["identifier"] = identifier(item_id);
    }
    for (name, at) in [("start", time.start), ("end", time.end)] {
        if appointment.get(name).is_some() {
            appointment[name] = json!(at.to_string());
        }
    }
    appointment["slot"] = json!([reference(&time.slot)]);
}
