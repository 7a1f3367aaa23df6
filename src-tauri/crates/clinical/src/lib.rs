//! What a visit is: pure types and rules. No I/O, no clock, no JSON, no async.
//!
//! `identity` decides whose chart may be written, `note` what a signed document is,
//! `coding` which codes the facts support, `delivery` what may happen to each signed
//! item on its way into the EHR. `phi` keeps all of it out of logs.

pub mod attestation_text;
pub mod brief;
pub mod chart;
pub mod chart_value;
pub mod coding;
pub mod date;
pub mod delivery;
pub mod document;
pub mod followup;
pub mod headed;
pub mod history;
pub mod identity;
pub mod identity_issue;
pub mod item;
pub mod ledger;
pub mod new_patient;
pub mod note;
pub mod phi;
pub mod phrase;
pub mod site_file;
pub mod spelling;
pub mod template;
pub mod us_state;
pub mod visit;
pub mod worklist;
pub mod wrong_encounter;
