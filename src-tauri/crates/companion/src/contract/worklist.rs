//! The day: who comes when, as the EHR schedules it, and where each visit stands here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct WorklistView {
    /// The clinic's day, `YYYY-MM-DD`.
    pub date: String,
    /// The zone in which day and times are meant, such as `America/New_York`.
    pub time_zone: String,
    pub state: WorklistState,
    /// RFC 3339 instant at which the EHR last gave (or confirmed) what is shown.
    pub as_of: Option<String>,
    /// By start, then by id; a row keeps its place for as long as its time stays the same.
    pub rows: Vec<WorklistRow>,
    /// The appointment that "next patient" opens.
    pub next: Option<String>,
    pub prefetch: PrefetchView,
}

/// Whether the list is all there is. `complete` with no rows: nobody is booked today.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum WorklistState {
    /// Nothing is known of this day yet.
    Loading,
    Complete,
    Partial {
        why: String,
    },
    /// The EHR did not give the list; what is shown is older, or nothing.
    Failed {
        why: String,
    },
    /// The EHR cannot be reached; the list is from the vault.
    Offline {
        as_of: Option<String>,
    },
    /// This EHR gives Chartside no schedule; visits come by launch.
    NoSchedule {
        why: String,
    },
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct WorklistRow {
    /// `Appointment` id; the row's key.
    pub appointment: String,
    /// RFC 3339 instant.
    pub start: String,
    pub end: Option<String>,
    /// "09:20" in the clinic's zone.
    pub time: String,
    pub patient: WorklistPatient,
    pub reason: Option<String>,
    pub visit_type: String,
    /// False: the EHR's type is not mapped; the default template and rules are used.
    pub type_mapped: bool,
    pub status: WorklistStatus,
    /// The same in words: "booked", "no longer on your schedule", "unrecognised: …".
    pub status_words: String,
    /// The appointment has a video room.
    pub video: bool,
    pub prefetched: Prefetched,
    /// The visit here, once it was opened.
    pub visit: Option<String>,
    pub opens: Opens,
    /// Set when the EHR changed this row, or added it, after the day was first shown.
    pub changed_at: Option<String>,
    /// What changed, in words: "new", "was 09:20", "was booked"; several joined by " · ".
    pub change: Option<String>,
}

/// Who comes, with two identifiers beside the name.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct WorklistPatient {
    /// "FAMILY, Given"
    pub name: String,
    pub preferred_name: Option<String>,
    /// As the EHR gives it; may be partial, or "birth date not recorded".
    pub birth_date: String,
    /// "54 y"
    pub age: Option<String>,
    pub mrn: Option<String>,
    pub mrn_assigner: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum WorklistStatus {
    Booked,
    Arrived,
    /// In the call, or roomed by the clinic.
    InRoom,
    /// Opened here; the note is being written.
    NoteOpen,
    /// The meeting is over and the note is not signed.
    ToSign,
    /// Signed; some of it is still to be filed.
    Signed,
    /// Everything was read back from the EHR.
    Filed,
    /// Over in the EHR, and never opened here.
    Ended,
    /// Cancelled, not shown up, or no longer on this clinician's schedule: see the words.
    Cancelled,
    /// A status that is not known here.
    Unrecognised,
}

/// Whether the chart is in the vault already.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Prefetched {
    None,
    Loading,
    /// RFC 3339 instant of its oldest section.
    Ready {
        as_of: String,
    },
    Failed,
}

/// How opening this row goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Opens {
    /// At once.
    Now,
    /// The EHR binds its tokens to one patient: the browser opens, and the EHR asks which.
    SignIn,
}

/// Charts of the day that are being brought into the vault.
#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct PrefetchView {
    pub state: PrefetchState,
    /// Charts that are ready.
    pub done: u32,
    /// Charts that are wanted.
    pub total: u32,
    /// Why it does not go on, when it does not.
    pub why: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PrefetchState {
    /// Not by policy, or the sign-in does not reach other charts: see `why`.
    Off,
    Running,
    /// The network is poor, or a chart that is open comes first.
    Paused,
    Done,
}

/// Arguments of `worklist_open`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct WorklistOpenArgs {
    pub appointment: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct WorklistOpened {
    /// The visit, which is now the current one. `null`: the EHR's sign-in opened in the browser,
    /// and the visit opens when it is done.
    pub visit: Option<String>,
}
