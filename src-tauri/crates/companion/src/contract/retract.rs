//! Taking back what was signed: entered in error.

use super::ItemKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum RetractReason {
    WrongPatient,
    WrongVisit,
    Twice,
    /// The visit, or this part of it, did not take place.
    NotDone,
    /// The words say which.
    Other,
}

/// What becomes of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum RetractOutcome {
    /// The EHR is told.
    Marked,
    /// It was not sent, and is not any more.
    Withdrawn,
    /// The EHR has it, or may, and lets nobody change it from here.
    ByHand,
    /// It was only here.
    Here,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct RetractView {
    pub visit: String,
    /// Everything that was signed, the note first.
    pub parts: Vec<RetractPart>,
    /// Why nothing can be retracted now.
    pub why_not: Option<String>,
    pub plan_hash: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct RetractPart {
    pub id: String,
    pub kind: ItemKind,
    pub label: String,
    /// Of a document: its id in `signed_get`.
    pub document: Option<String>,
    pub outcome: RetractOutcome,
    /// What becomes of it, in words.
    pub words: String,
    /// It takes everything else with it.
    pub takes_all: bool,
    /// It was retracted before; how that stands.
    pub retracted: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct RetractArgs {
    pub visit: String,
    /// Ids of parts.
    pub parts: Vec<String>,
    pub reason: RetractReason,
    /// The clinician's own words; needed where the reason is another one. They stay in Chartside.
    pub words: String,
    /// From the view that the clinician saw.
    pub plan_hash: String,
}
