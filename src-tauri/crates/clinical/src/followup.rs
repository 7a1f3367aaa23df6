//! What has to happen after the visit.

use crate::phi::Phi;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A task for somebody, with a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    pub id: String,
    pub text: Phi<String>,
    /// `Practitioner/123` and the like.
    pub owner: String,
    pub owner_name: String,
    /// `YYYY-MM-DD`
    pub due: Option<Date>,
    pub urgent: bool,
}

/// The visit that comes next: at a free time of the EHR's schedule, or around a day for which somebody has to find one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpVisit {
    pub id: String,
    pub visit_type: ScheduledType,
    /// In the clinic's zone.
    pub day: Date,
    pub time: Option<FreeTime>,
}

/// A type of visit as the EHR's schedule names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ScheduledType {
    pub words: String,
    /// The codes that the schedule gives it, each (system, code); where it gives none, the words stand alone.
    pub codes: Vec<(String, String)>,
}

/// A time of the schedule that was free when it was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeTime {
    /// `Slot/123`
    pub slot: String,
    pub start: Timestamp,
    pub end: Timestamp,
}

impl FollowUpVisit {
    /// "Follow-up visit: Tue 2026-12-15 09:20", or "around 2026-12-15, to be booked".
    pub fn line(&self, zone: &TimeZone) -> String {
        let when = match &self.time {
            Some(time) => time.start.to_zoned(zone.clone()).strftime("%a %Y-%m-%d %H:%M").to_string(),
            None => format!("around {}, to be booked", self.day),
        };
        format!("{}: {when}", self.visit_type.words)
    }
}
