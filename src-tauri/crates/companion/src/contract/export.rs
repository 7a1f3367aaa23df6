//! What leaves Chartside as a file because the clinician says so.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Arguments of `note_pdf`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct SignedDocumentArgs {
    pub visit: String,
    /// Of the signed note, an addendum or a correction.
    pub id: String,
}

/// What became of it.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ExportedView {
    /// "Saved as Progress note 2026-11-22.pdf"; `None`: the clinician gave it up, and nothing was written.
    pub words: Option<String>,
}
