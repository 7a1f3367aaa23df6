//! The visit that comes next: the free times of the EHR's schedule, and the one that was chosen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct FollowUpVisitView {
    pub visit: String,
    pub chosen: Option<ChosenVisit>,
    /// The type of this visit: what the next one is, unless something else is chosen.
    pub visit_type: String,
    /// Why no free time can be chosen here; what is wished for goes as a task or stands in the note then.
    pub why_no_times: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct ChosenVisit {
    /// "Follow-up visit: Tue 2026-12-15 09:20"
    pub words: String,
    /// `YYYY-MM-DD`
    pub day: String,
    /// At a free time of the schedule; else only wished for.
    pub at_a_time: bool,
    /// What becomes of it at signing.
    pub becomes: String,
    /// No template of this installation is for this type of visit.
    pub unmapped: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct FreeTimesArgs {
    pub visit: String,
    /// `YYYY-MM-DD`; a week from this day.
    pub from: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct FreeTimesView {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day.
    pub until: String,
    /// The earliest first.
    pub times: Vec<FreeTimeView>,
    /// The types of visit that some of these times are for.
    pub types: Vec<String>,
    /// The EHR gave only a part of them.
    pub incomplete: bool,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct FreeTimeView {
    /// `Slot/123`
    pub slot: String,
    /// `YYYY-MM-DD`
    pub day: String,
    /// `HH:MM` in the clinic's zone.
    pub time: String,
    pub minutes: u32,
    /// What it is for; none: any type.
    pub types: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct FollowUpVisitArgs {
    pub visit: String,
    /// `YYYY-MM-DD`: around this day. Not needed with a slot.
    pub day: Option<String>,
    /// `Slot/123`: at this time.
    pub slot: Option<String>,
    /// One of the types that the slot is for; none: that of this visit.
    pub visit_type: Option<String>,
}

/// Another time instead of one that was taken meanwhile.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct RebookArgs {
    /// The item.
    pub id: String,
    /// `Slot/123`
    pub slot: String,
}
