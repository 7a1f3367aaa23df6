//! Which codes the facts of a visit support: diagnosis search and visit-code rules.
//!
//! Everything here is a suggestion with its evidence; what is filed is the clinician's choice.
//! The tables and rules are data files with their own provenance, in `data/`.

pub mod below;
pub mod descriptors;
pub mod facts;
pub mod guidance;
pub mod icd10;
mod index;
pub mod pack;
mod pack_rows;
mod prior;
mod query;
pub mod references;
pub mod rules;
mod search;
pub mod services;
mod synonyms;
pub mod tabular;
pub mod visit_codes;
pub(crate) mod words;

pub use facts::{Extra, Facility, Mdm, MdmLevel, Modality, PatientPlace, Payer};
pub use icd10::{Code, Table, TableError};
pub use pack::{PackError, RulePack};
pub use search::Hit;
pub use services::Service;
pub use tabular::{NoteKind, Notes};
pub use visit_codes::{Accepted, Basis, Inputs, Outcome, Suggestion, Why, recheck, suggest};

#[cfg(test)]
mod guidance_tests;
#[cfg(test)]
mod search_quality_tests;
#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod service_tests;
#[cfg(test)]
mod visit_code_tests;
