//! The day's list: asked for while somebody sits at the screen, kept in the vault, told to the
//! window only when something of it changed.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{Done, NoArgs, Topic, WorklistView};
use crate::failure::Failure;
use crate::prefetch::Prefetching;
use crate::session::Session;
use clinical::worklist::{Row, Slot, merged};
use ehr::EhrError;
use ehr::capability::Capabilities;
use ehr::client::{FhirClient, Found, Searched};
use fhir::json::text;
use fhir::view;
use futures_util::StreamExt;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use vault::StoredDay;

/// Appointments asked for per page; a day of one clinician stands on one.
const PAGE: u32 = 200;
/// Patients read at a time where the schedule came without them.
const PATIENTS_AT_ONCE: usize = 2;
/// The wait after the first failure; it doubles with each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(15);
/// The longest wait after failures.
const LONGEST_BACKOFF: Duration = Duration::from_secs(15 * 60);
/// Each wait is up to this part shorter or longer, so that a clinic's computers do not ask in step.
const JITTER: f64 = 0.2;
/// Days for which old lists are kept: a visit of yesterday evening may still be open.
const KEPT_DAYS: i64 = 2;

/// How the last look at the schedule ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Complete,
    Partial(String),
    Failed(String),
    Offline,
    NoSchedule(String),
}

/// What this process knows of the list beside what the vault keeps. Nothing of any patient.
#[derive(Default)]
pub struct Worklist {
    inner: Mutex<Inner>,
    ring: Notify,
    /// One look at a time.
    turn: tokio::sync::Mutex<()>,
    /// One chart after the other.
    pub(crate) fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Inner {
    outcome: Option<Outcome>,
    failures: u32,
    /// The EHR asked for a longer rest than ours.
    rest: Option<Duration>,
    prefetch: Prefetching,
}

impl Worklist {
    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        f(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn outcome(&self) -> Option<Outcome> {
        self.with(|i| i.outcome.clone())
    }

    /// Reads or changes how prefetching goes.
    pub(crate) fn prefetch<T>(&self, f: impl FnOnce(&mut Prefetching) -> T) -> T {
        self.with(|i| f(&mut i.prefetch))
    }

    /// Somebody wants it now.
    pub fn look(&self) {
        self.ring.notify_one();
    }

    /// True when it ended another way than last time.
    fn ended(&self, outcome: Outcome, rest: Option<Duration>) -> bool {
        self.with(|i| {
            let failed = matches!(outcome, Outcome::Failed(_) | Outcome::Offline);
            i.failures = if failed { i.failures.saturating_add(1) } else { 0 };
            i.rest = rest;
            i.outcome.replace(outcome.clone()) != Some(outcome)
        })
    }

    /// The wait until the next look, before jitter.
    fn pause(&self, usual: Duration) -> Duration {
        self.with(|i| {
            let own = match i.failures {
                0 => usual,
                n => (FIRST_BACKOFF * 2u32.saturating_pow((n - 1).min(10))).min(LONGEST_BACKOFF),
            };
            i.rest.map_or(own, |rest| rest.clamp(own, LONGEST_BACKOFF))
        })
    }
}

/// Looks at the schedule for as long as the account is open: at once when somebody takes the seat,
/// then again and again while they sit there. A covered account asks for nothing.
pub fn spawn(companion: Arc<Companion>, account: Arc<Account>) {
    tokio::spawn(async move {
        let usual = Duration::from_secs(u64::from(companion.policy.worklist.poll_seconds));
        // Whoever takes the seat rings; until then nothing is due.
        let mut due = tokio::time::Instant::now() + usual;
        let mut bell = companion.wake.listen();
        while !account.is_closed() {
            let covered = account.covered_since().is_some();
            tokio::select! {
                () = bell.rung() => continue,
                () = account.worklist.ring.notified() => {}
                () = tokio::time::sleep_until(due), if !covered => {}
            }
            if account.is_closed() || account.covered_since().is_some() {
                continue;
            }
            if let Err(failure) = companion.look_at_schedule(&account).await {
                failure.at_the_edge("read the schedule");
                account.worklist.ended(Outcome::Failed("it could not be saved here".to_owned()), None);
            }
            due = tokio::time::Instant::now() + companion.jittered(account.worklist.pause(usual));
        }
    });
}

impl Companion {
    /// The clinic's zone: what IT says, else the computer's.
    pub(crate) fn clinic_zone(&self) -> TimeZone {
        let named = self.policy.worklist.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        named.unwrap_or_else(|| self.host.clock.zone())
    }

    /// The clinic's day.
    pub(crate) fn clinic_day(&self) -> Date {
        self.host.clock.now().to_zoned(self.clinic_zone()).date()
    }

    fn jittered(&self, wait: Duration) -> Duration {
        let mut byte = [0u8; 1];
        self.host.entropy.fill(&mut byte);
        wait.mul_f64(1.0 - JITTER + 2.0 * JITTER * f64::from(byte[0]) / 255.0)
    }

