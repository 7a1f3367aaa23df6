//! The delivery worker: one per open account. It takes what is due from the outbox, does the one
//! thing that its state asks for, and makes the next state durable. Decisions are all in
//! `clinical::delivery`. Each visit goes by itself: one that is slow or stuck holds up no other.

use crate::account::Account;
use crate::app::Companion;
use crate::asked::{Asked, asked};
use crate::billing::is_message;
use crate::contract::{DeliveryArgs, DeliveryView, Topic, VisitArgs};
use crate::delivery_view;
use crate::failure::Failure;
use crate::obstacle::obstacle;
use clinical::delivery::{Event, Moment, State, next};
use clinical::item::{Item, Kind, Receipt};
use ehr::client::FhirClient;
use ehr::parents::{is_by_hand, is_left_in_note};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Visits that are delivered at the same time.
const AT_ONCE: usize = 16;
/// Longest sleep: a clock that jumped must not keep items waiting.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
const SHORTEST_SLEEP: Duration = Duration::from_millis(20);
/// How long a visit rests after an error of our own (a full disk, a damaged row).
const REST_AFTER_ERROR: SignedDuration = SignedDuration::from_secs(15);

/// Starts the worker of this account. It ends when the account is closed; requests under way then
/// are finished.
pub fn spawn(companion: Arc<Companion>, account: Arc<Account>) {
    tokio::spawn(async move {
        let mut busy: HashSet<String> = HashSet::new();
        let mut resting: HashMap<String, Timestamp> = HashMap::new();
        let mut visits = JoinSet::new();
        let mut late = (0, 0);
        // The visit that has just moved; none: any may have, by somebody else's hand.
        let mut moved: Option<String> = None;
        let mut bell = companion.wake.listen();
        while !account.is_closed() {
            if bell.rang() {
                moved = None;
            }
            if let Err(failure) = companion.tell_late(&account, &mut late).await {
                failure.at_the_edge("look for what is late");
            }
            let settled = match settle(&companion, &account, moved.take().as_deref()).await {
                Ok(()) if busy.is_empty() => companion.close_if_done(&account).await,
                settled => settled,
            };
            if account.is_closed() {
                break;
            }
            if let Err(failure) = settled {
                failure.at_the_edge("resume delivery");
            }
            let now = companion.host.clock.now();
            // A rest that is too long was begun before the clock was put back.
            resting.retain(|_, until| *until > now && until.duration_since(now) <= REST_AFTER_ERROR);
            let iss = account.session().who.iss.clone();
            let rests = companion.breakers.rests(&iss, now);
            let room = AT_ONCE.saturating_sub(busy.len());
            let due = match rests {
                None if room > 0 => {
                    let but: Vec<&str> = busy.iter().chain(resting.keys()).map(String::as_str).collect();
                    due(&companion, &account, room, &but).await
                }
                _ => BTreeMap::new(),
            };
            for (visit, items) in due {
                busy.insert(visit.clone());
                let (companion, account) = (Arc::clone(&companion), Arc::clone(&account));
                visits.spawn(async move {
                    let outcome = deliver(&companion, &account, &items).await;
                    (visit, outcome)
                });
            }
            let wait = match rests {
                Some(until) => Duration::try_from(until.duration_since(now)).unwrap_or_default(),
                None => pause(&companion, &account, &busy, &resting).await,
            };
            let wait = wait.clamp(SHORTEST_SLEEP, LONGEST_SLEEP);
            tokio::select! {
                () = bell.rung() => moved = None,
                () = tokio::time::sleep(wait) => {}
                Some(ended) = visits.join_next(), if !visits.is_empty() => match ended {
                    Ok((visit, Ok(()))) => {
                        busy.remove(&visit);
                        moved = Some(visit);
                    }
                    Ok((visit, Err(failure))) => {
                        failure.at_the_edge("deliver");
                        busy.remove(&visit);
                        let until = companion.host.clock.now().checked_add(REST_AFTER_ERROR);
                        resting.insert(visit, until.unwrap_or(Timestamp::MAX));
                    }
                    // A panic is ours: whatever it was about is looked at again.
                    Err(_) => busy.clear(),
                },
            }
        }
        visits.detach_all();
    });
}

/// Up to so many items that are due now, by visit, in order; none of the visits `but`.
async fn due(
    companion: &Companion,
    account: &Account,
    limit: usize,
    but: &[&str],
) -> BTreeMap<String, Vec<Item>> {
    let mut visits: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    let patients = account.within_reach();
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    match account.vault.due_items(companion.host.clock.now(), limit, &patients, but).await {
        Ok(items) => {
            for item in items {
                visits.entry(item.visit.clone()).or_default().push(item);
            }
        }
        Err(error) => {
            Failure::from(error).at_the_edge("look into the outbox");
        }
    }
    visits
}

