//! FHIR R4 JSON in and out. No I/O.
//!
//! In: `json` reads any JSON without failing, `view/` turns one resource into `clinical` types
//! and never drops a neighbour, `bundle` and `outcome` read answers. Out: `write/` builds what
//! is sent, `compare` says whether the EHR kept it, `differences` shows a person what it did not keep.

pub mod bundle;
pub mod compare;
pub mod differences;
pub mod json;
pub mod outcome;
pub mod patch;
pub mod view;
pub mod write;

/// Code systems, by their canonical URLs (<https://hl7.org/fhir/R4/terminologies-systems.html>).
pub mod system {
    pub const LOINC: &str = "http://loinc.org";
    pub const UCUM: &str = "http://unitsofmeasure.org";
    pub const SNOMED: &str = "http://snomed.info/sct";
    pub const ICD10CM: &str = "http://hl7.org/fhir/sid/icd-10-cm";
    pub const CPT: &str = "http://www.ama-assn.org/go/cpt";
    pub const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
    /// CMS place of service, as the HL7 terminology server names it.
    pub const PLACE_OF_SERVICE: &str =
        "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set";
}
