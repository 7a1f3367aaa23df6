//! Takes everything but guards against nothing: no conditional create, no bundles. What most
//! EHRs are like when a response is lost.

use super::Personality;

#[derive(Debug)]
pub struct Plain;

impl Personality for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn keeps_slots(&self) -> bool {
        false
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
