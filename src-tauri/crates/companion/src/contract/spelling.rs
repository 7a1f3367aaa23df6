//! Spelling of what is written in a note.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Arguments of `spelling_check`.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct SpellingCheckArgs {
    pub visit: String,
    pub text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SpellingMarks {
    /// In the order of the text; at most 500.
    pub marks: Vec<SpellingMark>,
}

/// A word that nobody knows, in UTF-16 code units as text fields count.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema, TS)]
pub struct SpellingMark {
    pub start: u32,
    pub end: u32,
}

/// Arguments of `spelling_suggest`.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct SpellingSuggestArgs {
    pub visit: String,
    pub word: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SpellingWords {
    pub words: Vec<String>,
}

/// Arguments of `spelling_add` and `spelling_remove`.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct SpellingWordArgs {
    pub word: String,
}
