//! What the EHR is asked for an item of the outbox.

use crate::account::Account;
use crate::billing::is_message;
use crate::failure::Failure;
use clinical::item::{ChangeForm, Item};
use ehr::change::RecordChange;
use ehr::parents::filled_in;
use fhir::write;
use serde_json::Value;

/// What is asked.
pub(crate) enum Asked {
    /// A record with this body.
    Create(Value),
    Change(RecordChange),
    /// Nothing of the EHR: it goes to billing.
    Message,
}

/// Its parents are filed.
pub(crate) async fn asked(account: &Account, item: &Item) -> Result<Asked, Failure> {
    if is_message(item) {
        return Ok(Asked::Message);
    }
    let siblings = account.vault.items(&item.visit).await?;
    let parsed = |of: &Item| {
        let body = filled_in(of, &siblings).and_then(|body| serde_json::from_str(&body).ok());
        body.ok_or_else(|| Failure::internal("stored request"))
    };
    let Some(change) = &item.request.change else { return Ok(Asked::Create(parsed(item)?)) };
    let parent = siblings.iter().find(|s| write::urn(&s.id) == change.of);
    let target = match parent.map(|p| p.state.record()) {
        Some(Some(reference)) => reference.to_owned(),
        Some(None) => return Err(Failure::internal("a change was ready before its record")),
        None => change.of.clone(),
    };
    let as_sent = match (change.form, parent) {
        (ChangeForm::AsSent, Some(parent)) => Some(parsed(parent)?),
        _ => None,
    };
    Ok(Asked::Change(RecordChange {
        target,
        patch: parsed(item)?,
        patient: item.patient.clone(),
        version: change.version.clone(),
        as_sent,
    }))
}
