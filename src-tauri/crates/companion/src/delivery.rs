//! The delivery worker: one per open account. It takes what is due from the outbox, does the one
//! thing that its state asks for, and makes the next state durable. Decisions are all in
//! `clinical::delivery`.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{DeliveryArgs, DeliveryView, Topic, VisitArgs};
use crate::delivery_view;
use crate::failure::Failure;
use crate::visit::patient_now;
use clinical::delivery::{Event, Moment, State, next};
use clinical::identity::Identity;
use clinical::item::{Item, Receipt};
use ehr::client::FhirClient;
use ehr::writeplan::filled_in;
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Items taken from the outbox at a time.
const BATCH: u32 = 32;
/// Longest sleep: a clock that jumped must not keep items waiting.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// Starts the worker of this account. It ends when the account is no longer the open one.
/// `first_time`: this process has not delivered for it before.
pub fn spawn(companion: Arc<Companion>, account: Arc<Account>, first_time: bool) {
    tokio::spawn(async move {
        if first_time && let Err(failure) = restart(&companion, &account).await {
            failure.at_the_edge("resume delivery");
        }
        while companion.is_open(&account) {
            let rung = companion.wake.notified();
            tokio::pin!(rung);
            rung.as_mut().enable();
            match round(&companion, &account).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(failure) => {
                    failure.at_the_edge("deliver");
                }
            }
            let wait = pause(&companion, &account).await;
            tokio::select! { () = rung => {}, () = tokio::time::sleep(wait) => {} }
        }
    });
}

/// What was in flight when the process ended is unknown now.
async fn restart(companion: &Companion, account: &Account) -> Result<(), Failure> {
    for item in account.vault.open_items().await? {
        if item.state == State::InFlight {
            step(
                companion,
                account,
                &item,
                &Event::Restarted,
                None,
                "The app ended while this was being sent.",
            )
            .await?;
        }
    }
    wake_children(companion, account).await
}

async fn pause(companion: &Companion, account: &Account) -> Duration {
    let due = account.vault.next_due().await.ok().flatten();
    let now = companion.host.clock.now();
    due.and_then(|at| Duration::try_from(at.duration_since(now)).ok())
        .unwrap_or(if due.is_some() { Duration::from_millis(200) } else { LONGEST_SLEEP })
        .clamp(Duration::from_millis(20), LONGEST_SLEEP)
}

/// Moves everything that is due by one step; visits side by side, items of one visit in order.
/// True when something moved.
async fn round(companion: &Arc<Companion>, account: &Arc<Account>) -> Result<bool, Failure> {
    let due = account.vault.due_items(companion.host.clock.now(), BATCH).await?;
    if due.is_empty() || account.session.needs_sign_in() {
        return Ok(false);
    }
    let mut visits: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for item in due {
        visits.entry(item.visit.clone()).or_default().push(item);
    }
    let moved = join_all(visits.into_iter().map(|(visit, items)| async move {
        let mut moved = false;
        for item in items {
            moved |= advance(companion, account, &item).await?;
        }
        if moved {
            companion.emit(Topic::Delivery, Some(&visit));
            companion.emit(Topic::App, Some(&visit));
        }
        Ok::<_, Failure>(moved)
    }))
    .await;
    let mut any = false;
    for one in moved {
        any |= one?;
    }
    Ok(any)
}

/// Does the one thing that the item's state asks for.
async fn advance(companion: &Companion, account: &Arc<Account>, item: &Item) -> Result<bool, Failure> {
    let client = account.session.fhir()?;
    match &item.state {
        State::Ready => send(companion, account, &client, item).await,
        State::OutcomeUnknown { .. } => {
            let event = client.find(&item.request, &item.patient).await;
            let what = match &event {
                Event::FoundOne { .. } => "The EHR has it after all.",
                Event::FoundNone => "The EHR does not have it.",
                Event::SearchFailed => "The EHR could not be asked whether it has it.",
                _ => "The EHR cannot tell whether it has it.",
            };
            step(companion, account, item, &event, None, what).await
        }
        State::AwaitingReadback { reference, .. } => {
            let siblings = account.vault.items(&item.visit).await?;
            let sent = filled_in(item, &siblings).and_then(|body| serde_json::from_str(&body).ok());
            let sent: serde_json::Value = sent.ok_or_else(|| Failure::internal("stored request"))?;
            let read = client.read_back(reference, &sent).await;
            let receipt = match &read.event {
                Event::ReadBackMatches { reference } => reference.split_once('/').map(|(kind, id)| Receipt {
                    resource_type: kind.to_owned(),
                    id: id.to_owned(),
                    version_id: read.version_id.clone(),
                    last_updated: read.last_updated.clone(),
                    content_hash: read.content_hash.clone(),
                    filed_at: companion.host.clock.now(),
                }),
                _ => None,
            };
            let what = match &read.event {
                Event::ReadBackMatches { .. } => "Read back and compared: filed.",
                Event::ReadBackDiffers => "Read back: not what was signed.",
                Event::ReadBackMissing => "Read back: not there yet.",
                _ => "Could not be read back yet.",
            };
            let moved = step(companion, account, item, &read.event, receipt.as_ref(), what).await?;
            if receipt.is_some() {
                wake_children(companion, account).await?;
            }
            Ok(moved)
        }
        State::Backoff { .. } => step(companion, account, item, &Event::Due, None, "Trying again.").await,
        _ => Ok(false),
    }
}

