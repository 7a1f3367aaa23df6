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
    Notes,
    Encounters,
}

/// Loading, complete, partial or failed; never "none" for "not loaded".
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SectionState {
    Loading,
    Complete,
    Partial { why: String },
    Failed { why: String },
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
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SeriesPoint {
    pub date: String,
    /// Decimal text as the EHR wrote it; for blood pressure "138/86".
    pub value: String,
    pub unit: String,
    /// For drawing only; never shown.
    pub number: Option<f64>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct DocumentArgs {
    pub visit: String,
    /// `DocumentReference/123`
    pub id: String,
}

/// A document as plain text; active content never reaches the window.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DocumentView {
    pub id: String,
    pub title: String,
    pub date: Option<String>,
    pub author: Option<String>,
    pub text: String,
    /// Said when the document cannot be shown as text here.
    pub not_shown: Option<String>,
}
