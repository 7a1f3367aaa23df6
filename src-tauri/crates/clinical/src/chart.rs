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
    /// Reports, and measurements that are neither vitals nor laboratory results.
    Results,
    Notes,
    Immunizations,
    Procedures,
    Encounters,
    /// What was ordered.
    Orders,
    /// Social history, surveys, preferences.
    Social,
    /// Goals and care plans.
    Plans,
    /// The care team and the patient's own people.
    CareTeam,
    Coverage,
    Devices,
    FamilyHistory,
    /// What no section shows is counted here by its kind.
    Other,
}

impl Section {
    /// All, in order.
    pub const ALL: [Section; 18] = [
        Section::Allergies,
        Section::Problems,
        Section::Medications,
        Section::Vitals,
        Section::Labs,
        Section::Results,
        Section::Notes,
        Section::Immunizations,
        Section::Procedures,
        Section::Encounters,
        Section::Orders,
        Section::Social,
        Section::Plans,
        Section::CareTeam,
        Section::Coverage,
        Section::Devices,
        Section::FamilyHistory,
        Section::Other,
    ];

    /// A stable name: the vault keeps sections under it.
    pub fn name(self) -> &'static str {
        match self {
            Section::Allergies => "allergies",
            Section::Problems => "problems",
            Section::Medications => "medications",
            Section::Vitals => "vitals",
            Section::Labs => "labs",
            Section::Results => "results",
            Section::Notes => "notes",
            Section::Immunizations => "immunizations",
            Section::Procedures => "procedures",
            Section::Encounters => "encounters",
            Section::Orders => "orders",
            Section::Social => "social",
            Section::Plans => "plans",
            Section::CareTeam => "care_team",
            Section::Coverage => "coverage",
            Section::Devices => "devices",
            Section::FamilyHistory => "family_history",
            Section::Other => "other",
        }
    }
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
    /// The value of a measurement in words, without range and remarks.
    pub shown: Option<Phi<String>>,
    /// The normal range of a measurement.
    pub range: Option<Range>,
    pub has_document: bool,
    /// "No known allergies" and the like: a recorded absence.
    pub negation: bool,
    /// A diagnosis of one past visit, not an entry of the problem list.
    pub visit_diagnosis: bool,
    /// How many records this line stands for, where they are counted and not shown.
    pub count: Option<u64>,
}

impl Entry {
    /// A line with nothing but a name yet; without one it says so in `unnamed`.
    pub fn new(id: String, title: &str, unnamed: &str) -> Self {
        Self {
            id,
            title: Phi::from(if title.is_empty() { unnamed } else { title }),
            detail: None,
            status: Status::Absent,
            current: true,
            date: None,
            flag: None,
            source: None,
            code: Coded::default(),
            values: Vec::new(),
            shown: None,
            range: None,
            has_document: false,
            negation: false,
            visit_diagnosis: false,
            count: None,
        }
    }

    /// The same line with its code.
    #[must_use]
    pub fn coded(self, code: Coded) -> Self {
        Self { code, ..self }
    }
}

/// One number with its unit, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// LOINC code of the component, or of the observation itself.
    pub code: String,
    /// It is one part of a panel, not the measurement's own value.
    pub component: bool,
    /// Decimal text, never rounded.
    pub text: String,
    /// `<`, `>` and the like: the number is a limit, not the value itself.
    pub comparator: String,
    pub unit: String,
    /// The unit's code, where it is one of UCUM (<https://ucum.org>).
    pub ucum: Option<String>,
}

/// A normal range, as the laboratory wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// Decimal texts; one side may be open.
    pub low: Option<String>,
    pub high: Option<String>,
    /// "4.0–5.6", "≤ 5.6", or the laboratory's own words.
    pub words: String,
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
