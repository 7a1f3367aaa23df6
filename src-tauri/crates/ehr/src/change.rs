//! Changing a record that is in the EHR already: read, changed, put back on condition that nobody changed it
//! meanwhile. Making the same change twice changes nothing more.

use crate::EhrError;
use crate::capability::Capabilities;
use crate::client::{FhirClient, ReadBack, ended};
use crate::http::Condition;
use crate::personality::Personality;
use crate::route::words;
use crate::smart::Scopes;
use clinical::delivery::{Event, State};
use clinical::item::{Change, ChangeForm, FoundBy, Item, Kind, Request};
use clinical::phi::Phi;
use fhir::json::{items, reference_anywhere, text};
use fhir::patch;
use fhir::write::urn;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;

/// A change of one record.
pub struct RecordChange {
    /// `Type/id`
    pub target: String,
    /// JSON merge patch (RFC 7396).
    pub patch: Value,
    /// Patient id: a record of somebody else is left alone.
    pub patient: String,
    /// Only while it has this version.
    pub version: Option<String>,
    /// The record as we sent it, where the EHR takes it only so; else what it has is put back, changed.
    pub as_sent: Option<Value>,
}

impl RecordChange {
    /// What goes out, from what the EHR has now.
    fn body(&self, mut record: Value) -> Value {
        if let Some(sent) = &self.as_sent {
            let id = record.get("id").cloned();
            record = sent.clone();
            if let (Value::Object(fields), Some(id)) = (&mut record, id) {
                fields.insert("id".to_owned(), id);
            }
        }
        patch::apply(record, &self.patch)
    }

    fn is_about(&self, record: &Value) -> bool {
        let named = ["subject", "patient", "for"].iter().find_map(|name| record.get(name));
        // An Appointment names its patient among those who take part, and no second one.
        let actors = items(record, &["participant"]).into_iter().filter_map(|p| p.get("actor"));
        let all = named.into_iter().chain(actors).filter_map(reference_anywhere);
        let patients: Vec<String> = all.filter(|r| r.starts_with("Patient/")).collect();
        !patients.is_empty() && patients.iter().all(|r| *r == format!("Patient/{}", self.patient))
    }
}

/// How records of this type are changed here, else why that cannot be done from here.
pub fn route(
    capabilities: &Capabilities,
    scopes: &Scopes,
    personality: &Personality,
    resource_type: &str,
) -> Result<ChangeForm, String> {
    let words = words(resource_type);
    let form = personality.change.ok_or(format!("this kind of EHR lets nobody outside change a {words}"))?;
    if !capabilities.can(resource_type, "update") {
        return Err(format!("the EHR does not say that a {words} ({resource_type}) can be changed"));
    }
    if !scopes.allow(resource_type, 'u') || !scopes.allow(resource_type, 'r') {
        return Err(format!("the EHR did not grant changing a {words} ({resource_type})"));
    }
    Ok(form)
}

/// The item of a change that waits for another item; `patch` names its resource type.
pub(crate) fn item(
    after: &Item,
    kind: Kind,
    label: String,
    patch: &Value,
    change: Change,
    id: String,
    since: Timestamp,
) -> Item {
    Item {
        visit: after.visit.clone(),
        patient: after.patient.clone(),
        kind,
        label: Phi::new(label),
        parents: vec![after.id.clone()],
        request: Request {
            resource_type: text(patch, &["resourceType"]).unwrap_or_default().to_owned(),
            body: Phi::new(patch.to_string()),
            identifier: urn(&id),
            conditional: false,
            found_by: FoundBy::default(),
            change: Some(change),
        },
        state: State::WaitingOnParent,
        since,
        attempts: 0,
        receipt: None,
        id,
    }
}

impl FhirClient {
    /// Makes the change.
    pub async fn change(&self, change: &RecordChange) -> Event {
        let record = match self.read(&change.target).await {
            Ok(record) => record,
            Err(EhrError::Status { status: status @ (403 | 404 | 410), .. }) => {
                return Event::Refused { status };
            }
            Err(EhrError::Unauthorised | EhrError::Refused(_)) => return Event::Unauthorised,
            Err(_) => return Event::NotSent,
        };
        if patch::stands(&change.patch, &record) {
            return Event::Accepted { reference: change.target.clone() };
        }
        let version = text(&record, &["meta", "versionId"]);
        let is_other = change.version.as_deref().is_some_and(|wanted| version != Some(wanted));
        if is_other || !change.is_about(&record) {
            return Event::Conflicted { status: 409 };
        }
        let Ok(url) = self.address(&change.target) else { return Event::NotSent };
        let version = version.map(|v| format!("W/\"{v}\""));
        let body = change.body(record).to_string();
        let condition = version.as_deref().map(Condition::Matches);
        let sent = self.send(Method::PUT, &url, Some(&body), condition).await;
        ended(sent, |_| Some(change.target.clone()))
    }

    /// Asks whether a change arrived.
    pub async fn find_change(&self, change: &RecordChange) -> Event {
        match self.read(&change.target).await {
            Ok(record) if patch::stands(&change.patch, &record) => {
                Event::FoundOne { reference: change.target.clone() }
            }
            Ok(_) => Event::FoundNone,
            Err(EhrError::Status { status: 403 | 404 | 410, .. }) => Event::SearchImpossible,
            Err(_) => Event::SearchFailed,
        }
    }

    /// Reads a changed record back.
    pub async fn read_back_change(&self, change: &RecordChange) -> ReadBack {
        let says = patch::said(&change.patch);
        self.look_back(&change.target, &says, |copy| patch::stands(&change.patch, copy)).await
    }
}
