//! What a chart can say, as the EHR said it. Absent, unrecognised and negative are different
//! things here and stay different on the screen.

use crate::date::PartialDate;
use crate::phi::Phi;
use serde::{Deserialize, Serialize};

/// The sections of the history, in the order of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    Allergies,
    Problems,
    Medications,
    Vitals,
    Labs,
    Notes,
    Encounters,
}

impl Section {
    /// All, in order.
    pub const ALL: [Section; 7] = [
        Section::Allergies,
        Section::Problems,
        Section::Medications,
        Section::Vitals,
        Section::Labs,
        Section::Notes,
        Section::Encounters,
    ];
}

/// A code with the words that came with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coded {
    pub text: String,
    pub codings: Vec<(String, String)>,
}

impl Coded {
    /// The code in this system, if there is one.
    pub fn code(&self, system: &str) -> Option<&str> {
        self.codings.iter().find(|(s, _)| s == system).map(|(_, c)| c.as_str())
    }
}

/// A status: one that we know the meaning of, one that we do not, or none at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Known(String),
    Unrecognised(String),
    Absent,
}

impl Status {
    /// As shown: never blank out what is not understood.
    pub fn words(&self) -> Option<String> {
        match self {
            Status::Known(s) => Some(s.clone()),
            Status::Unrecognised(s) => Some(format!("unrecognised: {s}")),
            Status::Absent => None,
        }
    }
    /// True when the status is known and one of these.
    pub fn is(&self, any: &[&str]) -> bool {
        matches!(self, Status::Known(s) if any.contains(&s.as_str()))
    }
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// `Type/id`
    pub id: String,
    pub title: Phi<String>,
    pub detail: Option<Phi<String>>,
    pub status: Status,
    /// False for what is over: resolved, stopped, inactive, entered in error.
    pub current: bool,
    pub date: Option<Phi<PartialDate>>,
    pub flag: Option<Flag>,
    pub source: Option<String>,
    pub code: Coded,
    /// Numbers of a measurement, for grouping and trends.
    pub values: Vec<Value>,
    pub has_document: bool,
    /// "No known allergies" and the like: a recorded absence.
    pub negation: bool,
    /// A diagnosis of one past visit, not an entry of the problem list.
    pub visit_diagnosis: bool,
}

/// One number with its unit, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// LOINC code of the component, or of the observation itself.
    pub code: String,
    /// Decimal text, never rounded.
    pub text: String,
    pub unit: String,
}

/// Why a line deserves a second look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flag {
    High,
    Low,
    Critical,
    Abnormal,
}

impl Flag {
    /// HL7 v3 ObservationInterpretation codes.
    pub fn from_interpretation(code: &str) -> Option<Self> {
        Some(match code {
            "H" | "HU" => Flag::High,
            "L" | "LU" => Flag::Low,
            "HH" | "LL" | "AA" => Flag::Critical,
            "A" => Flag::Abnormal,
            _ => return None,
        })
    }
}

/// SNOMED CT codes that record an absence of allergies (716186003 "No known allergy" and kinds).
pub const NO_KNOWN_ALLERGY: [&str; 4] = ["716186003", "409137002", "428607008", "429625007"];
