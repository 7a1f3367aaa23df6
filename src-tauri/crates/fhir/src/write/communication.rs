//! A follow-up as a message to its owner, where the EHR has no tasks.

use super::{identifier, reference};
use clinical::followup::FollowUp;
use clinical::note::{NoteContext, clean};
use serde_json::{Value, json};

/// Builds the Communication. It has no due date (<https://hl7.org/fhir/R4/communication.html>), so the text says it.
pub fn communication(item_id: &str, follow_up: &FollowUp, context: &NoteContext) -> Value {
    let text = clean(follow_up.text.expose());
    let text = match follow_up.due {
        Some(due) => format!("Due {due}: {text}"),
        None => text,
    };
    let mut message = json!({
        "resourceType": "Communication",
        "identifier": identifier(item_id),
        "status": "in-progress",
        "priority": if follow_up.urgent { "urgent" } else { "routine" },
        "subject": reference(&format!("Patient/{}", context.patient)),
        "sent": context.end.to_string(),
        "recipient": [reference(&follow_up.owner)],
        "sender": reference(&context.author),
        "payload": [{ "contentString": text }],
    });
    if let Some(encounter) = &context.encounter {
        message["encounter"] = reference(&format!("Encounter/{encounter}"));
    }
    message
}
