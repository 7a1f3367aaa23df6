//! A follow-up task. It stays open (`requested`) until its owner closes it in the EHR.

use super::{identifier, reference, urn};
use clinical::followup::FollowUp;
use clinical::note::{NoteContext, clean};
use serde_json::{Value, json};

/// Builds the Task of a follow-up. The due date is `restriction.period.end`
/// (<https://hl7.org/fhir/R4/task-definitions.html#Task.restriction.period>).
pub fn task(item_id: &str, follow_up: &FollowUp, context: &NoteContext, note_item: &str) -> Value {
    let mut task = json!({
        "resourceType": "Task",
        "identifier": identifier(item_id),
        "status": "requested",
        "intent": "order",
        "priority": if follow_up.urgent { "urgent" } else { "routine" },
        "description": clean(follow_up.text.expose()),
        "focus": reference(&urn(note_item)),
        "for": reference(&format!("Patient/{}", context.patient)),
        "authoredOn": context.end.to_string(),
        "requester": reference(&context.author),
        "owner": reference(&follow_up.owner),
    });
    if let Some(encounter) = &context.encounter {
        task["encounter"] = reference(&format!("Encounter/{encounter}"));
    }
    if let Some(due) = follow_up.due {
        task["restriction"] = json!({ "period": { "end": due.to_string() } });
    }
    task
}
