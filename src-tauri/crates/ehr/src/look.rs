//! Looking for what an item could be in the EHR, for a person who decides.

use crate::capability::Capabilities;
use crate::client::{FhirClient, encounter};
use clinical::item::Request;
use fhir::compare;
use fhir::json::{reference, text};
use serde_json::Value;

/// Most records that somebody looks through.
pub const MAX_CANDIDATES: usize = 20;

/// What the EHR has of the item's kind.
pub struct Look {
    /// Those that say all that was sent first, then the newest.
    pub records: Vec<(Value, bool)>,
    /// All that there are were looked at.
    pub complete: bool,
}

impl FhirClient {
    /// The patient's records of the item's kind, within its encounter where the EHR can be asked so. `None`: it cannot
    /// be asked.
    pub async fn look(
        &self,
        capabilities: &Capabilities,
        request: &Request,
        patient: &str,
        sent: &Value,
    ) -> Option<Look> {
        let kind = &request.resource_type;
        let mut query = format!("{kind}?patient={patient}");
        if let Some(encounter) = encounter(sent).filter(|_| capabilities.searches(kind, "encounter")) {
            query.push_str(&format!("&encounter={encounter}"));
        }
        let found = self.search(&query).await.ok()?;
        let of_kind = |r: &Value| text(r, &["resourceType"]) == Some(kind) && reference(r).is_some();
        let mut records: Vec<(Value, bool)> = found
            .resources
            .into_iter()
            .filter(of_kind)
            .map(|r| {
                let same = compare::kept(sent, &r);
                (r, same)
            })
            .collect();
        let newest = |r: &Value| text(r, &["meta", "lastUpdated"]).unwrap_or_default().to_owned();
        records.sort_by_key(|(r, same)| (!same, std::cmp::Reverse(newest(r))));
        let complete = found.partial.is_none() && records.len() <= MAX_CANDIDATES;
        records.truncate(MAX_CANDIDATES);
        Some(Look { records, complete })
    }
}
