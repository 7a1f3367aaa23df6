//! A server that does what R4 says (HAPI, Aidbox). Narrowed by what it declares.

use super::{Carrier, DiagnosisTaken, Fact, NoteTaken, Personality, TaskTaken};
use clinical::item::ChangeForm;
use fhir::write::{AppointmentForm, ConditionForm, Form};

pub const GENERIC: Personality = Personality {
    id: "generic",
    words: "A general FHIR R4 server",
    software: None,
    note: Some(NoteTaken {
        forms: &[Form::Text, Form::Document],
        words: "text, and the same as a FHIR document with coded sections",
        preliminary: true,
        relates_to: true,
        needs_encounter: false,
    }),
    diagnosis: Some(DiagnosisTaken {
        form: ConditionForm::OfTheVisit,
        words: "ICD-10-CM code, linked to the visit and the note",
        needs_encounter: false,
        for_problem_list: false,
    }),
    claim: true,
    task: Some(TaskTaken { carrier: Carrier::Task, words: "open task with owner and due date" }),
    appointment: Some(AppointmentForm::Full),
    change: Some(ChangeForm::AsItStands),
    conditional_create: true,
    keeps_identifiers: true,
    facts: &[
        Fact {
            says: "A create is answered 201 with its Location; If-None-Exist keeps from creating twice where it is declared.",
            source: "https://hl7.org/fhir/R4/http.html#ccreate",
        },
        Fact {
            says: "A server that cannot store something it does not understand refuses it or says so.",
            source: "https://hl7.org/fhir/R4/http.html#create",
        },
    ],
};
