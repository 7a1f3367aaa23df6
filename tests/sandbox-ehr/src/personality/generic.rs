//! An open server that takes everything: HAPI-like.

use super::Personality;

#[derive(Debug)]
pub struct Generic;

impl Personality for Generic {
    fn name(&self) -> &'static str {
        "generic"
    }
}
