//! Where each signed item stands, in words.

use crate::billing::is_message;
use crate::compare::can_compare;
use crate::contract::{DeliveryItem, DeliveryState, DeliveryView, ItemKind, Receipt};
use crate::failure::Failure;
use crate::follow_up_visit::can_rebook;
use crate::renegotiate::elsewhere;
use clinical::delivery::{Reason, State};
use clinical::item::{Item, Kind};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use vault::Vault;

/// The items of a visit. `rests`: until when nothing is sent to this EHR.
pub async fn view(
    vault: &Vault,
    visit: &str,
    zone: &TimeZone,
    rests: Option<Timestamp>,
) -> Result<DeliveryView, Failure> {
    let items = vault.items(visit).await?;
    let mut last_words = HashMap::new();
    for taken_back in items.iter().filter(|i| i.state == State::Superseded) {
        let history = vault.attempts(&taken_back.id).await?;
        last_words.extend(history.into_iter().next_back().map(|(_, what)| (taken_back.id.clone(), what)));
    }
    let all_filed = !items.is_empty() && items.iter().all(|i| i.state.is_done());
    Ok(DeliveryView {
        visit: visit.to_owned(),
        items: items.iter().map(|i| item(i, last_words.get(&i.id), zone, rests)).collect(),
        all_filed,
    })
}

/// As the window calls it.
pub(crate) fn kind(kind: Kind) -> ItemKind {
    match kind {
        Kind::Note => ItemKind::Note,
        Kind::Diagnosis => ItemKind::Diagnosis,
        Kind::Charge => ItemKind::Charge,
        Kind::FollowUpTask => ItemKind::FollowUpTask,
        Kind::FollowUpVisit => ItemKind::FollowUpVisit,
        Kind::Addendum => ItemKind::Addendum,
        Kind::Correction => ItemKind::Correction,
        Kind::Retraction => ItemKind::Retraction,
        Kind::Cosign => ItemKind::Cosign,
    }
}

/// `last`: the last sentence of its history, of one that is not sent any more.
fn item(i: &Item, last: Option<&String>, zone: &TimeZone, rests: Option<Timestamp>) -> DeliveryItem {
    let clock = |t: Timestamp| t.to_zoned(zone.clone()).strftime("%H:%M").to_string();
    let mut next_attempt_at = None;
    let (state, words) = match &i.state {
        State::Ready if rests.is_some() => {
            next_attempt_at = rests.map(|until| until.to_string());
            let words = "The EHR answers nobody right now. One item asks again soon; then all go.";
            (DeliveryState::Waiting, words.to_owned())
        }
        State::Ready => (DeliveryState::Waiting, "Next to be sent.".to_owned()),
        State::WaitingOnParent => {
            (DeliveryState::WaitingOnParent, "Waits until the items it belongs to are filed.".to_owned())
        }
        State::InFlight => (DeliveryState::Sending, "Being sent.".to_owned()),
        State::OutcomeUnknown { .. } if is_message(i) => {
            (DeliveryState::CheckingOutcome, "It is being found out whether it was handed over.".to_owned())
        }
        State::OutcomeUnknown { .. } => (
            DeliveryState::CheckingOutcome,
            "Sent, but no answer came. The EHR is being asked whether it has it; it is not sent twice."
                .to_owned(),
        ),
        State::AwaitingReadback { .. } if is_message(i) => {
            (DeliveryState::Waiting, "It lies in the billing folder. Billing has not answered yet.".to_owned())
        }
        State::AwaitingReadback { reference, .. } => {
            (DeliveryState::ReadingBack, format!("The EHR took it as {reference}; it is being read back."))
        }
        State::Backoff { until } if is_message(i) => {
            next_attempt_at = Some(until.to_string());
            (DeliveryState::Retrying, "It could not be handed over. It will be tried again by itself.".to_owned())
        }
        State::Backoff { until } => {
            next_attempt_at = Some(until.to_string());
            (
                DeliveryState::Retrying,
                "The EHR could not be reached. It will be tried again by itself.".to_owned(),
            )
        }
        State::NeedsSignIn => (DeliveryState::NeedsSignIn, "Waits until you sign in again.".to_owned()),
        State::NeedsClinician { reason: Reason::Refused { status: 0 } } if is_message(i) => (
            DeliveryState::NeedsYou,
            "Billing refused it; what it says stands under “What happened”. The codes stand in the note. Tell billing, or try again after IT has looked.".to_owned(),
        ),
        State::NeedsClinician { reason: Reason::CannotTell } if is_message(i) => (
            DeliveryState::NeedsYou,
            "It cannot be told whether billing took it. Ask billing; try again only if they do not have it. The codes stand in the note.".to_owned(),
        ),
        State::NeedsClinician { reason: Reason::Differs { .. } } if is_message(i) => (
            DeliveryState::NeedsYou,
            "The file in the billing folder is not what was written. The codes stand in the note. Tell IT and billing.".to_owned(),
        ),
        State::NeedsClinician { reason: Reason::Conflict { .. } } if i.kind == Kind::Cosign => (
            DeliveryState::NeedsYou,
            "The note was changed in the EHR after you read it, so it was left alone and is not final. Retract your statement, read the note again, and cosign it as it is now.".to_owned(),
        ),
        State::NeedsClinician { reason: Reason::Conflict { .. } } if can_rebook(i) => (
            DeliveryState::NeedsYou,
            "The time was taken before it could be booked, so nothing was booked. Choose another time.".to_owned(),
        ),
        State::NeedsClinician { reason: Reason::Refused { status } } if can_rebook(i) => (
            DeliveryState::NeedsYou,
            format!("The EHR did not book it (HTTP {status}). Choose another time, or leave it in the note and have it booked there."),
        ),
        State::NeedsClinician { reason } if i.request.change.is_some() => {
            (DeliveryState::NeedsYou, change_words(reason))
        }
        State::NeedsClinician { reason: Reason::Refused { status } } if in_note(i.kind) => (
            DeliveryState::NeedsYou,
            format!("The EHR refused it for good (HTTP {status}). It stands in the note that was filed; leave it there, or try again after IT has looked."),
        ),
        State::NeedsClinician { reason } => (DeliveryState::NeedsYou, reason_words(reason)),
        State::Filed { reference } if is_message(i) => {
            let at = i.receipt.as_ref().map(|r| clock(r.filed_at)).unwrap_or_default();
            (DeliveryState::HandedOver, format!("Handed to billing {at} as {reference}"))
        }
        State::Filed { reference } => {
            let at = i.receipt.as_ref().map(|r| clock(r.filed_at)).unwrap_or_default();
            let (done, how) = if i.request.change.is_some() { ("Marked", "in") } else { ("Filed", "as") };
            (DeliveryState::Filed, format!("{done} {at} {how} {reference}"))
        }
        State::LeftAsIs { reference } => (
            DeliveryState::LeftAsIs,
            format!("{reference} in the EHR is not what you wanted, and you left it as it is."),
        ),
        State::Superseded => {
            let words = last.map_or("Taken back before it was sent.", String::as_str);
            (DeliveryState::Superseded, words.to_owned())
        }
    };
    DeliveryItem {
        id: i.id.clone(),
        kind: kind(i.kind),
        label: i.label.expose().clone(),
        can_retry: matches!(state, DeliveryState::Retrying | DeliveryState::NeedsYou)
            && !matches!(i.state, State::NeedsClinician { reason: Reason::ParentByHand }),
        can_decide: can_decide(i),
        can_compare: can_compare(i),
        can_rebook: can_rebook(i),
        elsewhere: elsewhere(i).map(|place| place.action.to_owned()),
        state,
        words,
        since: i.since.to_string(),
        attempts: i.attempts,
        next_attempt_at,
        receipt: i.receipt.as_ref().map(|r| Receipt {
            resource_type: r.resource_type.clone(),
            id: r.id.clone(),
            version_id: r.version_id.clone(),
            last_updated: r.last_updated.clone(),
            content_hash: r.content_hash.clone(),
            filed_at: r.filed_at.to_string(),
        }),
    }
}

