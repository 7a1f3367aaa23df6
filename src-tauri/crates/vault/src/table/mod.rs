//! One file per table (or pair of tables that live together).

pub mod amendment;
pub mod audit;
pub mod chart;
mod draft;
pub mod ehr_known;
pub mod note;
pub mod outbox;
mod phrase;
pub mod refused_kind;
pub mod retraction;
mod session;
mod spelling;
mod visit;
pub mod worklist;

use crate::VaultError;
use jiff::Timestamp;

/// Instants are stored as RFC 3339 text.
fn instant(text: &str) -> Result<Timestamp, VaultError> {
    text.parse().map_err(|_| VaultError::Form)
}
