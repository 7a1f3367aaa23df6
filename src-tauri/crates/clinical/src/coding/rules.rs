//! What a rule pack holds: one struct per kind of row, each with its source and its dates.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::facts::{Facility, MdmLevel, Modality, PatientPlace, Payer};

/// Where a rule is written, and on which days it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// File and line of the pack, for error messages and reviews.
    pub file: String,
    pub line: usize,
    pub text: String,
    pub from: Date,
    pub to: Option<Date>,
}

impl Source {
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// One visit code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    pub code: String,
    pub new_patient: bool,
    pub mdm: MdmLevel,
    /// The least minutes on the day of the visit.
    pub minutes: u32,
    /// The telemedicine code of the same level, for payers that take it.
    pub video_twin: String,
    pub audio_twin: String,
    pub words: String,
    pub source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub telehealth: bool,
    pub patient: PatientPlace,
    pub code: String,
    pub words: String,
    pub source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModifierRule {
    pub payer: Payer,
    pub modality: Modality,
    pub modifiers: Vec<String>,
    pub words: String,
    pub source: Source,
}

/// A rule that the program knows by name; the pack gives its words and its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub name: Named,
    pub words: String,
    pub source: Source,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    Time,
    DecisionMaking,
    Diagnosis,
    AudioReason,
    MedicareAudioHome,
    MedicareAudioVideo,
    HomeVisit,
    MedicareFamily,
    PsychotherapyMdm,
    PsychotherapyShort,
    EvaluationAlone,
    NotTelehealth,
    SeparateContact,
    AudioDiscussion,
    ProlongedTime,
    Longitudinal25,
}

impl Named {
    pub const ALL: [(&'static str, Named); 16] = [
        ("time", Named::Time),
        ("decision_making", Named::DecisionMaking),
        ("diagnosis", Named::Diagnosis),
        ("audio_reason", Named::AudioReason),
        ("medicare_audio_home", Named::MedicareAudioHome),
        ("medicare_audio_video", Named::MedicareAudioVideo),
        ("home_visit", Named::HomeVisit),
        ("medicare_family", Named::MedicareFamily),
        ("psychotherapy_mdm", Named::PsychotherapyMdm),
        ("psychotherapy_short", Named::PsychotherapyShort),
        ("evaluation_alone", Named::EvaluationAlone),
        ("not_telehealth", Named::NotTelehealth),
        ("separate_contact", Named::SeparateContact),
        ("audio_discussion", Named::AudioDiscussion),
        ("prolonged_time", Named::ProlongedTime),
        ("longitudinal_25", Named::Longitudinal25),
    ];
}

/// What else can be, by payer and modality. `{video_twin}` and `{audio_twin}` stand for the level's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    pub payer: Payer,
    pub modality: Modality,
    pub words: String,
    pub source: Source,
}

/// From how many minutes another code may be added to the highest level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prolonged {
    pub payer: Payer,
    pub base: String,
    pub minutes: u32,
    pub code: String,
    pub source: Source,
}

/// What a service beside or in place of the visit code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceKind {
    Psychotherapy,
    PsychotherapyAddOn,
    Evaluation,
    CheckIn,
    Online,
    Longitudinal,
}

/// A service code and the minutes for which it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRule {
    pub kind: ServiceKind,
    /// `None`: any payer.
    pub payer: Option<Payer>,
    pub code: String,
    pub least: Option<u32>,
    pub most: Option<u32>,
    pub words: String,
    pub source: Source,
}

/// The modifier that a facility's claims carry in place of the telehealth one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacilityRule {
    pub payer: Payer,
    pub facility: Facility,
    pub modality: Modality,
    pub modifier: String,
    pub words: String,
    pub source: Source,
}
