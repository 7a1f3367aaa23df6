//! What has to happen after the visit.

use crate::phi::Phi;
use serde::{Deserialize, Serialize};

/// A task for somebody, with a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    pub id: String,
    pub text: Phi<String>,
    /// `Practitioner/123` and the like.
    pub owner: String,
    pub owner_name: String,
    /// `YYYY-MM-DD`
    pub due: Option<jiff::civil::Date>,
    pub urgent: bool,
}
