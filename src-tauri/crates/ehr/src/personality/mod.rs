//! What each kind of EHR takes. One file a vendor; no vendor `if` anywhere else.

mod generic;
mod read_only;

/// A kind of EHR.
#[derive(Debug, PartialEq, Eq)]
pub struct Personality {
    /// As policy names it.
    pub id: &'static str,
    /// One sentence for the write plan.
    pub words: &'static str,
    /// DocumentReference.create: with the coded document beside the text?
    pub note: Option<NoteForm>,
    /// Condition.create as encounter-diagnosis.
    pub diagnosis: bool,
    /// Claim.create as draft.
    pub claim: bool,
    /// Task.create.
    pub task: bool,
}

/// The form of the note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteForm {
    /// Text first, then the document with coded sections.
    TextAndDocument,
}

/// Every personality that this version knows.
pub const ALL: &[&Personality] = &[&generic::GENERIC, &read_only::READ_ONLY];

/// The personality that policy names; `generic` when it names none. `None`: not known.
pub fn personality(id: Option<&str>) -> Option<&'static Personality> {
    let id = id.unwrap_or(generic::GENERIC.id);
    ALL.iter().copied().find(|p| p.id == id)
}
