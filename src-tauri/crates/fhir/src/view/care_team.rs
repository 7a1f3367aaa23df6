//! CareTeam: who looks after the patient.

use super::Around;
use super::words::{concepts, day, joined, labelled, plain};
use crate::json::{date, items, reference, status};
use clinical::chart::Entry;
use serde_json::Value;

const STATUSES: &[&str] = &["proposed", "active", "suspended", "inactive", "entered-in-error"];

/// One team with its members and their roles.
pub fn care_team(resource: &Value, around: &Around) -> Option<Entry> {
    let id = reference(resource)?;
    let state = status(resource.get("status"), STATUSES);
    let members: Vec<String> = items(resource, &["participant"])
        .into_iter()
        .map(|p| {
            let name = around.name(resource, p.get("member")).unwrap_or_else(|| "not named".to_owned());
            concepts(p, &["role"]).map_or_else(|| name.clone(), |role| format!("{name} ({role})"))
        })
        .collect();
    let name = plain(resource, &["name"]).or_else(|| concepts(resource, &["category"])).unwrap_or_default();
    let detail = [
        Some(members.join(", ")),
        labelled("because of", concepts(resource, &["reasonCode"])),
        labelled("until", day(resource, &["period", "end"])),
    ];
    Some(Entry {
        detail: joined(detail),
        current: !state.is(&["inactive", "entered-in-error"]),
        status: state,
        date: date(resource, &[&["period", "start"]]),
        source: around.first_name(resource, &["managingOrganization"], ""),
        ..Entry::new(id, &name, "Care team")
    })
}
