//! Which codes the facts of a visit support: diagnosis search and visit-code rules.
//!
//! Everything here is a suggestion with its evidence; what is filed is the clinician's choice.
//! The tables and rules are data files with their own provenance, in `data/`.

pub mod facts;
pub mod icd10;
mod index;
pub mod pack;
mod prior;
mod query;
pub mod rules;
mod search;
mod synonyms;
pub mod visit_codes;
mod words;

pub use facts::{Mdm, MdmLevel, Modality, PatientPlace, Payer};
pub use icd10::{Code, Table, TableError};
pub use pack::{PackError, RulePack};
pub use search::Hit;
pub use visit_codes::{Accepted, Basis, Inputs, Outcome, Suggestion, Why, recheck, suggest};

#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod visit_code_tests;
