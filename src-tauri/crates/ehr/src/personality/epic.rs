//! Epic: the note as plain text, diagnoses as suggestions for the problem list; charges and tasks stand in the note.

use super::{DiagnosisTaken, Fact, NoteTaken, Personality};
use fhir::write::{ConditionForm, Form};

pub const EPIC: Personality = Personality {
    id: "epic",
    words: "Epic, which takes the note and suggested problems",
    software: Some("Epic"),
    note: Some(NoteTaken {
        forms: &[Form::Text],
        words: "plain text of 80 columns; Epic keeps one form only",
        preliminary: true,
        relates_to: false,
        needs_encounter: true,
    }),
    diagnosis: Some(DiagnosisTaken {
        form: ConditionForm::SuggestedProblem,
        words: "ICD-10-CM code as a suggestion for the problem list; somebody accepts it there",
        needs_encounter: false,
        for_problem_list: true,
    }),
    claim: false,
    task: None,
    appointment: None,
    change: None,
    conditional_create: false,
    keeps_identifiers: false,
    facts: &[
        Fact {
            says: "DocumentReference.create (clinical notes): base64 text/plain, the first attachment only; subject, \
                   an encounter of the same patient and a type are needed; docStatus is preliminary or final. \
                   Sending it again makes a second note.",
            source: "https://fhir.epic.com/Specifications",
        },
        Fact {
            says: "Condition.create (problems): into a holding area of the problem list, verificationStatus provisional.",
            source: "https://fhir.epic.com/Specifications",
        },
        Fact {
            says: "Of what is created here only a Task is listed with an update: a note is retracted in Epic.",
            source: "https://fhir.epic.com/Specifications",
        },
        Fact {
            says: "No ChargeItem; Claim, Encounter and Appointment are only read; a Task is not created.",
            source: "https://fhir.epic.com/Specifications",
        },
    ],
};
