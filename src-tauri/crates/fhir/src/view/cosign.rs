//! Notes of others that wait for a supervising clinician.

use super::Around;
use crate::json::{coded, items, reference, reference_anywhere, text};
use crate::system;
use clinical::phi::Phi;
use jiff::Timestamp;
use serde_json::Value;

/// A note that its author signed and that is not final.
#[derive(Clone)]
pub struct Unsigned {
    /// `DocumentReference/id`
    pub reference: String,
    pub version: Option<String>,
    pub title: String,
    /// LOINC code of its type.
    pub loinc: Option<String>,
    /// `Practitioner/id` of each author.
    pub authors: Vec<String>,
    pub author_name: Option<Phi<String>>,
    pub signed_at: Option<Timestamp>,
    /// Encounter id.
    pub encounter: Option<String>,
}

/// Reads a DocumentReference that is current and `preliminary`
/// (<https://hl7.org/fhir/R4/valueset-composition-status.html>). `None`: it is another one.
pub fn unsigned(resource: &Value, around: &Around) -> Option<Unsigned> {
    let is = |field: &str, code: &str| text(resource, &[field]) == Some(code);
    if !is("resourceType", "DocumentReference") || !is("status", "current") || !is("docStatus", "preliminary")
    {
        return None;
    }
    let loinc = items(resource, &["type", "coding"])
        .into_iter()
        .find(|c| text(c, &["system"]) == Some(system::LOINC))
        .and_then(|c| text(c, &["code"]));
    let encounter = items(resource, &["context", "encounter"]).into_iter().find_map(reference_anywhere);
    Some(Unsigned {
        reference: reference(resource)?,
        version: text(resource, &["meta", "versionId"]).map(str::to_owned),
        title: coded(resource.get("type")).text,
        loinc: loinc.map(str::to_owned),
        authors: items(resource, &["author"]).into_iter().filter_map(reference_anywhere).collect(),
        author_name: around.first_name(resource, &["author"], "").map(Phi::new),
        signed_at: text(resource, &["date"]).and_then(|d| d.parse().ok()),
        encounter: encounter.and_then(|e| e.strip_prefix("Encounter/").map(str::to_owned)),
    })
}

/// Who made a note final: of one that was signed by its author first. `None` while nobody did.
pub fn authenticator(resource: &Value, around: &Around) -> Option<String> {
    let final_ = matches!(text(resource, &["docStatus"]), Some("final" | "amended"));
    if !final_ {
        return None;
    }
    around.name(resource, resource.get("authenticator"))
}
