//! A server that does what R4 says (HAPI, Medplum, Aidbox). Narrowed by what it declares.

use super::{NoteForm, Personality};

pub const GENERIC: Personality = Personality {
    id: "generic",
    words: "A general FHIR R4 server",
    note: Some(NoteForm::TextAndDocument),
    diagnosis: true,
    claim: true,
    task: true,
};