/// Puts right what no time moves: an item in flight that nobody is sending (the process ended, or
/// its answer could not be saved) is unknown; children of filed parents may go; with a good
/// session, what waited for a sign-in goes on.
async fn settle(companion: &Companion, account: &Account, visit: Option<&str>) -> Result<(), Failure> {
    for item in account.vault.waiting_items(visit).await? {
        let event = match item.state {
            State::InFlight if !companion.sending.has(&item.id) => {
                Some((Event::Restarted, "It is not known what became of the last attempt."))
            }
            State::NeedsSignIn if !account.session_of(&item.patient).needs_sign_in() => {
                Some((Event::SignedIn, "Signed in again."))
            }
            State::WaitingOnParent => {
                let siblings = account.vault.items(&item.visit).await?;
                let is_there =
                    |id: &String| siblings.iter().any(|s| &s.id == id && s.state.record().is_some());
                // Refused after its retraction: nobody has to decide about it any more.
                let refused = |s: &&Item| {
                    item.kind == Kind::Retraction
                        && item.parents.contains(&s.id)
                        && matches!(s.state, State::NeedsClinician { .. })
                        && s.state.is_surely_unsent(s.attempts)
                };
                if let Some(parent) = siblings.iter().find(refused) {
                    let what = "The EHR did not take it, and it was taken back.";
                    step(companion, account, parent, &Event::Superseded, None, what).await?;
                }
                // What a diagnosis in the note says of itself, its charge says with it.
                let by_hand = |id: &String| siblings.iter().any(|s| &s.id == id && is_by_hand(s));
                let beside = !matches!(item.kind, Kind::Addendum | Kind::Correction | Kind::Cosign);
                let settled = |id: &String| {
                    is_there(id)
                        || beside && by_hand(id)
                        || item.kind == Kind::Charge
                            && siblings.iter().any(|s| &s.id == id && is_left_in_note(s))
                };
                let gone = |id: &String| siblings.iter().any(|s| &s.id == id && s.state == State::Superseded);
                let rests_on_nothing = item.parents.iter().any(gone) || siblings.iter().any(|s| refused(&s));
                if item.request.change.is_some() && rests_on_nothing {
                    Some((Event::Superseded, "What it rests on was never sent."))
                } else if !beside && item.parents.iter().any(by_hand) {
                    Some((Event::ParentByHand, "The note was entered in the EHR by hand."))
                } else {
                    item.parents.iter().all(settled).then_some((Event::ParentsFiled, "Its turn has come."))
                }
            }
            _ => None,
        };
        if let Some((event, what)) = event {
            step(companion, account, &item, &event, None, what).await?;
        }
    }
    Ok(())
}