/// The note says it, whatever becomes of its own record.
fn in_note(kind: Kind) -> bool {
    matches!(kind, Kind::Diagnosis | Kind::FollowUpTask | Kind::FollowUpVisit)
}

/// It may be in the EHR, and only a person can tell.
pub(crate) fn can_decide(item: &Item) -> bool {
    let State::NeedsClinician { reason } = &item.state else { return false };
    let refused = matches!(reason, Reason::Refused { .. } | Reason::PatientChanged | Reason::ParentByHand);
    item.request.change.is_none() && !refused && !is_message(item)
}

/// Of a change that the EHR did not take: the record stands there as it was.
fn change_words(reason: &Reason) -> String {
    match reason {
        Reason::Refused { status } => format!(
            "The EHR refused the change (HTTP {status}), so the record stands there as it was. Change it in the EHR yourself, or try again after IT has looked."
        ),
        Reason::Conflict { status } => format!(
            "The record was changed or moved in the EHR meanwhile (HTTP {status}), so it was left alone. Compare below, then decide."
        ),
        Reason::Differs { .. } => {
            "The EHR took the change, but the record does not show it. Compare below, then decide.".to_owned()
        }
        _ => "It is not known whether the record was changed. Look in the chart, then try again.".to_owned(),
    }
}

fn reason_words(reason: &Reason) -> String {
    match reason {
        Reason::Refused { status: 403 } => "The EHR does not let you write this here (HTTP 403). It is safe in Chartside; ask IT or enter it in the EHR.".to_owned(),
        Reason::Refused { status } => format!("The EHR refused it for good (HTTP {status}). It is safe in Chartside; try again after IT has looked, or enter it in the EHR."),
        Reason::Conflict { status } => format!("The chart changed meanwhile (HTTP {status}). Look at the chart, then try again."),
        Reason::CannotTell => "No answer came, and this EHR cannot be asked whether it arrived. Look in the chart; try again only if it is not there.".to_owned(),
        Reason::Several => "The EHR holds more than one copy that could be this. Look in the chart.".to_owned(),
        Reason::Differs { .. } => "The EHR's copy is not what you signed, so it is not called filed. Compare below, then decide.".to_owned(),
        Reason::NotReadable { .. } => "The EHR said yes, but does not give it back. It is not called filed; look in the chart.".to_owned(),
        Reason::PatientChanged => "The chart was merged or changed since you confirmed the patient, so nothing is sent into it. Open the chart in the EHR.".to_owned(),
        Reason::ParentByHand => "You entered the note in the EHR yourself, so this cannot be added to it from here. Enter it there too; it is safe in Chartside.".to_owned(),
    }
}
