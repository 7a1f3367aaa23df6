//! Medplum: an open R4 server with everything that we write.

use super::generic::TEXT_AND_DOCUMENT;
use super::{Fact, Personality, TaskTaken};
use fhir::write::ConditionForm;

pub const MEDPLUM: Personality = Personality {
    id: "medplum",
    words: "Medplum, which takes everything as records of their own",
    software: Some("Medplum"),
    note: Some(TEXT_AND_DOCUMENT),
    diagnosis: Some(ConditionForm::OfTheVisit),
    claim: true,
    task: Some(TaskTaken::Task),
    conditional_create: true,
    keeps_identifiers: true,
    facts: &[Fact {
        says: "Every R4 resource can be created; If-None-Exist is honoured.",
        source: "https://www.medplum.com/docs/",
    }],
};
