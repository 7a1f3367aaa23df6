//! Text of the clinician's last note about the same patient, to go on from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct LastNoteView {
    /// `None`: no earlier note of this clinician about this patient was signed on this computer.
    pub note: Option<LastNote>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct LastNote {
    pub id: String,
    pub title: String,
    /// Day of service, `YYYY-MM-DD`.
    pub date: String,
    /// Those for which the note of this visit has a section.
    pub sections: Vec<LastSection>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct LastSection {
    /// Its place in that note.
    pub index: u32,
    pub title: String,
    pub text: String,
    /// The section of this visit's note where it goes.
    pub section: String,
    /// It stands there already, word for word.
    pub there: bool,
}

/// Arguments of `note_carry`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteCarryArgs {
    pub visit: String,
    /// The note as `note_last` gave it.
    pub note: String,
    pub indices: Vec<u32>,
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
    /// "Copied from 2026-08-14, not changed yet."
    pub words: String,
}
