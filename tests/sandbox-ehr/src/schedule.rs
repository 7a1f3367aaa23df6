//! Today's visits: an Appointment and an Encounter for every row of the schedule.

use crate::clock;
use crate::data::{Found, Visit};
use crate::store::Store;
use crate::store::query::bare_id;
use crate::store::values::text;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;

/// The R4 backport of `Appointment.virtualService`.
const VIRTUAL_SERVICE: &str =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService";
const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

/// Puts the data and today's visits into the store.
pub fn fill(store: &mut Store, found: Found, origin: &str) {
    let now = clock::now();
    let mut resources = found.resources;
    if resources.is_empty() {
        resources = tiny_clinic();
    }
    for body in resources {
        let known = |id| text(&body, "resourceType").is_some_and(|kind| store.newest(kind, id).is_some());
        if !text(&body, "id").is_some_and(known) {
            let at = body["meta"]["lastUpdated"].as_str().and_then(|at| at.parse().ok()).unwrap_or(now);
            store.load(body, at);
        }
    }
    let mut visits = found.visits;
    visits.extend(unscheduled(store, &visits));
    crate::slots::open(store, visits.iter().map(|visit| visit.practitioner.as_str()));
    for visit in &visits {
        for body in [appointment(store, visit, origin), encounter(store, visit)] {
            store.load(Arc::new(body), now);
        }
    }
}

/// A visit this afternoon for every patient whom the schedule does not mention.
fn unscheduled(store: &Store, visits: &[Visit]) -> Vec<Visit> {
    let first = || store.all("Practitioner").find_map(|version| text(version.body.as_deref()?, "id"));
    let Some(practitioner) = visits.first().map(|visit| bare_id(&visit.practitioner)).or_else(first) else {
        return Vec::new();
    };
    let scheduled = |id: &str| visits.iter().any(|visit| bare_id(&visit.patient) == id);
    let patients = store.all("Patient").filter_map(|version| text(version.body.as_deref()?, "id"));
    patients
        .filter(|id| !scheduled(id))
        .enumerate()
        .map(|(place, id)| Visit {
            appointment: format!("appt-{id}"),
            encounter: format!("enc-visit-{id}"),
            patient: format!("Patient/{id}"),
            practitioner: format!("Practitioner/{practitioner}"),
            start: format!("{:02}:{:02}", 13 + (place / 3) % 10, (place % 3) * 20),
            minutes: 20,
            status: "booked".to_owned(),
            kind: json!({ "system": "http://snomed.info/sct", "code": "185389009", "display": "Follow-up visit" }),
            modality: "video".to_owned(),
            reason: "Follow-up".to_owned(),
        })
        .collect()
}

fn starts(visit: &Visit) -> Timestamp {
    let now = clock::now();
    let (hour, minute) = visit.start.split_once(':').unwrap_or(("9", "0"));
    let day = now.to_zoned(TimeZone::UTC).date();
    let at = day.at(hour.parse().unwrap_or(9), minute.parse().unwrap_or(0), 0, 0);
    at.to_zoned(TimeZone::UTC).map_or(now, |zoned| zoned.timestamp())
}

/// A reference with the display that people read.
fn reference(store: &Store, to: &str) -> Value {
    let display = store.follow(to).map(|body| crate::portal::people::name_of(&body));
    match display {
        Some(display) => json!({ "reference": to, "display": display }),
        None => json!({ "reference": to }),
    }
}

fn appointment(store: &Store, visit: &Visit, origin: &str) -> Value {
    let start = starts(visit);
    let end = start + SignedDuration::from_mins(i64::from(visit.minutes));
    let mut body = json!({ "resourceType": "Appointment", "id": visit.appointment });
    crate::store::stamp(&mut body, 1, &clock::instant(clock::now()));
    if visit.modality == "video" {
        body["extension"] = json!([{
            "url": VIRTUAL_SERVICE,
            "extension": [
                { "url": "channelType", "valueCoding": {
                    "system": "http://hl7.org/fhir/virtual-service-type", "code": "url", "display": "Sandbox room"
                } },
                { "url": "address", "valueUrl": format!("{origin}/room/{}", visit.appointment) },
                { "url": "sessionKey", "valueString": visit.appointment }
            ]
        }]);
    }
    let kind = json!({ "coding": [visit.kind], "text": visit.kind["display"] });
    body["status"] = json!(visit.status);
    body["serviceType"] = json!([kind]);
    body["appointmentType"] = kind;
    body["reasonCode"] = json!([{ "text": visit.reason }]);
    body["description"] = json!(visit.reason);
    body["start"] = json!(clock::instant(start));
    body["end"] = json!(clock::instant(end));
    body["minutesDuration"] = json!(visit.minutes);
    body["participant"] = json!([
        { "actor": reference(store, &visit.patient), "required": "required", "status": "accepted" },
        { "actor": reference(store, &visit.practitioner), "required": "required", "status": "accepted" }
    ]);
    body
}

fn encounter(store: &Store, visit: &Visit) -> Value {
    let (code, display) = match visit.modality.as_str() {
        "in-person" => ("AMB", "ambulatory"),
        _ => ("VR", "virtual"),
    };
    let mut body = json!({
        "resourceType": "Encounter",
        "id": visit.encounter,
        "status": encounter_status(&visit.status),
        "class": { "system": ACT_CODE, "code": code, "display": display },
        "type": [{ "coding": [visit.kind], "text": visit.kind["display"] }],
        "subject": reference(store, &visit.patient),
        "participant": [{ "individual": reference(store, &visit.practitioner) }],
        "appointment": [{ "reference": format!("Appointment/{}", visit.appointment) }],
        "period": { "start": clock::instant(starts(visit)) },
        "reasonCode": [{ "text": visit.reason }]
    });
    crate::store::stamp(&mut body, 1, &clock::instant(clock::now()));
    body
}

/// How far an encounter is whose appointment has this status.
fn encounter_status(appointment: &str) -> &'static str {
    match appointment {
        "arrived" | "checked-in" => "arrived",
        "fulfilled" => "finished",
        "cancelled" | "noshow" => "cancelled",
        _ => "planned",
    }
}

/// Gives an appointment a status, and its encounter the one that goes with it.
pub fn mark(store: &mut Store, appointment: &str, status: &str) {
    let Some(body) = store.body("Appointment", appointment) else { return };
    let mut body = Value::clone(&body);
    body["status"] = json!(status);
    store.write("Appointment", appointment, body, "PUT");
    let Some(encounter) = crate::portal::today::encounter_of(store, appointment) else { return };
    let Some(body) = store.body("Encounter", &encounter) else { return };
    let mut body = Value::clone(&body);
    body["status"] = json!(encounter_status(status));
    store.write("Encounter", &encounter, body, "PUT");
}

/// When there is no data at all: one clinician, one patient.
fn tiny_clinic() -> Vec<Arc<Value>> {
    let mut bodies = [
        json!({
            "resourceType": "Practitioner",
            "id": "clinician-1",
            "name": [{ "family": "Rivera", "given": ["Ana"], "prefix": ["Dr."] }],
            "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": "9941339108" }]
        }),
        json!({
            "resourceType": "Patient",
            "id": "patient-1",
            "identifier": [{ "system": "urn:sandbox:mrn", "value": "MRN-1",
                "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR" }] } }],
            "name": [{ "use": "official", "family": "Sandbox", "given": ["Sam"] }],
            "gender": "female",
            "birthDate": "1970-01-31"
        }),
    ];
    let now = clock::instant(clock::now());
    for body in &mut bodies {
        crate::store::stamp(body, 1, &now);
    }
    bodies.into_iter().map(Arc::new).collect()
}
