//! The outbox as a pure state machine: what may happen to a signed item on its way into the
//! EHR, and what must never happen. The worker in `companion` only carries out what [`next`] says.
//!
//! The rule that everything hangs on: once a request may have reached the EHR, the item is
//! [`State::OutcomeUnknown`] until the EHR itself was asked; it is never simply sent again.
//!
//! What the machine relies on, and `property.rs` plays with a model EHR:
//! - A transition is made durable only over the state *and* the number of attempts that the worker
//!   saw; an answer to an earlier attempt changes nothing.
//! - [`Event::Restarted`] is told of an item in flight only when no request of it is under way any
//!   more in this process, in whatever account or window.
//! - A request that was given up reaches the EHR within [`SETTLE_SECONDS`] or never.

pub mod circuit;
pub mod deadline;
#[cfg(test)]
mod model;
#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod worker_model;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// First wait before trying again, in seconds; doubles up to [`BACKOFF_CAP_SECONDS`].
pub const BACKOFF_FIRST_SECONDS: i64 = 2;
/// Longest wait before trying again, in seconds.
pub const BACKOFF_CAP_SECONDS: i64 = 300;
/// How long a lost request may still be on its way inside the EHR before an empty search counts, in seconds.
pub const SETTLE_SECONDS: i64 = 3;
/// Empty searches, [`SETTLE_SECONDS`] apart, that show a lost request never arrived.
pub const EMPTY_SEARCHES_NEEDED: u8 = 2;
/// No wait is longer; one that seems to be was set before the clock was put back, and is over.
pub const LONGEST_WAIT_SECONDS: i64 = BACKOFF_CAP_SECONDS;

/// Where an item stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// May be sent now.
    Ready,
    /// A parent (the note, a diagnosis) must be filed first: its server id goes into this item.
    WaitingOnParent,
    /// Intent is durable; the request is being sent.
    InFlight,
    /// It may or may not have arrived. Search before anything else.
    OutcomeUnknown { empty_searches: u8, look_at: Timestamp },
    /// The EHR has it under this reference; it is not "filed" before it was read back.
    AwaitingReadback { reference: String, read_at: Timestamp, misses: u8 },
    /// It surely did not arrive, or must wait; it goes out again at `until`.
    Backoff { until: Timestamp },
    /// The account must sign in first.
    NeedsSignIn,
    /// A person has to decide.
    NeedsClinician { reason: Reason },
    /// Read back and compared.
    Filed { reference: String },
    /// The clinician saw that the EHR's record is another than what was signed, and left it so. It is never called filed.
    LeftAsIs { reference: String },
    /// Another item took its place, or the clinician entered it in the EHR by hand.
    Superseded,
}

