//! Earlier versions of a section of the note.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Arguments about one section.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteSectionArgs {
    pub visit: String,
    pub section: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteVersionArgs {
    pub visit: String,
    pub section: String,
    pub revision: u32,
}

/// Arguments of `note_restore`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteRestoreArgs {
    pub visit: String,
    pub section: String,
    /// The version to bring back.
    pub revision: u32,
    /// The revision that is on the screen; another one is a conflict.
    pub base_revision: u32,
}

/// Arguments of `note_undo` and `note_redo`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteUndoArgs {
    pub visit: String,
    pub section: String,
    /// The revision that is on the screen; another one is a conflict.
    pub base_revision: u32,
}

/// The versions of a section, the newest first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct NoteVersionsView {
    pub section: String,
    pub versions: Vec<VersionLine>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct VersionLine {
    pub revision: u32,
    pub saved_at: String,
    /// As read by the clinician: "14:32:05", with the day when it was another one.
    pub time: String,
    /// "132 words", and where it was brought back from.
    pub words: String,
    pub current: bool,
}

/// One version beside the text that stands now.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct NoteVersionView {
    pub section: String,
    pub revision: u32,
    /// Together they are its whole text.
    pub parts: Vec<TextPart>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct TextPart {
    pub text: String,
    /// It does not stand in the section now.
    pub only_here: bool,
}

/// What was brought back.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct RestoredView {
    pub section: String,
    pub revision: u32,
    pub saved_at: String,
    pub text: String,
    /// One sentence: to which text it went back.
    pub words: String,
}
