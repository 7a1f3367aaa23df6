//! A Slot of the schedule as a time that can be booked.

use crate::json::{coded, items, reference, text};
use clinical::followup::{FreeTime, ScheduledType};
use jiff::Timestamp;
use serde_json::Value;

/// A free time, with the types of visit that it is for (none: for any). `None`: it is not free, or has no beginning or
/// end.
pub fn free_time(resource: &Value) -> Option<(FreeTime, Vec<ScheduledType>)> {
    if text(resource, &["status"]) != Some("free") {
        return None;
    }
    let instant = |key: &str| text(resource, &[key]).and_then(|t| t.parse::<Timestamp>().ok());
    let time = FreeTime {
        slot: reference(resource).filter(|r| r.starts_with("Slot/"))?,
        start: instant("start")?,
        end: instant("end")?,
    };
    let concepts = items(resource, &["serviceType"]).into_iter();
    let types = concepts.chain(resource.get("appointmentType")).map(|concept| {
        let coded = coded(Some(concept));
        ScheduledType { words: coded.text, codes: coded.codings }
    });
    // The same type may stand there twice, as the service and as the kind of appointment.
    let types = types.filter(|t| !t.words.is_empty()).fold(Vec::new(), |mut all: Vec<ScheduledType>, one| {
        if !all.iter().any(|t| t.words == one.words) {
            all.push(one);
        }
        all
    });
    (time.start < time.end).then_some((time, types))
}

/// `Slot/1`: the slot that an Appointment is booked in.
pub fn booked_slot(appointment: &Value) -> Option<&str> {
    items(appointment, &["slot"]).into_iter().find_map(|slot| text(slot, &["reference"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn slot() -> Value {
        json!({
            "resourceType": "Slot", "id": "s1", "status": "free",
            "start": "2026-12-15T14:20:00Z", "end": "2026-12-15T14:40:00Z",
            "serviceType": [{ "coding": [{ "system": "http://snomed.info/sct", "code": "185389009", "display": "Follow-up visit" }] }],
            "appointmentType": { "text": "Follow-up visit" },
        })
    }

    #[test]
    fn a_free_slot_is_a_time_with_its_types() {
        let (time, types) = free_time(&slot()).unwrap();
        assert_eq!(
            (time.slot.as_str(), time.start.to_string().as_str()),
            ("Slot/s1", "2026-12-15T14:20:00Z")
        );
        assert_eq!(types.len(), 1);
        assert_eq!(types[0].codes, [("http://snomed.info/sct".to_owned(), "185389009".to_owned())]);
    }

    #[test]
    fn what_is_taken_or_has_no_time_is_not_free() {
        for (key, value) in [
            ("status", json!("busy")),
            ("status", json!("free?")),
            ("start", json!("2026-12-15")),
            ("end", json!("2026-12-15T14:20:00Z")),
            ("id", json!("../x")),
        ] {
            let mut body = slot();
            body[key] = value;
            assert!(free_time(&body).is_none(), "{key}");
        }
    }
}
