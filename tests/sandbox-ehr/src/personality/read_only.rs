//! A server whose FHIR interface only reads: every write is answered with 405.

use super::{Interaction, Personality};

#[derive(Debug)]
pub struct ReadOnly;

impl Personality for ReadOnly {
    fn name(&self) -> &'static str {
        "read-only"
    }

    fn offers(&self, _kind: &str, interaction: Interaction) -> bool {
        matches!(interaction, Interaction::Read | Interaction::Search)
    }

    fn conditional_create(&self) -> bool {
        false
    }

    fn batch(&self) -> bool {
        false
    }

    fn transaction(&self) -> bool {
        false
    }
}
