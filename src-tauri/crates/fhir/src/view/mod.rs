//! Lenient views, one file per resource: a resource in, a `clinical` value out, `None` only when
//! there is nothing to show. What is not understood is said to be so, never left out or guessed.

mod administration;
mod allergy;
mod appointment;
mod around;
mod care_plan;
mod care_team;
mod condition;
mod cosign;
mod counted;
mod coverage;
mod device;
mod dispense;
mod document;
mod drug;
mod encounter;
mod family_history;
mod free_time;
mod goal;
mod html;
mod immunization;
mod medication;
mod observation;
mod order;
mod patient;
mod people;
mod picture;
mod procedure;
mod questionnaire_response;
mod related_person;
mod report;
mod rtf;
mod schedule;
mod since;
mod statement;
mod words;

pub use appointment::{slot, slot_encounter};
pub use around::Around;
pub use cosign::{Unsigned, authenticator, unsigned};
pub use counted::count;
pub use coverage::{Coverage, coverage};
pub use document::{Content, Reading, contents, is_readable, own_words, read};
pub use free_time::{booked_slot, free_time};
pub use observation::{RESULTS, SOCIAL, home};
pub use patient::patient;
pub use people::{
    Person, RoleWord, family_and_given, is_current, npi, person, qualification_words, role_words,
};
pub use picture::{Drawable, drawable};
pub use schedule::{VisitContext, appointment_context, encounter_context};
pub use since::{Since, since};

use clinical::chart::Entry;
use serde_json::Value;

/// A resource as a line of the history. `None`: it has no id, or is of a kind that no section shows.
pub fn entry(resource: &Value, around: &Around) -> Option<Entry> {
    match crate::json::text(resource, &["resourceType"])? {
        "AllergyIntolerance" => allergy::allergy(resource, around),
        "Bundle" => counted::counted(resource),
        "CarePlan" => care_plan::care_plan(resource, around),
        "CareTeam" => care_team::care_team(resource, around),
        "Condition" => condition::condition(resource, around),
        "Coverage" => coverage::line(resource, around),
        "Device" => device::device(resource, around),
        "DiagnosticReport" => report::report(resource, around),
        "DocumentReference" => document::document(resource, around),
        "Encounter" => encounter::encounter(resource, around),
        "FamilyMemberHistory" => family_history::family_history(resource, around),
        "Goal" => goal::goal(resource, around),
        "Immunization" => immunization::immunization(resource, around),
        "MedicationAdministration" => administration::administration(resource, around),
        "MedicationDispense" => dispense::dispense(resource, around),
        "MedicationRequest" => medication::medication(resource, around),
        "MedicationStatement" => statement::statement(resource, around),
        "Observation" => observation::observation(resource, around),
        "Procedure" => procedure::procedure(resource, around),
        "QuestionnaireResponse" => questionnaire_response::questionnaire_response(resource, around),
        "RelatedPerson" => related_person::related_person(resource),
        "ServiceRequest" => order::order(resource, around),
        _ => None,
    }
}
