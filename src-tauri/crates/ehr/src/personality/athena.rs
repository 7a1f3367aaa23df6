//! athenaOne: its FHIR interface gives charts and takes no notes.

use super::{Fact, Personality};

pub const ATHENA: Personality = Personality {
    id: "athena",
    words: "athenaOne, whose FHIR interface is read-only",
    software: Some("athenaOne"),
    note: None,
    diagnosis: None,
    claim: false,
    task: None,
    conditional_create: false,
    keeps_identifiers: false,
    facts: &[Fact {
        says: "The FHIR R4 interface reads; of what a visit writes it takes nothing.",
        source: "https://docs.athenahealth.com/api/",
    }],
};
