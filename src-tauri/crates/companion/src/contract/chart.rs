//! The patient's history as the chart pane shows it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    Allergies,
    Problems,
    Medications,
    Vitals,
    Labs,
    Results,
    Notes,
    Immunizations,
    Procedures,
    Encounters,
    Orders,
    Social,
    Plans,
    CareTeam,
    Coverage,
    Devices,
    FamilyHistory,
    /// What no section shows, counted by kind.
    Other,
}

/// Loading, complete, partial or failed; never "none" for "not loaded". Not offered: this EHR does not
/// have it, or not for this sign-in; trying again does not help.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SectionState {
    Loading,
    Complete,
    Partial { why: String },
    Failed { why: String },
    NotOffered { why: String },
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ChartView {
    pub visit: String,
    pub sections: Vec<ChartSection>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ChartSection {
    pub kind: SectionKind,
    pub title: String,
    pub state: SectionState,
    /// RFC 3339 instant at which the EHR gave this.
    pub as_of: Option<String>,
    /// Shown instead of items when the section is complete and empty.
    pub empty_words: String,
    pub items: Vec<ChartItem>,
    /// Entries that were read but could not be understood; they are counted, not hidden.
    pub unreadable: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ItemFlag {
    High,
    Low,
    /// Critically high or low, or a severe allergy.
    Critical,
    /// Abnormal without a direction.
    Abnormal,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ChartItem {
    /// `Type/id` in the EHR.
    pub id: String,
    pub title: String,
    pub detail: Option<String>,
    /// "active", "stopped", "unrecognised: …"
    pub status: Option<String>,
    /// False for what is resolved, stopped or inactive.
    pub current: bool,
    /// As the EHR gives it, possibly partial.
    pub date: Option<String>,
    pub flag: Option<ItemFlag>,
    pub source: Option<String>,
    /// Older values of the same measurement, oldest first; the last is the one in `detail`.
    pub series: Vec<SeriesPoint>,
    /// True: `chart_document` gives its text.
    pub has_document: bool,
    /// An ICD-10-CM code that this item carries, for one-key coding from the problem list.
    pub icd10: Option<String>,
    /// The code that tells what this is.
    pub code: Option<ItemCode>,
    /// Further records of the EHR that this line stands for, by `Type/id`: the same diagnosis of past
    /// visits, older values that are in no series.
    pub also: Vec<String>,
    /// Instead of records: how many of this kind the EHR has (section `other`).
    pub count: Option<u32>,
}

/// A code of a public code system.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ItemCode {
    /// `http://loinc.org`
    pub system: String,
    pub code: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SeriesPoint {
    /// `Type/id` in the EHR.
    pub id: String,
    /// The day, possibly partial; none where the EHR gives none.
    pub date: Option<String>,
    /// The date as the EHR wrote it, with its time when it has one.
    pub written: Option<String>,
    /// Decimal text as the EHR wrote it, with its comparator; for blood pressure "138/86"; else words.
    pub value: String,
    pub unit: String,
    /// The unit's UCUM code, when the EHR gives one.
    pub ucum: Option<String>,
    /// For drawing only; never shown. None for words, and for a limit such as "<5".
    pub number: Option<f64>,
    /// For drawing only: the diastolic pressure.
    pub second: Option<f64>,
    pub range: Option<ReferenceRange>,
    pub flag: Option<ItemFlag>,
    /// "preliminary", "unrecognised: …"; none for a final value.
    pub status: Option<String>,
}

/// The range that the laboratory gave with one value.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ReferenceRange {
    /// For drawing only; a side may be open.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub words: String,
}
