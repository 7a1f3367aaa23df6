//! Device: what the patient has in or on them.

use super::Around;
use super::words::{concepts, day, joined, labelled, notes, plain};
use crate::json::{coded, items, reference, status, text};
use clinical::chart::Entry;
use serde_json::Value;

/// One device with what a recall would ask for.
pub fn device(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let code = coded(resource.get("type"));
    let state = status(resource.get("status"), &["active", "inactive", "entered-in-error", "unknown"]);
    let named = items(resource, &["deviceName"]).into_iter().find_map(|n| text(n, &["name"]));
    let name = if code.text.is_empty() { named.unwrap_or_default().to_owned() } else { code.text.clone() };
    let udi = items(resource, &["udiCarrier"]).into_iter().find_map(|u| plain(u, &["deviceIdentifier"]));
    let detail = [
        named.filter(|n| *n != name).map(str::to_owned),
        plain(resource, &["manufacturer"]),
        labelled("model", plain(resource, &["modelNumber"])),
        labelled("UDI", udi),
        labelled("serial", plain(resource, &["serialNumber"])),
        labelled("lot", plain(resource, &["lotNumber"])),
        labelled("made", day(resource, &["manufactureDate"])),
        labelled("expires", day(resource, &["expirationDate"])),
        concepts(resource, &["statusReason"]),
        notes(resource),
    ];
    Some(Entry {
        detail: joined(detail),
        current: !state.is(&["inactive", "entered-in-error"]),
        status: state,
        source: around.name(resource, resource.get("owner")),
        ..Entry::new(id, &name, "Device without a name").coded(code)
    })
}
