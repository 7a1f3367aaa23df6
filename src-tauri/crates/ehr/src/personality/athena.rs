//! athenaOne: its FHIR interface gives charts and takes no notes.

use super::read_only::READ_ONLY;
use super::{Fact, Personality};

pub const ATHENA: Personality = Personality {
    id: "athena",
    words: "athenaOne, whose FHIR interface is read-only",
    software: Some("athenaOne"),
    facts: &[Fact {
        says: "The FHIR R4 interface reads; of what a visit writes it takes nothing.",
        source: "https://docs.athenahealth.com/api/",
    }],
    ..READ_ONLY
};
