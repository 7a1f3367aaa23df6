//! What keeps an item from being sent right now.

use crate::account::Account;
use crate::asked::Asked;
use crate::failure::Failure;
use crate::visit::{PatientNow, patient_now};
use clinical::delivery::Event;
use clinical::identity::Identity;
use clinical::item::Item;
use ehr::EhrError;
use ehr::client::FhirClient;
use fhir::view;
use serde_json::Value;

/// What keeps this item from being sent now: above all a chart that is no longer the confirmed one.
pub(crate) async fn obstacle(
    account: &Account,
    client: &FhirClient,
    item: &Item,
    asked: &Asked,
) -> Result<Option<(Event, &'static str)>, Failure> {
    const CHANGED: (Event, &str) = (Event::PatientChanged, "The chart is no longer the confirmed one.");
    let confirmed = account.vault.visit(&item.visit).await?.map(|v| v.identity);
    let Some(Identity::Confirmed { patient }) = confirmed else { return Ok(Some(CHANGED)) };
    Ok(match patient_now(account, &item.patient).await? {
        PatientNow::Known(now) if patient.still_matches(&now) => match asked {
            Asked::Create(body) => taken_meanwhile(client, body).await,
            Asked::Change(_) | Asked::Message => None,
        },
        PatientNow::Known(_) | PatientNow::Gone => Some(CHANGED),
        PatientNow::Forbidden => Some((
            Event::Refused { status: 403 },
            "The EHR does not let this sign-in see the chart; nothing was sent.",
        )),
        PatientNow::NotAsked if account.session_of(&item.patient).needs_sign_in() => {
            Some((Event::Unauthorised, "The EHR asks for a new sign-in."))
        }
        PatientNow::NotAsked => Some((Event::NotSent, "The EHR does not answer; nothing was sent.")),
    })
}

/// The slot that an Appointment books is not free any more: many servers would book it twice.
async fn taken_meanwhile(client: &FhirClient, body: &Value) -> Option<(Event, &'static str)> {
    let slot = view::booked_slot(body)?;
    match client.read(slot).await {
        Ok(slot) if view::free_time(&slot).is_some() => None,
        Ok(_) | Err(EhrError::Status { status: 404 | 410, .. }) => {
            Some((Event::Conflicted { status: 409 }, "The time is not free any more; nothing was booked."))
        }
        Err(EhrError::Unreachable | EhrError::NoAnswer | EhrError::TooSlow) => {
            Some((Event::NotSent, "The EHR does not answer; nothing was sent."))
        }
        // It cannot be looked at: the EHR itself decides.
        Err(_) => None,
    }
}
