//! The facts of a visit that decide which visit codes fit. Nothing here has a default.

use serde::{Deserialize, Serialize};

/// How clinician and patient met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    Video,
    Audio,
    InPerson,
}

/// Where the patient was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatientPlace {
    Home,
    Elsewhere,
}

/// A level of decision making, of one element or of the whole visit. Ordered from low to high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MdmLevel {
    Straightforward,
    Low,
    Moderate,
    High,
}

/// The three elements of decision making, as the clinician judged them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mdm {
    pub problems: Option<MdmLevel>,
    pub data: Option<MdmLevel>,
    pub risk: Option<MdmLevel>,
}

/// Who pays, as far as the rules tell payers apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    Medicare,
    Commercial,
    Medicaid,
    Unknown,
}

impl MdmLevel {
    pub fn words(self) -> &'static str {
        match self {
            Self::Straightforward => "straightforward",
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }
}

impl Mdm {
    /// Two of the three elements must be met or exceeded: the second highest decides.
    /// Certain with all three known, or two alike; otherwise not given.
    pub fn level(&self) -> Option<MdmLevel> {
        let mut known: Vec<MdmLevel> = [self.problems, self.data, self.risk].into_iter().flatten().collect();
        known.sort_unstable();
        match known.as_slice() {
            [_, second, _] => Some(*second),
            [a, b] if a == b => Some(*a),
            _ => None,
        }
    }
}