/// Why a person is needed. Words for it are in `companion`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// The EHR refused it for good (HTTP status).
    Refused { status: u16 },
    /// 409 or 412: the chart changed.
    Conflict { status: u16 },
    /// The EHR cannot tell whether it arrived.
    CannotTell,
    /// The EHR holds more than one copy that could be this.
    Several,
    /// What was read back is not what was signed.
    Differs { reference: String },
    /// The EHR confirmed it but does not give it back.
    NotReadable { reference: String },
    /// The chart is no longer the confirmed one (merged or changed).
    PatientChanged,
    /// What it amends was entered in the EHR by hand: nothing there can be named.
    ParentByHand,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Every parent is filed.
    ParentsFiled,
    /// A parent without which it cannot go was entered in the EHR by hand.
    ParentByHand,
    /// The worker is about to send; the new state must be durable before the first byte leaves.
    SendStarts,
    /// Refused before sending: DNS, connection refused.
    NotSent,
    /// The EHR answered 2xx and named the record.
    Accepted {
        reference: String,
    },
    /// Timeout, dropped or unreadable response, any 5xx (a proxy answers 503 also when the server
    /// broke off after reading): it may have arrived.
    Lost,
    /// 429 with or without Retry-After: it did not arrive.
    Throttled {
        retry_after: Option<SignedDuration>,
    },
    /// 401 although the token was refreshed.
    Unauthorised,
    /// 409 or 412.
    Conflicted {
        status: u16,
    },
    /// Another 4xx.
    Refused {
        status: u16,
    },
    /// The identity check before sending failed.
    PatientChanged,
    /// The search for an unknown outcome found exactly one record with our identifier.
    FoundOne {
        reference: String,
    },
    FoundNone,
    FoundSeveral,
    /// The EHR could not be asked now (network, 5xx, sign-in).
    SearchFailed,
    /// The EHR cannot search for it at all.
    SearchImpossible,
    /// Read back: everything that we said is there.
    ReadBackMatches {
        reference: String,
    },
    ReadBackDiffers,
    /// Read back: 404 or 410.
    ReadBackMissing,
    ReadBackFailed,
    /// The clinician signed in again.
    SignedIn,
    /// The time of a wait has come.
    Due,
    /// The clinician asks to try again. Where it cannot be known whether it arrived, this says
    /// that they looked in the chart and it is not there.
    Retry,
    /// The clinician looked in the chart: this record is it. It is read back like any other.
    Chosen {
        reference: String,
    },
    /// The clinician looked in the chart: it is not there, whatever the EHR said; it may be sent.
    NotThere,
    /// The clinician compared it with this record of the EHR, and leaves that as it is. After a conflict only of a
    /// change: then the record is the one that was to be changed.
    LeftAsIs {
        reference: String,
    },
    /// The process started; what was in flight then is unknown now.
    Restarted,
    /// Only where nothing of it can be in the EHR, and in a chart that is still the confirmed one
    /// (in another, a person looks first).
    Superseded,
}

/// Read-backs that may answer 404 (a lagging replica) before a person is asked.
pub const READBACK_MISSES: u8 = 5;

/// What an event needs to know beside the state.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub now: Timestamp,
    /// How often this item was tried: sent, or put off because the EHR did not answer.
    pub attempts: u32,
    /// 0.0 to 1.0; spreads the retries of many clients.
    pub jitter: f64,
    /// The server honours `If-None-Exist`: one empty search is enough, since even a resend cannot duplicate.
    pub conditional_create: bool,
    /// When the search began: for how long this process had known that the outcome is unknown, by
    /// a clock that never jumps (zero when it has just started). [`Moment::now`] may be put forward
    /// between two searches; this may not.
    pub waited: SignedDuration,
}

/// The event does not fit the state: the caller's mistake, and nothing changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this event cannot happen in this state")]
pub struct Illegal;

