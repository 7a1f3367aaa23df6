//! Text of the last note about the same patient, to go on from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct LastNoteView {
    /// The newest first: those that only the EHR has, as far as they are newer than the last one that this clinician
    /// signed on this computer; then that one.
    pub notes: Vec<LastNote>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct LastNote {
    pub id: String,
    pub title: String,
    /// Day of service, `YYYY-MM-DD`.
    pub date: String,
    /// Only the EHR has it.
    pub from_ehr: bool,
    /// Who wrote it, as the EHR says; `None` also for the clinician's own.
    pub by: Option<String>,
}

/// Arguments of `note_last_read`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct LastNoteArgs {
    pub visit: String,
    /// The note as `note_last` gave it.
    pub note: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct LastNoteText {
    /// What can be taken.
    pub sections: Vec<LastSection>,
    /// Sections of this visit's note, for text that has no place of its own there.
    pub places: Vec<CarryPlace>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct LastSection {
    /// Its place in that note.
    pub index: u32,
    pub title: String,
    pub text: String,
    /// The section of this visit's note where it goes; `None`: the clinician says where.
    pub section: Option<String>,
    /// It stands there already, word for word.
    pub there: bool,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CarryPlace {
    pub section: String,
    pub title: String,
}

/// Arguments of `note_carry`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteCarryArgs {
    pub visit: String,
    /// The note as `note_last` gave it.
    pub note: String,
    pub take: Vec<CarryTake>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct CarryTake {
    pub index: u32,
    /// Where it goes.
    pub section: String,
}

/// What is to be put at the end of which section; that it was copied is on record.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CarriedView {
    pub date: String,
    pub parts: Vec<CarriedPart>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CarriedPart {
    pub section: String,
    pub text: String,
}

/// Copied text that stands in a section word for word.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CopiedText {
    /// Day of the note that it is from.
    pub date: String,
    pub text: String,
    /// "Copied from 2026-08-14, not changed yet"; with who wrote it where the EHR says so.
    pub words: String,
}
