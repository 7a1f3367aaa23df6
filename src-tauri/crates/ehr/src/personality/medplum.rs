//! Medplum: an open R4 server with everything that we write.

use super::generic::GENERIC;
use super::{Fact, Personality};

pub const MEDPLUM: Personality = Personality {
    id: "medplum",
    words: "Medplum, which takes everything as records of their own",
    software: Some("Medplum"),
    facts: &[Fact {
        says: "Every R4 resource can be created; If-None-Exist is honoured.",
        source: "https://www.medplum.com/docs/",
    }],
    ..GENERIC
};
