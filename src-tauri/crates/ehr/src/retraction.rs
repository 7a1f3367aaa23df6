//! Retraction: what was written is marked in the EHR as no longer standing.

use crate::change;
use clinical::item::{Change, ChangeForm, Item, Kind};
use fhir::write;
use jiff::Timestamp;

/// The item that marks what another one wrote, once that is filed. `None` where there is no such mark.
pub fn item(of: &Item, form: ChangeForm, id: String, now: Timestamp) -> Option<Item> {
    let patch = write::retraction(&of.request.resource_type)?;
    let change = Change { of: write::urn(&of.id), form, version: None };
    let label = format!("Retract: {}", of.label.expose());
    let mut item = change::item(of, Kind::Retraction, label, &patch, change, id, now);
    item.request.identifier.clone_from(&of.request.identifier);
    Some(item)
}
