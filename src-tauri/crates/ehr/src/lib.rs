//! The EHR over the network.
//!
//! `smart/` signs on, `client` reads and creates within limits, `change` changes what was written, `chart` knows what to ask for
//! each section, `capability` and `personality/` what this EHR takes, `route` where each item goes, `writeplan` turns
//! a signed note into requests, `parents` fills in what they waited for. Everything from the EHR is hostile until parsed.

pub mod capability;
pub mod change;
pub mod changes;
pub mod chart;
mod check;
pub mod client;
mod error;
pub mod http;
pub mod look;
pub mod parents;
pub mod personality;
pub mod retraction;
pub mod route;
pub mod smart;
pub mod writeplan;

pub use check::{SignInCheck, Surprise};
pub use error::EhrError;
