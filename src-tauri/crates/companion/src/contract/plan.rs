//! The write plan: before signing, what will be written where, and what this EHR cannot take.

use super::DeliveryView;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    Note,
    Diagnosis,
    Charge,
    FollowUpTask,
    FollowUpVisit,
    /// A note of its own that adds to a signed one.
    Addendum,
    /// A note of its own that stands instead of a signed one.
    Correction,
    /// A supervising clinician's statement about somebody else's note, and the change that makes that note final.
    Cosign,
    /// Marks a record that was written as no longer standing.
    Retraction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PlanOutcome {
    /// Written as its own record.
    Written,
    /// This EHR does not take it as its own record; it stands in the note.
    InNote,
    /// Cannot be written at all; the words say where it goes instead.
    NotWritten,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct WritePlanView {
    pub visit: String,
    pub ehr_name: String,
    pub personality: String,
    /// Identifies exactly this plan; `sign` takes it back.
    pub plan_hash: String,
    pub items: Vec<PlanItem>,
    /// What keeps the clinician from signing, each with what to do. Empty: ready.
    pub blockers: Vec<Blocker>,
    /// What deserves a look before signing, and does not keep from it.
    #[serde(default)]
    pub warnings: Vec<Blocker>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct PlanItem {
    pub id: String,
    pub kind: ItemKind,
    /// "Progress note", "E11.65 …", "99214", "Task: …"
    pub label: String,
    pub outcome: PlanOutcome,
    /// "FHIR DocumentReference, created" and the like; absent when nothing is sent.
    pub resource: Option<String>,
    /// `POST DocumentReference`
    pub request: Option<String>,
    pub format: Option<String>,
    /// "At signing", "After the note is filed"
    pub moment: String,
    pub depends_on: Vec<String>,
    /// The whole of it in one plain sentence.
    pub words: String,
}

/// Arguments of `plan_export`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct PlanExportArgs {
    pub visit: String,
    pub form: PlanForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PlanForm {
    Json,
    /// With the JSON inside.
    Pdf,
}

/// What was planned at signing, and what became of it.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct PlanFactsView {
    pub visit: String,
    /// In the order in which it was signed; empty: nothing was signed yet.
    pub rows: Vec<PlanRow>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct PlanRow {
    pub planned: PlanItem,
    pub became: Became,
    /// "Filed 14:32 as DocumentReference/1123", "Stands in the note, as planned."
    pub words: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    AsPlanned,
    UnderWay,
    /// Refused, taken back, or waiting for a person.
    Otherwise,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum BlockerKind {
    Identity,
    Note,
    Facts,
    Codes,
    Rights,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct Blocker {
    pub kind: BlockerKind,
    pub what: String,
    /// The note section or fact that it is about, to move the focus there.
    pub target: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct SignArgs {
    pub visit: String,
    /// From the plan that the clinician saw.
    pub plan_hash: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SignResult {
    pub at: String,
    pub content_hash: String,
    pub delivery: DeliveryView,
}