async fn send(
    companion: &Companion,
    account: &Arc<Account>,
    client: &FhirClient,
    item: &Item,
) -> Result<bool, Failure> {
    let siblings = account.vault.items(&item.visit).await?;
    let Some(body) = filled_in(item, &siblings) else {
        return Err(Failure::internal("an item was ready before its parents"));
    };
    match still_the_patient(account, item).await? {
        Some(true) => {}
        Some(false) => {
            return step(
                companion,
                account,
                item,
                &Event::PatientChanged,
                None,
                "The chart is no longer the confirmed one.",
            )
            .await;
        }
        None if account.session.needs_sign_in() => {
            companion.emit(Topic::App, None);
            return step(
                companion,
                account,
                item,
                &Event::Unauthorised,
                None,
                "The EHR asks for a new sign-in.",
            )
            .await;
        }
        None => {
            companion.reached(false);
            return step(
                companion,
                account,
                item,
                &Event::NotSent,
                None,
                "The EHR does not answer; nothing was sent.",
            )
            .await;
        }
    }
    // The intent is durable before the first byte leaves.
    if !step(companion, account, item, &Event::SendStarts, None, "Sending.").await? {
        return Ok(false);
    }
    let Some(in_flight) = account.vault.item(&item.id).await? else { return Ok(false) };
    let event = client.create(&item.request, &body).await;
    let what = match &event {
        Event::Accepted { .. } => "The EHR took it.",
        Event::NotSent => "The EHR could not be reached; nothing was sent.",
        Event::Lost => "Sent, but no answer came.",
        Event::Throttled { .. } => "The EHR asks to wait.",
        Event::Unauthorised => "The EHR asks for a new sign-in.",
        _ => "The EHR refused it.",
    };
    companion.reached(!matches!(event, Event::NotSent | Event::Lost));
    step(companion, account, &in_flight, &event, None, what).await
}

/// Is the chart still the confirmed one? `None`: the EHR cannot be asked now.
async fn still_the_patient(account: &Account, item: &Item) -> Result<Option<bool>, Failure> {
    let Some(visit) = account.vault.visit(&item.visit).await? else { return Ok(Some(false)) };
    let Identity::Confirmed { patient } = &visit.identity else { return Ok(Some(false)) };
    match patient_now(account, &item.patient).await {
        Ok(now) => Ok(now.map(|now| patient.still_matches(&now))),
        // The EHR answers, but not with this patient.
        Err(_) => Ok(Some(false)),
    }
}

/// One transition, durable. False when the item moved meanwhile.
async fn step(
    companion: &Companion,
    account: &Account,
    item: &Item,
    event: &Event,
    receipt: Option<&Receipt>,
    what: &str,
) -> Result<bool, Failure> {
    let mut byte = [0u8; 1];
    companion.host.entropy.fill(&mut byte);
    let now = companion.host.clock.now();
    let attempts = item.attempts + u32::from(*event == Event::SendStarts);
    let moment = Moment {
        now,
        attempts,
        jitter: f64::from(byte[0]) / 255.0,
        conditional_create: item.request.conditional,
    };
    let to = next(&item.state, event, moment)
        .map_err(|_| Failure::internal("an event that does not fit the state"))?;
    let about = match &to {
        State::Filed { reference } => reference.clone(),
        _ => format!("{}/{}", item.request.resource_type, item.request.identifier),
    };
    let action = match &to {
        State::InFlight => Some("sending"),
        State::Filed { .. } => Some("filed"),
        State::NeedsClinician { .. } => Some("delivery stopped"),
        _ => None,
    };
    let audit = action.map(|action| vault::AuditRecord {
        at: now,
        who: "device",
        action,
        about: &about,
        outcome: "done",
    });
    Ok(account.vault.move_item(item, &to, attempts, receipt, what, now, audit).await?)
}

/// Items whose parents are all filed may go.
async fn wake_children(companion: &Companion, account: &Account) -> Result<(), Failure> {
    let open = account.vault.open_items().await?;
    for item in open.iter().filter(|i| i.state == State::WaitingOnParent) {
        let siblings = account.vault.items(&item.visit).await?;
        let filed =
            |id: &String| siblings.iter().any(|s| &s.id == id && matches!(s.state, State::Filed { .. }));
        if item.parents.iter().all(filed) {
            step(companion, account, item, &Event::ParentsFiled, None, "Its turn has come.").await?;
        }
    }
    Ok(())
}

impl Companion {
    pub async fn delivery_get(self: &Arc<Self>, args: VisitArgs) -> Result<DeliveryView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        delivery_view::view(&account.vault, &visit.id, &self.host.clock.zone()).await
    }

    pub async fn delivery_retry(self: &Arc<Self>, args: DeliveryArgs) -> Result<DeliveryView, Failure> {
        let account = self.account()?;
        let item =
            account.vault.item(&args.id).await?.ok_or_else(|| Failure::invalid("There is no such item."))?;
        step(self, &account, &item, &Event::Retry, None, "You asked to try again.")
            .await
            .map_err(|_| Failure::invalid("This item cannot be tried again now."))?;
        self.wake.notify_waiters();
        self.emit(Topic::Delivery, Some(&item.visit));
        delivery_view::view(&account.vault, &item.visit, &self.host.clock.zone()).await
    }

    /// After a sign-in, everything that waited for it goes on.
    pub(crate) async fn signed_in_again(&self, account: &Account) -> Result<(), Failure> {
        for item in account.vault.open_items().await? {
            if item.state == State::NeedsSignIn {
                step(self, account, &item, &Event::SignedIn, None, "Signed in again.").await?;
            }
        }
        self.wake.notify_waiters();
        Ok(())
    }
}
