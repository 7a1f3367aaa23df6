//! The note being written, and its follow-ups.

use super::CopiedText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct NoteView {
    pub visit: String,
    pub template: String,
    /// Why it is this template, in one sentence.
    pub template_words: String,
    /// What it can be switched to.
    pub templates: Vec<TemplateChoice>,
    /// Templates of the site that cannot be used: file, line and reason.
    pub template_problems: Vec<String>,
    pub title: String,
    pub sections: Vec<NoteSection>,
    /// Filled from facts; the clinician changes the facts, not this text.
    pub attestation: String,
    /// What must still be filled before signing, in words.
    pub missing: Vec<String>,
    pub signed: Option<SignedView>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct NoteSection {
    /// Stable within the template, such as `hpi`.
    pub section: String,
    pub loinc: String,
    pub title: String,
    pub prompt: String,
    pub required: bool,
    pub text: String,
    /// Grows with every saved edit of this section; 0 means never edited.
    pub revision: u32,
    pub saved_at: Option<String>,
    /// The template that had this section, when the note's has none like it. Its text is filed all the
    /// same; once it is empty, it need not be shown.
    pub kept_from: Option<String>,
    /// Text of an earlier note that stands here word for word.
    pub copied: Vec<CopiedText>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct TemplateChoice {
    pub template: String,
    pub name: String,
    /// Written by the site.
    pub site: bool,
    /// It is the one for the type of this visit.
    pub fits: bool,
}

/// Arguments of `note_template`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteTemplateArgs {
    pub visit: String,
    pub template: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SignedView {
    pub at: String,
    pub by: String,
    /// SHA-256 of the note's canonical text, hex.
    pub content_hash: String,
}

/// Arguments of `note_edit`: the whole text of one section.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteEditArgs {
    pub visit: String,
    pub section: String,
    pub text: String,
    /// The revision that this edit started from; another one is a conflict.
    pub base_revision: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SavedView {
    pub section: String,
    pub revision: u32,
    pub saved_at: String,
}

/// The note exactly as it will be filed, as text.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct NotePreview {
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Routine,
    Urgent,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct FollowUpView {
    pub id: String,
    pub text: String,
    /// Who is to do it, as shown.
    pub owner: String,
    /// `YYYY-MM-DD`
    pub due: Option<String>,
    pub priority: Priority,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct FollowUpsView {
    pub visit: String,
    pub items: Vec<FollowUpView>,
    /// Who a task can be given to: the signed-in clinician first, then the care team.
    pub owners: Vec<OwnerChoice>,
    /// What visits of this kind often have, from the template; not added by itself.
    pub usual: Vec<UsualFollowUp>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct UsualFollowUp {
    pub text: String,
    /// `YYYY-MM-DD`
    pub due: Option<String>,
    pub priority: Priority,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct OwnerChoice {
    /// `Practitioner/123`
    pub reference: String,
    pub name: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct FollowUpAddArgs {
    pub visit: String,
    pub text: String,
    pub owner: String,
    pub due: Option<String>,
    pub priority: Priority,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct FollowUpRemoveArgs {
    pub visit: String,
    pub id: String,
}
