//! athenaOne: FHIR only reads (but for QuestionnaireResponse), pages by cursor, states no total.

use super::{Interaction, Personality};

#[derive(Debug)]
pub struct Athena;

impl Personality for Athena {
    fn name(&self) -> &'static str {
        "athena"
    }

    fn names_searches(&self) -> bool {
        false
    }

    fn software(&self) -> &'static str {
        "athenaOne (sandbox)"
    }

    fn offers(&self, kind: &str, interaction: Interaction) -> bool {
        match interaction {
            Interaction::Read | Interaction::Search => true,
            Interaction::Create => kind == "QuestionnaireResponse",
            _ => false,
        }
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

    fn totals(&self) -> bool {
        false
    }
}
