//! A diagnosis of this visit, in the form that the EHR takes.

use super::{icd10, identifier, reference, urn};
use clinical::note::NoteContext;
use serde_json::{Value, json};

/// What an EHR takes a diagnosis as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionForm {
    /// An encounter-diagnosis with its author and the note that documents it.
    OfTheVisit,
    /// An encounter-diagnosis of the fields that the server names; it ignores others.
    NamedFields,
    /// A provisional entry for the problem list, which somebody there accepts or not.
    SuggestedProblem,
}

/// Builds the Condition. `note_item` is the outbox id of the note that documents it.
pub fn condition(
    form: ConditionForm,
    item_id: &str,
    code: &str,
    title: &str,
    context: &NoteContext,
    note_item: &str,
) -> Value {
    let term = |system: &str, code: &str, display: Option<&str>| {
        let mut coding =
            json!({ "system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code });
        if let Some(display) = display {
            coding["display"] = json!(display);
        }
        json!({ "coding": [coding] })
    };
    let problem = form == ConditionForm::SuggestedProblem;
    let (category, words) = match problem {
        true => ("problem-list-item", "Problem List Item"),
        false => ("encounter-diagnosis", "Encounter Diagnosis"),
    };
    let certain = if problem { "provisional" } else { "confirmed" };
    let mut condition = json!({
        "resourceType": "Condition",
        "identifier": identifier(item_id),
        "clinicalStatus": term("condition-clinical", "active", None),
        "verificationStatus": term("condition-ver-status", certain, None),
        "category": [term("condition-category", category, Some(words))],
        "code": icd10(code, title),
        "subject": reference(&format!("Patient/{}", context.patient)),
        "recordedDate": context.end.to_string(),
    });
    if form == ConditionForm::OfTheVisit {
        condition["recorder"] = reference(&context.author);
        condition["evidence"] = json!([{ "detail": [reference(&urn(note_item))] }]);
    }
    if let (Some(encounter), false) = (&context.encounter, problem) {
        condition["encounter"] = reference(&format!("Encounter/{encounter}"));
    }
    condition
}
