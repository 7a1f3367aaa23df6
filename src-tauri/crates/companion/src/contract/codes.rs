//! Diagnoses and charges: what is suggested, why, and what the clinician accepted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CodesView {
    pub visit: String,
    /// In order; the first is the primary.
    pub diagnoses: Vec<DiagnosisView>,
    pub charges: Vec<ChargeView>,
    pub suggestions: Vec<SuggestionView>,
    /// What the rules still need to know, in words.
    pub needs: Vec<String>,
    /// "ICD-10-CM 2026 (April), valid 2026-04-01 to 2026-09-30" and a warning if the visit is outside.
    pub table: String,
    pub table_warning: Option<String>,
    /// "us-telehealth 2026.1: …"
    pub rule_pack: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DiagnosisView {
    /// With the dot: `E11.65`.
    pub code: String,
    pub title: String,
    pub primary: bool,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ChargeView {
    /// CPT or HCPCS code; no AMA descriptor is shipped.
    pub code: String,
    /// Our own plain words.
    pub words: String,
    pub modifiers: Vec<String>,
    /// CMS place-of-service code, two digits.
    pub place_of_service: String,
    pub units: u32,
    /// The ICD-10-CM codes it points to.
    pub diagnoses: Vec<String>,
    /// Facts changed since it was accepted: what no longer fits, in words.
    pub conflicts: Vec<String>,
}

/// One possible charge, with the evidence. Nothing is filed unless it is accepted.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct SuggestionView {
    pub code: String,
    pub words: String,
    pub modifiers: Vec<String>,
    pub place_of_service: String,
    pub basis: SuggestionBasis,
    pub why: Vec<Why>,
    /// What would lead to another code.
    pub would_change: Vec<String>,
    pub conflicts: Vec<String>,
    pub accepted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionBasis {
    Time,
    DecisionMaking,
    /// Both lead to this code.
    TimeAndDecisionMaking,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct Why {
    /// The rule in plain words.
    pub rule: String,
    /// Where the rule is written.
    pub source: String,
    /// The fact of this visit that it was applied to.
    pub fact: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct DiagnosisSearchArgs {
    pub visit: String,
    pub query: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DiagnosisHits {
    pub query: String,
    pub hits: Vec<DiagnosisHit>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DiagnosisHit {
    pub code: String,
    pub title: String,
    /// False: a category; choose one of its children.
    pub billable: bool,
    /// On this patient's problem list.
    pub on_problem_list: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct CodeArgs {
    pub visit: String,
    pub code: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct DiagnosisMoveArgs {
    pub visit: String,
    pub code: String,
    /// New place, 0 is the primary.
    pub index: u32,
}
