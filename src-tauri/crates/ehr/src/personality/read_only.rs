//! A server that gives charts and takes nothing.

use super::Personality;

pub const READ_ONLY: Personality = Personality {
    id: "read-only",
    words: "A server that can be read but not written",
    note: None,
    diagnosis: false,
    claim: false,
    task: false,
};
