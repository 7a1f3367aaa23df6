//! Medplum: open like the generic one, with its own name.

use super::Personality;

#[derive(Debug)]
pub struct Medplum;

impl Personality for Medplum {
    fn name(&self) -> &'static str {
        "medplum"
    }

    fn software(&self) -> &'static str {
        "Medplum (sandbox)"
    }

    fn page_size(&self, _kind: &str) -> (usize, usize) {
        (20, 1000)
    }
}
