//! Retraction: what was written is marked in the EHR as no longer standing.

use clinical::delivery::State;
use clinical::item::{Change, ChangeForm, FoundBy, Item, Kind, Request};
use clinical::phi::Phi;
use fhir::write;
use jiff::Timestamp;

/// The item that marks what another one wrote, once that is filed. `None` where there is no such mark.
pub fn item(of: &Item, form: ChangeForm, id: String, now: Timestamp) -> Option<Item> {
    let patch = write::retraction(&of.request.resource_type)?;
    let change = Change { of: write::urn(&of.id), form, version: None };
    Some(Item {
        id,
        visit: of.visit.clone(),
        patient: of.patient.clone(),
        kind: Kind::Retraction,
        label: Phi::new(format!("Retract: {}", of.label.expose())),
        parents: vec![of.id.clone()],
        request: Request {
            resource_type: of.request.resource_type.clone(),
            body: Phi::new(patch.to_string()),
            identifier: of.request.identifier.clone(),
            conditional: false,
            found_by: FoundBy::default(),
            change: Some(change),
        },
        state: State::WaitingOnParent,
        since: now,
        attempts: 0,
        receipt: None,
    })
}
