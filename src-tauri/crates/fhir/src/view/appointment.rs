//! Appointment and Encounter as rows of the day's list.

use crate::json::{items, reference_anywhere, reference_to, status, text};
use crate::view::appointment_context;
use clinical::phi::Phi;
use clinical::worklist::{Encounter, Slot};
use jiff::Timestamp;
use serde_json::Value;

/// Statuses of an appointment that is (or was) one; `proposed`, `waitlist` and `entered-in-error`
/// are none.
const KNOWN: [&str; 7] = ["pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "checked-in"];

/// An appointment of this clinician (`Practitioner/1`) at the server with this FHIR base. `None`: it is somebody else's, has no
/// patient or no time, was declined, or is no appointment yet.
pub fn slot(resource: &Value, clinician: &str, base: &str) -> Option<Slot> {
    if matches!(text(resource, &["status"]), Some("proposed" | "waitlist" | "entered-in-error")) {
        return None;
    }
    let participants = items(resource, &["participant"]);
    let is_practitioner = |p: &&Value| {
        p.get("actor").and_then(reference_anywhere).is_some_and(|w| w.starts_with("Practitioner/"))
    };
    let with: Vec<&Value> = participants.iter().copied().filter(is_practitioner).collect();
    let actors: Vec<(&Value, String)> =
        participants.iter().filter_map(|p| Some((*p, reference_to(p.get("actor")?, base)?))).collect();
    let ours = actors.iter().find(|(_, who)| who == clinician);
    // Without any Practitioner (some servers name only the role) the server's own search counts.
    if (ours.is_none() && !with.is_empty())
        || ours.is_some_and(|(p, _)| text(p, &["status"]) == Some("declined"))
    {
        return None;
    }
    let (participant, who) = actors.iter().find(|(_, who)| who.starts_with("Patient/"))?;
    let context = appointment_context(resource);
    let instant = |key: &str| text(resource, &[key]).and_then(|t| t.parse::<Timestamp>().ok());
    Some(Slot {
        id: context.appointment?.strip_prefix("Appointment/")?.to_owned(),
        start: instant("start")?,
        end: instant("end"),
        status: status(resource.get("status"), &KNOWN),
        patient: who.strip_prefix("Patient/")?.to_owned(),
        name: text(participant, &["actor", "display"]).unwrap_or("Name not given").into(),
        chart: None,
        visit_type: context.visit_type,
        reason: context.reason.map(Phi::new),
        modality: context.modality,
        room_url: context.room_url.map(Phi::new),
        encounter: None,
    })
}

/// The appointments (ids) that an Encounter belongs to, with what the list shows of it.
pub fn slot_encounter(resource: &Value, base: &str) -> Option<(Vec<String>, Encounter)> {
    let id = crate::json::reference(resource)?.strip_prefix("Encounter/")?.to_owned();
    let of = items(resource, &["appointment"]).into_iter().filter_map(|a| reference_to(a, base));
    let of = of.filter_map(|r| Some(r.strip_prefix("Appointment/")?.to_owned())).collect();
    let known = [
        "planned",
        "arrived",
        "triaged",
        "in-progress",
        "onleave",
        "finished",
        "cancelled",
        "entered-in-error",
        "unknown",
    ];
    let status = status(resource.get("status"), &known);
    (!status.is(&["entered-in-error"])).then_some((of, Encounter { id, status }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BASE: &str = "https://e.test/fhir";

    fn appointment() -> Value {
        json!({
            "resourceType": "Appointment", "id": "a", "status": "booked", "start": "2026-11-22T09:20:00-05:00",
            "participant": [
                { "actor": { "reference": "Patient/m", "display": "Maria Santos" }, "status": "accepted" },
                { "actor": { "reference": "https://e.test/fhir/Practitioner/p" }, "status": "accepted" }
            ]
        })
    }

    #[test]
    fn an_appointment_is_a_row_of_whoever_it_is_with() {
        let row = slot(&appointment(), "Practitioner/p", BASE).unwrap();
        assert_eq!((row.patient.as_str(), row.start.to_string().as_str()), ("m", "2026-11-22T14:20:00Z"));
        assert!(slot(&appointment(), "Practitioner/q", BASE).is_none());
        assert!(
            slot(&appointment(), "Practitioner/p", "https://other.test/fhir").is_none(),
            "another server's"
        );
        let mut declined = appointment();
        declined["participant"][1]["status"] = json!("declined");
        assert!(slot(&declined, "Practitioner/p", BASE).is_none());
    }

    #[test]
    fn what_is_not_booked_for_a_patient_at_a_time_is_no_row() {
        for (key, value) in
            [("status", json!("waitlist")), ("start", json!("soon")), ("participant", json!([]))]
        {
            let mut body = appointment();
            body[key] = value;
            assert!(slot(&body, "Practitioner/p", BASE).is_none(), "{key}");
        }
        let mut strange = appointment();
        strange["status"] = json!("zumba");
        assert_eq!(
            slot(&strange, "Practitioner/p", BASE).unwrap().status.words().unwrap(),
            "unrecognised: zumba"
        );
    }
}
