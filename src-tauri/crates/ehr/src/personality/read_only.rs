//! A server that gives charts and takes nothing.

use super::{Fact, Personality};

pub const READ_ONLY: Personality = Personality {
    id: "read-only",
    words: "A server that can be read but not written",
    software: None,
    note: None,
    diagnosis: None,
    claim: false,
    task: None,
    appointment: None,
    change: None,
    conditional_create: false,
    keeps_identifiers: false,
    facts: &[Fact {
        says: "A server declares what it does not take by not listing the interaction.",
        source: "https://hl7.org/fhir/R4/capabilitystatement.html",
    }],
};
