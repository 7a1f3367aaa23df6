//! What no section shows: how many of a kind the EHR has. The answer to a search for a number is a
//! Bundle with nothing but its total.

use crate::json::reference;
use clinical::chart::{Entry, Status};
use serde_json::{Value, json};

/// The number in the form that is kept: a Bundle named by the kind.
pub fn count(kind: &str, total: u64) -> Value {
    json!({ "resourceType": "Bundle", "id": kind, "type": "searchset", "total": total })
}

/// One line for a kind of record.
pub fn counted(bundle: &Value) -> Option<Entry> {
    let id = reference(bundle)?;
    let kind = id.strip_prefix("Bundle/")?.to_owned();
    let total = bundle.get("total")?.as_u64()?;
    let words = words(&kind);
    Some(Entry {
        detail: Some(format!("{total} in the EHR; not shown here").into()),
        status: Status::Absent,
        count: Some(total),
        ..Entry::new(kind.clone(), words.unwrap_or(&kind), "")
    })
}

fn words(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Appointment" => "Appointments",
        "Claim" => "Claims",
        "Communication" => "Messages",
        "Consent" => "Consents",
        "ExplanationOfBenefit" => "Explanations of benefit",
        "ImagingStudy" => "Imaging studies",
        "Media" => "Pictures and recordings",
        "Provenance" => "Records of who wrote what",
        "Specimen" => "Specimens",
        "SupplyDelivery" => "Supplies delivered",
        "Task" => "Tasks",
        _ => return None,
    })
}
