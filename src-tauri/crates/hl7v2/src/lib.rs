//! The charges of a visit as HL7 v2.5.1 DFT^P03 (detail financial transaction), and what a receiver answers.
//!
//! `MSH EVN PID PV1 {FT1} {DG1}`: in DFT_P03 of 2.5.1 the diagnoses follow after all charges (chapter 6.4.3); each
//! charge names its own in FT1-19. What a receiver has to know beside the standard:
//!
//! | field | holds | because |
//! |---|---|---|
//! | PID-3 | record number (`MR`) first, then the EHR's id (`PI`) | many readers take the first |
//! | PV1-2, PV1-19 | `O`; the EHR's id of the encounter (`VN`) | a clinic |
//! | FT1-2 | ten characters from the item's id, then the number of the charge | 12 are allowed; the same when it is sent again |
//! | FT1-4 | the day of service | |
//! | FT1-7, FT1-25 | the code: `C4` for CPT, `HCPCS` for level II; never a descriptor | table 0396; descriptors are the AMA's |
//! | FT1-16.1 | CMS place of service | the location "when the charged service was rendered"; nothing else is in the field |
//! | FT1-26 | modifiers: `CPTM` or `HCPCS` | table 0396 |
//! | FT1-19, DG1-3 | code and title, `I10C` | table 0396, as it came to be after 2.5.1 |
//! | DG1-15 | 1 for the first diagnosis, then 2 and so on | table 0359 |
//!
//! Clinicians are named by their NPI (`NPI`, table 0203), else by the EHR's id. Only what is needed for a charge is in the
//! message.

mod acknowledgement;
mod dft;
mod header;
mod text;

use jiff::Timestamp;
use jiff::civil::Date;

pub use acknowledgement::{Acknowledgement, Answer, acknowledgement};
pub use dft::dft_p03;
pub use header::{control_id, fields, with_control_id};

/// Who sends and who receives: MSH-3 to MSH-6, each a namespace, for which the standard has 20 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Route {
    pub sending_application: String,
    pub sending_facility: String,
    pub receiving_application: String,
    pub receiving_facility: String,
    /// The receiver is asked to answer (MSH-15 `NE`, MSH-16 `AL`).
    pub answers: bool,
    /// MSH-11 is `T`, not `P`.
    pub test: bool,
}

/// A patient or a clinician.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The EHR's.
    pub id: String,
    pub family: String,
    /// Middle names after the first.
    pub given: Vec<String>,
    /// Of a clinician: the National Provider Identifier, which then stands instead of the EHR's id.
    pub npi: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Patient {
    pub person: Person,
    pub record_number: Option<RecordNumber>,
    /// As in FHIR: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Left out when it is anything else.
    pub birth_date: Option<String>,
    /// FHIR administrative gender: `male`, `female`, `other`, `unknown`.
    pub sex: Option<String>,
}

/// The MRN.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordNumber {
    pub value: String,
    /// Who gave it, in the 20 characters that the standard has for a namespace. May be empty.
    pub assigner: String,
}

/// One line of the bill.
#[derive(Clone, PartialEq, Eq)]
pub struct Charge {
    /// CPT or HCPCS level II.
    pub code: String,
    pub modifiers: Vec<String>,
    pub units: u32,
    /// CMS place of service, two digits.
    pub place_of_service: String,
    /// 1-based places in the transaction's diagnoses, the most important first. Others are ignored.
    pub diagnoses: Vec<u32>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// ICD-10-CM, with its point.
    pub code: String,
    pub title: String,
}

/// The charges of one visit.
#[derive(Clone, PartialEq, Eq)]
pub struct Transaction {
    /// The UUID of the item; the ids of the transactions (FT1-2) are made from it.
    pub id: String,
    pub patient: Patient,
    /// The EHR's id.
    pub encounter: Option<String>,
    pub clinician: Person,
    /// The day of service.
    pub day: Date,
    /// When the message is made: MSH-7 and EVN-2, in UTC.
    pub at: Timestamp,
    pub diagnoses: Vec<Diagnosis>,
    pub charges: Vec<Charge>,
}