    pub async fn worklist_get(self: &Arc<Self>, _: NoArgs) -> Result<WorklistView, Failure> {
        let account = self.account()?;
        self.worklist_view(&account).await
    }

    pub async fn worklist_refresh(self: &Arc<Self>, _: NoArgs) -> Result<Done, Failure> {
        self.account()?.worklist.look();
        Ok(Done {})
    }

    /// Asks once. The window is told only when the list, or what is known of it, changed.
    async fn look_at_schedule(self: &Arc<Self>, account: &Arc<Account>) -> Result<(), Failure> {
        let _turn = account.worklist.turn.lock().await;
        let day = self.clinic_day();
        let stored = account.vault.worklist(&day.to_string()).await?;
        let (outcome, rest, rows_changed) = match self.ask(account, day, stored.as_ref()).await {
            Ok(Asked::Unchanged) => {
                account.vault.worklist_confirmed(&day.to_string(), self.host.clock.now()).await?;
                (Outcome::Complete, None, false)
            }
            Ok(Asked::Rows { list, outcome }) => {
                let changed = stored.is_none_or(|s| s.rows != list.rows);
                let oldest = day.checked_sub(KEPT_DAYS.days()).unwrap_or(day);
                if !account.is_closed() {
                    account.vault.save_worklist(&day.to_string(), &list, &oldest.to_string()).await?;
                }
                (outcome, None, changed)
            }
            Err(NotAsked { outcome, rest }) => (outcome, rest, false),
        };
        match outcome {
            Outcome::Offline => self.reached(false),
            Outcome::Complete | Outcome::Partial(_) => self.reached(true),
            Outcome::Failed(_) | Outcome::NoSchedule(_) => {}
        }
        let usable = matches!(outcome, Outcome::Complete | Outcome::Partial(_));
        if account.worklist.ended(outcome, rest) || rows_changed {
            self.emit(Topic::Worklist, None);
        }
        self.let_charts_expire(account).await?;
        if usable {
            self.prefetch_charts(account);
        }
        Ok(())
    }

    async fn ask(&self, account: &Account, day: Date, stored: Option<&StoredDay>) -> Result<Asked, NotAsked> {
        let session = account.session_for_schedule().ok_or_else(|| no_session(account))?;
        let query = query(&session, day, &self.clinic_zone())?;
        let client = session.fhir().map_err(|failure| NotAsked::failed(failure.message))?;
        let etag = stored.filter(|s| s.query == query).and_then(|s| s.etag.clone());
        let (found, etag) = match client.search_again(&query, etag.as_deref()).await.map_err(refused)? {
            Searched::Unchanged => return Ok(Asked::Unchanged),
            Searched::Found(found, etag) => (found, etag),
        };
        let complete = found.partial.is_none();
        let partial = found.partial.as_ref().map(|_| "the EHR gave only a part of it".to_owned());
        let mut slots = slots(&found, &session.who.fhir_user, &session.who.iss);
        slots.retain(|s| s.start.to_zoned(self.clinic_zone()).date() == day);
        let whole = fill(&client, &session.who.capabilities, &found, &mut slots).await;
        let before = stored.map(|s| s.rows.as_slice());
        let now = self.host.clock.now();
        let rows = merged(before, slots, complete, now, &self.clinic_zone());
        let partial = partial.or_else(|| {
            let missing = "the EHR did not give every patient's identifiers".to_owned();
            (!whole && rows.iter().any(|r| r.slot.chart.is_none())).then_some(missing)
        });
        // What came in parts must come whole next time.
        let etag = etag.filter(|_| partial.is_none());
        let outcome = partial.map_or(Outcome::Complete, Outcome::Partial);
        Ok(Asked::Rows { list: StoredDay { rows, query, etag, fetched_at: now }, outcome })
    }

    /// One row of today's list.
    pub(crate) async fn row(&self, account: &Account, appointment: &str) -> Result<Row, Failure> {
        let stored = account.vault.worklist(&self.clinic_day().to_string()).await?;
        let row = stored.and_then(|s| s.rows.into_iter().find(|r| r.slot.id == appointment));
        row.ok_or_else(|| Failure::invalid("This appointment is not on today's list any more."))
    }
}

enum Asked {
    Unchanged,
    Rows { list: StoredDay, outcome: Outcome },
}

struct NotAsked {
    outcome: Outcome,
    rest: Option<Duration>,
}

impl NotAsked {
    fn failed(why: String) -> Self {
        Self { outcome: Outcome::Failed(why), rest: None }
    }

