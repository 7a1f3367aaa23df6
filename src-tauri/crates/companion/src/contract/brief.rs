//! What changed since the clinician's last visit with this patient.

use super::{ItemFlag, SectionKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct BriefView {
    pub visit: String,
    pub since: BriefSince,
    /// Only groups with something to say, in the order of the pane. None, and nothing `not_loaded`:
    /// nothing changed that these rules look at.
    pub groups: Vec<BriefGroup>,
    /// Sections that are missing here, or older than the brief should be, each with why.
    pub not_loaded: Vec<BriefMissing>,
    /// What the chart does not say, in words: "Of 2 medications it is not recorded when they ended."
    pub remarks: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "since", rename_all = "snake_case")]
pub enum BriefSince {
    Known {
        /// `YYYY-MM-DD`
        date: String,
        /// "your visit", or "the visit with Dr. Castellano" when none with you is on record.
        words: String,
        /// False: it was somebody else's visit.
        yours: bool,
        /// `Encounter/123`
        encounter: String,
    },
    /// Then there are no groups.
    Unknown { why: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum BriefGroupKind {
    Medications,
    Problems,
    Allergies,
    Results,
    Notes,
    /// Admissions and emergency visits.
    Stays,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct BriefGroup {
    pub kind: BriefGroupKind,
    pub title: String,
    pub lines: Vec<BriefLine>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum BriefKind {
    MedicationNew,
    MedicationChanged,
    MedicationStopped,
    ProblemNew,
    AllergyNew,
    ResultOutOfRange,
    /// Within its range, but moved more than it does by itself, or back within its range.
    ResultChanged,
    NoteNew,
    Admission,
    Emergency,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct BriefLine {
    pub kind: BriefKind,
    /// The kind in a word: "new", "changed", "stopped", "out of range", …
    pub word: String,
    pub text: String,
    pub detail: Option<String>,
    /// `YYYY-MM-DD`
    pub date: Option<String>,
    pub flag: Option<ItemFlag>,
    /// The section in which the evidence stands.
    pub section: SectionKind,
    /// `Type/id` of the records that say so, the newest first.
    pub evidence: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct BriefMissing {
    pub section: SectionKind,
    pub title: String,
    pub why: String,
}
