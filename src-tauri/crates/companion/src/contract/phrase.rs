//! Phrases: the clinician's, the site's and the template's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct PhrasesView {
    /// One of each name: the clinician's own before the template's, the template's before the site's.
    pub phrases: Vec<PhraseView>,
    /// What can stand between `{{` and `}}`.
    pub values: Vec<ChartValueName>,
    /// Files of the site that cannot be used: file, line and reason.
    pub problems: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct PhraseView {
    /// Without its dot.
    pub name: String,
    /// As it was written, with its fields and values.
    pub text: String,
    pub owner: PhraseOwner,
    /// The section of the note in which the template offers it.
    pub section: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PhraseOwner {
    Clinician,
    Template,
    Site,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ChartValueName {
    /// "last a1c"
    pub name: String,
    /// "the newest A1c"
    pub words: String,
}

/// Arguments of `phrase_save`.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct PhraseSaveArgs {
    pub visit: String,
    pub name: String,
    pub text: String,
    /// The name that it had before.
    pub was: Option<String>,
}

/// Arguments of `phrase_remove`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct PhraseRemoveArgs {
    pub visit: String,
    pub name: String,
}

/// Arguments of `phrase_expand`.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct PhraseExpandArgs {
    pub visit: String,
    /// A phrase's text, or one `{{value}}`.
    pub text: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ExpandedView {
    /// With each value's date and source; what is not known is a field that says why.
    pub text: String,
}
