//! Diagnoses and charges: what is suggested, why, and what the clinician accepted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CodesView {
    pub visit: String,
    /// In order; the first is the primary.
    pub diagnoses: Vec<DiagnosisView>,
    /// Pairs of them that the official list does not code together.
    pub exclusions: Vec<ExclusionView>,
    pub charges: Vec<ChargeView>,
    /// The visit codes first, then what can stand beside them.
    pub suggestions: Vec<SuggestionView>,
    /// What the clinician stated for the charges.
    pub extra: VisitExtra,
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
    /// On this patient's problem list.
    pub on_problem_list: bool,
    /// What the official list asks for with it, code first before the rest.
    pub notes: Vec<DiagnosisNote>,
}

/// An official note that asks for another code.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DiagnosisNote {
    /// "Code first"
    pub words: String,
    /// Where it stands: "ICD-10-CM, N18".
    pub source: String,
    /// The note as it is printed.
    pub lines: Vec<NoteLine>,
    pub state: NoteState,
    /// What the chosen diagnoses mean for it, in words.
    pub says: Option<String>,
    /// Where this diagnosis belongs in the order, when it stands wrong.
    pub belongs_at: Option<u32>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct NoteLine {
    pub text: String,
    /// Codes and categories that the line names, as they can be searched for.
    pub codes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoteState {
    /// None of its codes is chosen; whether one is needed, the clinician knows.
    Open,
    Met,
    /// Not as the list says: the order, or a code that is never the first.
    Wrong,
}

/// Two chosen diagnoses with an "excludes 1" note between them. A warning, never a block.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ExclusionView {
    pub first: String,
    pub second: String,
    /// "E11.9 and E10.9 are not coded together."
    pub words: String,
    /// The note as it is printed.
    pub note: String,
    /// Where it stands, and the guideline.
    pub source: String,
    /// Why the clinician keeps both.
    pub kept: Option<String>,
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
    pub units: u32,
    /// The visit codes with one of which it goes; empty: it stands alone.
    pub goes_with: Vec<String>,
    /// What a visit code rests on; none for a service beside it.
    pub basis: Option<SuggestionBasis>,
    pub why: Vec<Why>,
    /// What would lead to another code.
    pub would_change: Vec<String>,
    pub conflicts: Vec<String>,
    pub accepted: bool,
}

/// What only some visits have. `null` is "not said"; nothing asks for it to find more codes.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields, default)]
pub struct VisitExtra {
    /// Not counting the medical part of the visit.
    pub psychotherapy_minutes: Option<u32>,
    pub psychiatric_evaluation: Option<bool>,
    /// The clinician is the continuing focal point of the patient's care.
    pub longitudinal: Option<bool>,
    /// A separate service of the same day puts modifier 25 on the visit code.
    pub separate_service: Option<bool>,
    /// A short call that the patient asked for, in place of a visit.
    pub check_in_minutes: Option<u32>,
    /// Online messages over seven days, in place of a visit.
    pub online_minutes: Option<u32>,
    /// Of medical discussion, in an audio-only visit.
    pub discussion_minutes: Option<u32>,
    /// Video was available to the clinician; the patient could not or did not want to use it.
    pub video_offered: Option<bool>,
    pub facility: Option<FacilityKind>,
}

/// Facilities whose claims mark telehealth in their own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum FacilityKind {
    RhcFqhc,
    CahIi,
}

/// Arguments of `charge_facts`: the whole set, as the form shows it.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ExtraArgs {
    pub visit: String,
    pub extra: VisitExtra,
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

/// The way from a category to a code that can be billed: one question.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DiagnosisChoices {
    pub code: String,
    pub title: String,
    /// The category above; none at the top.
    pub parent: Option<String>,
    /// "Which side?"
    pub question: String,
    /// What the choices mean, with its source.
    pub help: Option<String>,
    pub choices: Vec<DiagnosisChoice>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct DiagnosisChoice {
    pub code: String,
    pub title: String,
    /// What this one has that the others do not: "right".
    pub differs: String,
    pub billable: bool,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct KeepBothArgs {
    pub visit: String,
    pub first: String,
    pub second: String,
    /// Empty: the warning stands again.
    pub reason: String,
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
