//! What stands in the chart after the signature: the note, its addenda and corrections, and drafts of those.

use super::{DeliveryItem, ItemKind, NoteSection, WritePlanView};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum AmendmentKind {
    /// Adds to the signed note; both stand.
    Addendum,
    /// Stands instead of it.
    Correction,
    /// Makes somebody else's note final, with a statement.
    Cosign,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SignedDocumentsView {
    pub visit: String,
    /// The note first, then what was signed after it, in order. Empty while the visit is not signed.
    pub documents: Vec<SignedDocument>,
    /// Begun and not signed.
    pub drafts: Vec<AmendmentDraft>,
    /// An addendum or a correction can be begun now.
    pub may_amend: bool,
    /// Why not.
    pub why_not: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is what the chart says.
    Stands,
    /// A correction stands instead.
    Replaced,
    /// It was entered in error.
    Retracted,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SignedDocument {
    pub id: String,
    pub kind: ItemKind,
    pub title: String,
    pub by: String,
    /// RFC 3339
    pub at: String,
    /// As signed and filed.
    pub text: String,
    /// What the clinician wrote, section by section.
    pub written: Vec<WrittenPart>,
    /// SHA-256 of the text, hex.
    pub content_hash: String,
    /// Titles of the sections that a correction changed, also of those that it emptied.
    pub changed: Vec<String>,
    pub standing: Standing,
    /// "Replaced by the correction of 14:40 by Amara Okafor"; empty where it stands.
    pub standing_words: String,
    /// Of a note that waited for a supervising clinician: "Cosigned by Amara Okafor, MD."
    pub cosigned: Option<String>,
    /// `None`: the EHR takes no notes, so it stays here.
    pub delivery: Option<DeliveryItem>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct WrittenPart {
    pub title: String,
    pub text: String,
    /// A correction changed it.
    pub changed: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct AmendmentDraft {
    pub id: String,
    pub kind: AmendmentKind,
    /// RFC 3339
    pub begun_at: String,
}

/// Notes of others in the chart that wait for a supervising clinician.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CosignView {
    pub visit: String,
    pub waiting: Vec<CosignNote>,
    /// Cosigned here, in order.
    pub done: Vec<SignedDocument>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CosignNote {
    /// `DocumentReference/id`
    pub document: String,
    pub title: String,
    /// "by Nikhil Iyer, MD, 2026-11-22 14:32"
    pub words: String,
    /// A statement was begun.
    pub begun: bool,
}

/// The draft of an addendum, a correction or a cosignature.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct AmendmentView {
    pub visit: String,
    pub id: String,
    pub kind: AmendmentKind,
    pub title: String,
    /// What it amends: "Progress note, signed 14:32 by Amara Okafor".
    pub about: String,
    /// Named `<id>/<section>`: `note_edit`, versions and undo take that.
    pub sections: Vec<AmendedSection>,
    /// The one item that signing writes, and what keeps from signing.
    pub plan: WritePlanView,
    /// Exactly as it will be filed.
    pub preview: String,
    /// Of a cosignature: the note in the chart, for `chart_document`.
    pub document: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct AmendedSection {
    pub section: NoteSection,
    /// What was signed there; `None` in an addendum.
    pub signed_text: Option<String>,
    pub changed: bool,
}

/// Arguments of `amendment_begin`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct AmendmentBeginArgs {
    pub visit: String,
    pub kind: AmendmentKind,
    /// Of a cosignature: the note in the chart.
    pub document: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct AmendmentArgs {
    pub visit: String,
    pub id: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct AmendmentSignArgs {
    pub visit: String,
    pub id: String,
    /// From the plan that the clinician saw.
    pub plan_hash: String,
}
