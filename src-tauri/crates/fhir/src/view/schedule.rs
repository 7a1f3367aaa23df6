//! What Encounter and Appointment say about the visit itself: type, time, reason, room.

use crate::json::{coded, items, reference_anywhere, reference_to, text};
use clinical::coding::facts::Modality;
use serde_json::Value;

/// R4 backport of Appointment.virtualService.
const VIRTUAL_SERVICE: &str =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService";

/// The visit as the EHR scheduled it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VisitContext {
    /// `Patient/1` of whatever server, to check that it is the launched patient.
    pub patient: Option<String>,
    pub visit_type: Option<String>,
    pub reason: Option<String>,
    /// As written.
    pub start: Option<String>,
    pub modality: Option<Modality>,
    /// `Appointment/1`
    pub appointment: Option<String>,
    pub room_url: Option<String>,
    /// The encounter's own status code.
    pub status: Option<String>,
}

fn words(value: &Value, path: &[&str]) -> Option<String> {
    items(value, path).into_iter().map(|c| coded(Some(c)).text).find(|t| !t.is_empty())
}

/// From an Encounter. Class VR (v3-ActCode) is a virtual visit; whether by video or audio is not
/// said there and stays open.
pub fn encounter_context(resource: &Value, base: &str) -> VisitContext {
    VisitContext {
        patient: resource.get("subject").and_then(reference_anywhere),
        visit_type: words(resource, &["type"]).or_else(|| words(resource, &["serviceType"])),
        reason: words(resource, &["reasonCode"]),
        start: text(resource, &["period", "start"]).map(str::to_owned),
        modality: matches!(text(resource, &["class", "code"]), Some("AMB" | "IMP" | "EMER"))
            .then_some(Modality::InPerson),
        appointment: items(resource, &["appointment"]).into_iter().find_map(|a| reference_to(a, base)),
        room_url: None,
        status: text(resource, &["status"]).map(str::to_owned),
    }
}

/// From an Appointment; the room comes from the virtualService extension.
pub fn appointment_context(resource: &Value) -> VisitContext {
    let service =
        items(resource, &["extension"]).into_iter().find(|e| text(e, &["url"]) == Some(VIRTUAL_SERVICE));
    let parts = service.map(|s| items(s, &["extension"])).unwrap_or_default();
    let part =
        |name: &str| parts.iter().find(|p| text(p, &["url"]).is_some_and(|u| u.starts_with(name))).copied();
    let room_url = part("address").and_then(|a| {
        text(a, &["valueUrl"])
            .or_else(|| text(a, &["valueUri"]))
            .or_else(|| text(a, &["valueString"]))
            .or_else(|| text(a, &["valueContactPoint", "value"]))
            .or_else(|| text(a, &["valueExtendedContactDetail", "telecom"]))
    });
    let modality = match (
        room_url.is_some(),
        words(resource, &["appointmentType"]).or_else(|| words(resource, &["serviceType"])),
    ) {
        (true, _) => Some(Modality::Video),
        (false, Some(w)) if ["telephone", "phone", "audio"].iter().any(|k| w.to_lowercase().contains(k)) => {
            Some(Modality::Audio)
        }
        _ => None,
    };
    VisitContext {
        patient: items(resource, &["participant"])
            .into_iter()
            .filter_map(|p| reference_anywhere(p.get("actor")?))
            .find(|r| r.starts_with("Patient/")),
        visit_type: words(resource, &["serviceType"]).or_else(|| words(resource, &["appointmentType"])),
        reason: words(resource, &["reasonCode"])
            .or_else(|| text(resource, &["description"]).map(str::to_owned)),
        start: text(resource, &["start"]).map(str::to_owned),
        modality,
        appointment: crate::json::reference(resource),
        room_url: room_url.map(str::to_owned),
        status: None,
    }
}
