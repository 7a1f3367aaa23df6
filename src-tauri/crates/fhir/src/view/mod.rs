//! Lenient views, one file per resource: a resource in, a `clinical` value out, `None` only when
//! there is nothing to show. What is not understood is said to be so, never left out or guessed.

mod allergy;
mod appointment;
mod condition;
mod coverage;
mod document;
mod encounter;
mod medication;
mod observation;
mod patient;
mod people;
mod schedule;

pub use allergy::allergy;
pub use appointment::{slot, slot_encounter};
pub use condition::condition;
pub use coverage::{Coverage, coverage};
pub use document::{Content, contents, document, plain_text};
pub use encounter::encounter;
pub use medication::medication;
pub use observation::observation;
pub use patient::patient;
pub use people::{Person, RoleWord, is_current, person, qualification_words, role_words};
pub use schedule::{VisitContext, appointment_context, encounter_context};