    fn no_schedule(why: &str) -> Self {
        Self { outcome: Outcome::NoSchedule(why.to_owned()), rest: None }
    }
}

fn no_session(account: &Account) -> NotAsked {
    if account.needs_sign_in() {
        return NotAsked::failed("the EHR asks for a new sign-in".to_owned());
    }
    NotAsked::no_schedule("the EHR did not let Chartside read your schedule")
}

fn refused(error: EhrError) -> NotAsked {
    match error {
        EhrError::Unreachable | EhrError::NoAnswer => NotAsked { outcome: Outcome::Offline, rest: None },
        EhrError::Status { status: 403, .. } => {
            NotAsked::no_schedule("the EHR does not let you see the schedule here")
        }
        EhrError::Status { status: 400 | 404 | 405 | 410 | 422 | 501, .. } => {
            NotAsked::no_schedule("the EHR cannot be asked for a clinician's schedule")
        }
        EhrError::Status { status, retry_after, .. } => NotAsked {
            outcome: Outcome::Failed(match status {
                429 => "the EHR is busy".to_owned(),
                500.. => format!("the EHR has a problem of its own (HTTP {status})"),
                _ => format!("the EHR refused (HTTP {status})"),
            }),
            rest: retry_after.and_then(|r| Duration::try_from(r).ok()),
        },
        EhrError::Unauthorised | EhrError::Refused(_) => {
            NotAsked::failed("the EHR asks for a new sign-in".to_owned())
        }
        other => NotAsked::failed(other.to_string()),
    }
}

/// The one search of the day: this clinician's appointments that start within the clinic's day,
/// with the patients and encounters in the same answer where the EHR can.
fn query(session: &Session, day: Date, zone: &TimeZone) -> Result<String, NotAsked> {
    let capabilities = &session.who.capabilities;
    if !capabilities.can("Appointment", "search-type") {
        return Err(NotAsked::no_schedule("the EHR gives out no schedule"));
    }
    let Some(id) = session.who.fhir_user.strip_prefix("Practitioner/") else {
        return Err(NotAsked::no_schedule("the EHR did not say which clinician you are"));
    };
    let who = match capabilities.searches("Appointment", "practitioner") {
        true => format!("practitioner={id}"),
        false => format!("actor=Practitioner/{id}"),
    };
    let midnight = |day: Date| day.to_zoned(zone.clone()).ok().map(|z| z.timestamp());
    let ends = day.tomorrow().ok().and_then(midnight);
    let (Some(from), Some(to)) = (midnight(day), ends) else {
        return Err(NotAsked::failed("the day has no beginning or end here".to_owned()));
    };
    Ok(format!(
        "Appointment?{who}&date=ge{from}&date=lt{to}&_include=Appointment:patient&_revinclude=Encounter:appointment&_count={PAGE}"
    ))
}

fn of_kind<'a>(found: &'a Found, kind: &'a str) -> impl Iterator<Item = &'a serde_json::Value> {
    found.resources.iter().filter(move |r| text(r, &["resourceType"]) == Some(kind))
}

fn slots(found: &Found, clinician: &str, base: &str) -> Vec<Slot> {
    of_kind(found, "Appointment").filter_map(|r| view::slot(r, clinician, base)).collect()
}

/// Adds patients and encounters: those that came with the answer, else by asking for them. False
/// when some could not be had.
async fn fill(client: &FhirClient, capabilities: &Capabilities, found: &Found, slots: &mut [Slot]) -> bool {
    let patient = |r| view::patient(r, client.base());
    let encounter = |r| view::slot_encounter(r, client.base());
    let came: HashMap<String, _> =
        of_kind(found, "Patient").filter_map(patient).map(|p| (p.id.clone(), p)).collect();
    let mut missing: Vec<String> =
        slots.iter().map(|s| s.patient.clone()).filter(|id| !came.contains_key(id)).collect();
    missing.sort();
    missing.dedup();
    let reads = missing.into_iter().map(|id| async move {
        let read = client.read(&format!("Patient/{id}")).await.ok()?;
        view::patient(&read, client.base()).filter(|p| p.id == id)
    });
    let read: Vec<_> = futures_util::stream::iter(reads).buffer_unordered(PATIENTS_AT_ONCE).collect().await;
    let whole = read.iter().all(Option::is_some);
    let all: HashMap<String, _> =
        came.into_iter().chain(read.into_iter().flatten().map(|p| (p.id.clone(), p))).collect();
    let mut encounters: Vec<_> = of_kind(found, "Encounter").filter_map(encounter).collect();
    if encounters.is_empty() && !slots.is_empty() && capabilities.searches("Encounter", "appointment") {
        let ids: Vec<String> = slots.iter().map(|s| format!("Appointment/{}", s.id)).collect();
        let query = format!("Encounter?appointment={}&_count={PAGE}", ids.join(","));
        // Without them the appointments' own status is what is shown.
        if let Ok(found) = client.search(&query).await {
            encounters = of_kind(&found, "Encounter").filter_map(encounter).collect();
        }
    }
    for slot in slots {
        slot.chart = all.get(&slot.patient).cloned();
        let of = encounters.iter().find(|(of, _)| of.contains(&slot.id));
        slot.encounter = of.map(|(_, encounter)| encounter.clone());
    }
    whole
}
