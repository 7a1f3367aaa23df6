//! MedicationRequest: what was ordered or planned, how it is taken, who prescribed it.

use super::Around;
use super::drug::{UNNAMED, doses, drug};
use super::words::{concepts, joined, labelled, notes, unless};
use crate::json::{date, reference, status};
use clinical::chart::Entry;
use clinical::phi::Phi;
use serde_json::Value;

const STATUSES: &[&str] =
    &["active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"];
const INTENTS: &[&str] = &[
    "proposal",
    "plan",
    "order",
    "original-order",
    "reflex-order",
    "filler-order",
    "instance-order",
    "option",
];
const ORDERS: &[&str] = &["order", "original-order", "reflex-order", "filler-order", "instance-order"];

/// One prescription.
pub fn medication(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = drug(resource, around);
    let state = status(resource.get("status"), STATUSES);
    let reported = resource.get("reportedBoolean") == Some(&Value::Bool(true))
        || resource.get("reportedReference").is_some();
    let reason =
        concepts(resource, &["reasonCode"]).or_else(|| around.first_name(resource, &["reasonReference"], ""));
    let detail = [
        doses(resource, "dosageInstruction"),
        labelled("for", reason),
        unless(resource, "intent", INTENTS, ORDERS),
        reported.then(|| "reported, not prescribed here".to_owned()),
        labelled("because:", concepts(resource, &["statusReason"])),
        notes(resource),
    ];
    let entry = Entry {
        detail: joined(detail),
        current: !state.is(&["cancelled", "completed", "entered-in-error", "stopped", "draft"]),
        status: state,
        date: date(resource, &[&["authoredOn"]]),
        source: around
            .name(resource, resource.get("requester"))
            .or_else(|| around.name(resource, resource.get("recorder"))),
        ..Entry::new(id, &code.text, UNNAMED).coded(code)
    };
    Some(match resource.get("doNotPerform") {
        Some(Value::Bool(true)) => {
            Entry { title: Phi::new(format!("Do not give: {}", entry.title.expose())), ..entry }
        }
        _ => entry,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BASE: &str = "https://e.test/fhir";

    #[test]
    fn the_drug_and_the_prescriber_are_found_where_they_came_along() {
        let drug = json!({"resourceType": "Medication", "id": "m", "code": {"text": "Lisinopril 10 mg"}});
        let who = json!({"resourceType": "Practitioner", "id": "p", "name": [{"family": "Okafor"}]});
        let all = [drug, who];
        let around = Around::new(BASE, all.iter());
        let order = |base: &str| {
            json!({
                "resourceType": "MedicationRequest", "id": "1", "status": "active", "intent": "order",
                "medicationReference": {"reference": format!("{base}Medication/m")},
                "requester": {"reference": format!("{base}Practitioner/p")},
                "dosageInstruction": [{
                    "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
                    "doseAndRate": [{"doseQuantity": {"value": 1.50, "unit": "tablet"}}], "asNeededBoolean": true
                }]
            })
        };
        let e = medication(&order(""), &around).unwrap();
        assert_eq!(e.title.expose(), "Lisinopril 10 mg");
        assert_eq!(e.source.as_deref(), Some("Okafor"));
        assert_eq!(e.detail.unwrap().expose(), "1.5 tablet, 2× every 1 d, as needed");
        let e = medication(&order("https://other.test/fhir/"), &around).unwrap();
        assert_eq!((e.title.expose().as_str(), e.source), (UNNAMED, None), "not ours");
    }

    #[test]
    fn an_order_not_to_give_a_drug_never_reads_as_one_to_give_it() {
        let e = medication(
            &json!({"resourceType": "MedicationRequest", "id": "1", "doNotPerform": true, "intent": "wish",
                "medicationCodeableConcept": {"text": "Aspirin"}}),
            &Around::alone(BASE),
        );
        let e = e.unwrap();
        assert_eq!(e.title.expose(), "Do not give: Aspirin");
        assert_eq!(e.detail.unwrap().expose(), "unrecognised: wish");
    }
}