async fn pause(
    companion: &Companion,
    account: &Account,
    busy: &HashSet<String>,
    resting: &HashMap<String, Timestamp>,
) -> Duration {
    // Something that cannot be started now is due: its own end, or the rest, will wake us.
    if !busy.is_empty() || !resting.is_empty() {
        return Duration::from_secs(1);
    }
    let now = companion.host.clock.now();
    let due = account.vault.next_due(&account.within_reach()).await.ok().flatten();
    due.map_or(LONGEST_SLEEP, |at| Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

/// Moves the due items of one visit by one step each.
async fn deliver(companion: &Companion, account: &Arc<Account>, items: &[Item]) -> Result<(), Failure> {
    for item in items {
        advance(companion, account, item).await?;
        companion.emit(Topic::Delivery, Some(&item.visit));
        companion.emit(Topic::App, Some(&item.visit));
    }
    Ok(())
}

/// Does the one thing that the item's state asks for.
async fn advance(companion: &Companion, account: &Arc<Account>, item: &Item) -> Result<bool, Failure> {
    if is_message(item) && !matches!(item.state, State::Backoff { .. }) {
        return companion.advance_message(account, item).await;
    }
    let session = account.session_of(&item.patient);
    let client = session.fhir()?;
    let asks =
        matches!(item.state, State::Ready | State::OutcomeUnknown { .. } | State::AwaitingReadback { .. });
    if asks && !companion.breakers.lets(&session.who.iss, companion.host.clock.now()) {
        return Ok(false);
    }
    match &item.state {
        State::Ready => send(companion, account, &client, item).await,
        State::OutcomeUnknown { .. } => {
            let waited = companion.sending.waited(&item.id);
            let event = match asked(account, item).await? {
                Asked::Create(sent) => {
                    client.find(&session.who.capabilities, &item.request, &item.patient, &sent).await
                }
                Asked::Change(change) => client.find_change(&change).await,
                Asked::Message => return Ok(false),
            };
            let what = match &event {
                Event::FoundOne { .. } => "The EHR has it after all.",
                Event::FoundNone => "The EHR does not have it.",
                Event::SearchFailed => "The EHR could not be asked whether it has it.",
                _ => "The EHR cannot tell whether it has it.",
            };
            step_after(companion, account, item, &event, None, what, waited).await
        }
        State::AwaitingReadback { reference, .. } => {
            let read = match asked(account, item).await? {
                Asked::Create(sent) => client.read_back(reference, &sent).await,
                Asked::Change(change) => client.read_back_change(&change).await,
                Asked::Message => return Ok(false),
            };
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
            step(companion, account, item, &read.event, receipt.as_ref(), what).await
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
    // What makes somebody's note final rests on the statement about it.
    let rests_on = item.parents.iter().filter(|_| item.request.change.is_some());
    for part in rests_on.chain([&item.id]) {
        if item.kind != Kind::Retraction && account.vault.is_retracted(part).await? {
            let what = "Taken back before it was sent.";
            return step(companion, account, item, &Event::Superseded, None, what).await;
        }
    }
    let asked = asked(account, item).await?;
    // A retraction only marks what we wrote ourselves: it must be possible above all in a chart that is the wrong one.
    let obstacle = match item.kind {
        Kind::Retraction => None,
        _ => obstacle(account, client, item, &asked).await?,
    };
    if let Some((event, what)) = obstacle {
        if event == Event::NotSent {
            companion.reached(false);
        }
        companion.emit(Topic::App, None);
        return step(companion, account, item, &event, None, what).await;
    }
    // The intent is durable before the first byte leaves.
    let _under_way = companion.sending.begin(&item.id);
    if !step(companion, account, item, &Event::SendStarts, None, "Sending.").await? {
        return Ok(false);
    }
    let Some(in_flight) = account.vault.item(&item.id).await? else { return Ok(false) };
    let event = match &asked {
        Asked::Create(body) => client.create(&item.request, &body.to_string()).await,
        Asked::Change(change) => client.change(change).await,
        Asked::Message => return Ok(false),
    };
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

/// One transition, durable. False when the item moved meanwhile.
pub(crate) async fn step(
    companion: &Companion,
    account: &Account,
    item: &Item,
    event: &Event,
    receipt: Option<&Receipt>,
    what: &str,
) -> Result<bool, Failure> {
    step_after(companion, account, item, event, receipt, what, SignedDuration::ZERO).await
}

/// The same, for what had to wait.
pub(crate) async fn step_after(
    companion: &Companion,
    account: &Account,
    item: &Item,
    event: &Event,
    receipt: Option<&Receipt>,
    what: &str,
    waited: SignedDuration,
) -> Result<bool, Failure> {
    let mut byte = [0u8; 1];
    companion.host.entropy.fill(&mut byte);
    let now = companion.host.clock.now();
    if !is_message(item) {
        companion.breakers.heard(&account.session_of(&item.patient).who.iss, event, now);
    }
    // Waits count as tries too, so that they grow while the EHR stays away.
    let put_off = matches!(event, Event::SearchFailed | Event::ReadBackMissing | Event::ReadBackFailed)
        || (*event == Event::NotSent && item.state == State::Ready);
    let attempts = item.attempts + u32::from(put_off || *event == Event::SendStarts);
    let moment = Moment {
        now,
        attempts,
        jitter: f64::from(byte[0]) / 255.0,
        conditional_create: item.request.conditional || item.request.change.is_some(),
        waited,
    };
    let to = next(&item.state, event, moment)
        .map_err(|_| Failure::internal("an event that does not fit the state"))?;
    let about = match &to {
        State::Filed { reference } | State::LeftAsIs { reference } => reference.clone(),
        _ => format!("{}/{}", item.request.resource_type, item.request.identifier),
    };
    let action = match &to {
        State::InFlight => Some("sending"),
        State::Filed { .. } if item.request.change.is_some() => Some("changed in the EHR"),
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
    companion.sending.moved(&item.id, &to);
    let moved = account.vault.move_item(item, &to, attempts, receipt, what, now, audit).await?;
    if moved {
        companion.learn(account, item, &to).await;
    }
    Ok(moved)
}

impl Companion {
    /// Where the items of a visit stand.
    pub(crate) async fn delivery_of(&self, account: &Account, visit: &str) -> Result<DeliveryView, Failure> {
        let rests = self.breakers.rests(&account.session().who.iss, self.host.clock.now());
        delivery_view::view(&account.vault, visit, &self.host.clock.zone(), rests).await
    }

    pub async fn delivery_get(self: &Arc<Self>, args: VisitArgs) -> Result<DeliveryView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        self.delivery_of(&account, &visit.id).await
    }

    pub async fn delivery_retry(self: &Arc<Self>, args: DeliveryArgs) -> Result<DeliveryView, Failure> {
        let account = self.account()?;
        let item =
            account.vault.item(&args.id).await?.ok_or_else(|| Failure::invalid("There is no such item."))?;
        step(self, &account, &item, &Event::Retry, None, "You asked to try again.")
            .await
            .map_err(|_| Failure::invalid("This item cannot be tried again now."))?;
        self.wake.ring();
        self.emit(Topic::Delivery, Some(&item.visit));
        self.delivery_of(&account, &item.visit).await
    }
}
