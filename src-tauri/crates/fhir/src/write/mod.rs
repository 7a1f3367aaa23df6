//! Builders of what is sent, one file per resource. Each carries our identifier, so that the EHR
//! can be asked later whether it has the item.

mod appointment;
mod claim;
mod communication;
mod composition;
mod condition;
mod cosign;
mod document_reference;
mod narrative;
mod retraction;
mod task;

pub use appointment::{AppointmentForm, appointment, move_appointment};
pub use claim::{ChargeLine, DiagnosisLink, claim};
pub use communication::communication;
pub use composition::document_bundle;
pub use condition::{ConditionForm, condition};
pub use cosign::cosigned;
pub use document_reference::{Form, document_reference};
pub use narrative::xhtml;
pub use retraction::retraction;
pub use task::task;

use crate::system;
use clinical::item::IDENTIFIER_SYSTEM;
use clinical::note::Relation;
use serde_json::{Value, json};

/// The media type of FHIR JSON.
pub const FHIR_JSON: &str = "application/fhir+json";

/// `urn:uuid:<item id>`: our identifier, and the placeholder by which items refer to each other
/// until the parent has a server id.
pub fn urn(item_id: &str) -> String {
    format!("urn:uuid:{item_id}")
}

fn identifier(item_id: &str) -> Value {
    json!([{ "system": IDENTIFIER_SYSTEM, "value": urn(item_id) }])
}

fn reference(target: &str) -> Value {
    json!({ "reference": target })
}

fn icd10(code: &str, title: &str) -> Value {
    json!({ "coding": [{ "system": system::ICD10CM, "code": code, "display": title }], "text": title })
}

/// <http://hl7.org/fhir/R4/valueset-document-relationship-type.html>
fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Appends => "appends",
        Relation::Replaces => "replaces",
        Relation::Signs => "signs",
    }
}