/// The whole machine. Total over (state, event): it either gives the next state or [`Illegal`].
pub fn next(state: &State, event: &Event, moment: Moment) -> Result<State, Illegal> {
    use Event as E;
    use State as S;
    let unknown =
        |empty_searches| S::OutcomeUnknown { empty_searches, look_at: after(moment.now, SETTLE_SECONDS) };
    let readback = |reference: &String| S::AwaitingReadback {
        reference: reference.clone(),
        read_at: moment.now,
        misses: 0,
    };
    let stop = |reason| Ok(S::NeedsClinician { reason });
    match (state, event) {
        (done, E::Restarted) if done.is_done() => Ok(state.clone()),
        (done, _) if done.is_done() => Err(Illegal),
        (_, E::Superseded) if state.may_be_in_the_ehr() => Err(Illegal),
        (_, E::Superseded) => Ok(S::Superseded),

        (S::WaitingOnParent, E::ParentsFiled) => Ok(S::Ready),
        (S::WaitingOnParent, E::ParentByHand) => stop(Reason::ParentByHand),
        (S::Ready, E::SendStarts) => Ok(S::InFlight),
        (S::Ready, E::PatientChanged) => stop(Reason::PatientChanged),
        (S::Ready, E::Unauthorised) => Ok(S::NeedsSignIn),
        // The chart may not even be looked at: nothing is sent into it.
        (S::Ready, E::Refused { status }) => stop(Reason::Refused { status: *status }),
        // What it needs is taken meanwhile: a slot.
        (S::Ready, E::Conflicted { status }) => stop(Reason::Conflict { status: *status }),
        (S::Ready, E::NotSent) => Ok(S::Backoff { until: backoff(moment) }),

        (S::InFlight, E::NotSent) => Ok(S::Backoff { until: backoff(moment) }),
        (S::InFlight, E::Accepted { reference }) => Ok(readback(reference)),
        (S::InFlight, E::Lost) => Ok(unknown(0)),
        (S::InFlight, E::Restarted) => Ok(S::OutcomeUnknown { empty_searches: 0, look_at: moment.now }),
        (S::InFlight, E::Throttled { retry_after }) => {
            let asked =
                retry_after.map_or(moment.now, |d| after(moment.now, d.as_secs().min(BACKOFF_CAP_SECONDS)));
            Ok(S::Backoff { until: asked.max(backoff(moment)) })
        }
        (S::InFlight, E::Unauthorised) => Ok(S::NeedsSignIn),
        (S::InFlight, E::Conflicted { status }) => stop(Reason::Conflict { status: *status }),
        (S::InFlight, E::Refused { status }) => stop(Reason::Refused { status: *status }),

        (S::OutcomeUnknown { .. }, E::FoundOne { reference }) => Ok(readback(reference)),
        (S::OutcomeUnknown { .. }, E::FoundSeveral) => stop(Reason::Several),
        (S::OutcomeUnknown { .. }, E::SearchImpossible) => stop(Reason::CannotTell),
        (S::OutcomeUnknown { empty_searches, .. }, E::FoundNone) => {
            let needed = if moment.conditional_create { 1 } else { EMPTY_SEARCHES_NEEDED };
            let counted = empty_searches.saturating_add(1).min(needed);
            if counted == needed && moment.waited >= SignedDuration::from_secs(SETTLE_SECONDS) {
                return Ok(S::Ready);
            }
            // Asked too early (just restarted, a second wake-up, a clock put forward): the last
            // search is made again.
            Ok(unknown(counted.min(needed - 1)))
        }
        (S::OutcomeUnknown { empty_searches, .. }, E::SearchFailed) => {
            Ok(S::OutcomeUnknown { empty_searches: *empty_searches, look_at: backoff(moment) })
        }

        (S::AwaitingReadback { reference: awaited, .. }, E::ReadBackMatches { reference })
            if awaited == reference =>
        {
            Ok(S::Filed { reference: reference.clone() })
        }
        // Whoever took it answers later, and answers no.
        (S::AwaitingReadback { .. }, E::Refused { status }) => stop(Reason::Refused { status: *status }),
        (S::AwaitingReadback { reference, .. }, E::ReadBackDiffers) => {
            stop(Reason::Differs { reference: reference.clone() })
        }
        (S::AwaitingReadback { reference, misses, .. }, E::ReadBackMissing) => {
            if *misses + 1 >= READBACK_MISSES {
                return stop(Reason::NotReadable { reference: reference.clone() });
            }
            Ok(S::AwaitingReadback {
                reference: reference.clone(),
                read_at: backoff(moment),
                misses: misses + 1,
            })
        }
        (S::AwaitingReadback { reference, misses, .. }, E::ReadBackFailed) => Ok(S::AwaitingReadback {
            reference: reference.clone(),
            read_at: backoff(moment),
            misses: *misses,
        }),

        (S::Backoff { .. }, E::Due) if state.is_due(moment.now) => Ok(S::Ready),
        (S::Backoff { .. }, E::Retry) => Ok(S::Ready),
        (S::NeedsSignIn, E::SignedIn | E::Retry) => Ok(S::Ready),
        (S::NeedsClinician { reason: Reason::ParentByHand }, E::Retry) => Err(Illegal),
        (S::NeedsClinician { reason }, E::Retry) => Ok(match reason {
            // The EHR took it: it is looked at again, never sent again.
            Reason::Differs { reference } | Reason::NotReadable { reference } => readback(reference),
            // A merge may have hidden a copy from the search; in the chart as it is now it is asked for again.
            Reason::PatientChanged if moment.attempts > 0 => {
                S::OutcomeUnknown { empty_searches: 0, look_at: moment.now }
            }
            // A conflict may be with our own copy: a proxy that sent it twice, a duplicate that the EHR saw.
            Reason::Several | Reason::Conflict { .. } => {
                S::OutcomeUnknown { empty_searches: 0, look_at: moment.now }
            }
            // The clinician looked and it is not there, or the cause is gone.
            _ => S::Ready,
        }),
        // Asked for before something else takes its place: it is there after all.
        (
            S::NeedsClinician { reason: Reason::Conflict { .. } | Reason::Refused { .. } },
            E::FoundOne { reference },
        ) => Ok(readback(reference)),
        (S::NeedsClinician { reason: Reason::Conflict { .. } | Reason::Refused { .. } }, E::FoundSeveral) => {
            stop(Reason::Several)
        }
        (S::NeedsClinician { reason }, E::Chosen { reference }) => match reason {
            Reason::Refused { .. } | Reason::PatientChanged | Reason::ParentByHand => Err(Illegal),
            _ => Ok(readback(reference)),
        },
        (S::NeedsClinician { reason: Reason::CannotTell | Reason::NotReadable { .. } }, E::NotThere) => {
            Ok(S::Ready)
        }
        (S::NeedsClinician { reason: Reason::Differs { reference: differs } }, E::LeftAsIs { reference })
            if differs == reference =>
        {
            Ok(S::LeftAsIs { reference: reference.clone() })
        }
        (S::NeedsClinician { reason: Reason::Conflict { .. } }, E::LeftAsIs { reference }) => {
            Ok(S::LeftAsIs { reference: reference.clone() })
        }
        (_, E::Restarted) => Ok(state.clone()),
        _ => Err(Illegal),
    }
}

