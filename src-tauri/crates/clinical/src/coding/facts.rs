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

/// How the patient agreed to a telehealth visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentHow {
    Spoken,
    Written,
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

/// Facilities whose claims mark telehealth in their own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facility {
    /// A rural health clinic or a federally qualified health center.
    RhcFqhc,
    /// A critical access hospital that bills by Method II.
    CahIi,
}

/// Facts that only some visits have. `None` is "not said"; nothing asks for them to find more codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extra {
    /// Minutes of psychotherapy, not counting the medical part of the visit.
    pub psychotherapy_minutes: Option<u32>,
    /// A psychiatric diagnostic evaluation was made.
    pub psychiatric_evaluation: Option<bool>,
    /// The clinician is the continuing focal point of the patient's care.
    pub longitudinal: Option<bool>,
    /// A separate service of the same day puts modifier 25 on the visit code.
    pub separate_service: Option<bool>,
    /// A short call that the patient asked for, in place of a visit.
    pub check_in_minutes: Option<u32>,
    /// Online messages with the patient over seven days, in place of a visit.
    pub online_minutes: Option<u32>,
    /// Minutes of medical discussion in an audio-only visit.
    pub discussion_minutes: Option<u32>,
    /// The clinician could use video; the patient could not or did not want to.
    pub video_offered: Option<bool>,
    pub facility: Option<Facility>,
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