impl State {
    /// Nothing moves it any more.
    pub fn is_done(&self) -> bool {
        matches!(self, State::Filed { .. } | State::LeftAsIs { .. } | State::Superseded)
    }

    /// The record in the EHR that stands for it.
    pub fn record(&self) -> Option<&str> {
        match self {
            State::Filed { reference } | State::LeftAsIs { reference } => Some(reference),
            _ => None,
        }
    }

    /// When the worker should look at this item, if time alone can move it.
    pub fn due(&self) -> Option<Timestamp> {
        match self {
            State::Ready => Some(Timestamp::MIN),
            State::OutcomeUnknown { look_at, .. } => Some(*look_at),
            State::AwaitingReadback { read_at, .. } => Some(*read_at),
            State::Backoff { until } => Some(*until),
            _ => None,
        }
    }

    /// Whether its time has come. To the millisecond, as the vault keeps it.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let (now, longest) = (now.as_millisecond(), LONGEST_WAIT_SECONDS * 1000);
        self.due().map(Timestamp::as_millisecond).is_some_and(|at| at <= now || at > now + longest)
    }

    /// Nothing of it is in the EHR, and nobody has to look there first: it may be taken back. `attempts`: how often
    /// it was tried.
    pub fn is_surely_unsent(&self, attempts: u32) -> bool {
        match self {
            // A conflict may be with a copy of ours; in a merged chart there may be one.
            State::NeedsClinician { reason: Reason::Conflict { .. } } => false,
            State::NeedsClinician { reason: Reason::PatientChanged } => attempts == 0,
            State::Superseded => false,
            _ => !self.may_be_in_the_ehr(),
        }
    }

    /// The EHR has it, or may have it.
    pub fn may_be_in_the_ehr(&self) -> bool {
        match self {
            State::InFlight
            | State::OutcomeUnknown { .. }
            | State::AwaitingReadback { .. }
            | State::LeftAsIs { .. }
            | State::Filed { .. } => true,
            State::NeedsClinician { reason } => matches!(
                reason,
                Reason::CannotTell | Reason::Several | Reason::Differs { .. } | Reason::NotReadable { .. }
            ),
            _ => false,
        }
    }
}

fn after(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

/// Exponential with full jitter above half, capped.
fn backoff(moment: Moment) -> Timestamp {
    let doublings = moment.attempts.saturating_sub(1).min(10);
    let ceiling = (BACKOFF_FIRST_SECONDS << doublings).min(BACKOFF_CAP_SECONDS);
    let millis = (ceiling as f64 * 1000.0 * (0.5 + 0.5 * moment.jitter.clamp(0.0, 1.0))) as i64;
    moment.now.checked_add(SignedDuration::from_millis(millis)).unwrap_or(moment.now)
}
