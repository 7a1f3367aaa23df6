//! The visit-time ledger: how long the clinician worked on a visit, from what was seen to happen.
//!
//! CPT's office visits may be chosen by total time on the day of the encounter, with and without the patient
//! (AMA CPT E/M guidelines 2021, "Time"): reviewing the chart, the call, writing the note. The ledger is
//! evidence, not an answer: the clinician states the minutes.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Without any act for longer than this, the work was interrupted.
pub const PAUSE_AFTER: SignedDuration = SignedDuration::from_mins(2);
/// Most spans that are kept; a day has no more of them that mean anything.
pub const MAX_SPANS: usize = 2_000;

/// What was worked on beside the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Reading the chart.
    Chart,
    /// Writing the note, the facts, the codes and the follow-ups.
    Note,
}

/// A stretch of work without a pause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub activity: Activity,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// All that was seen, in order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger {
    spans: Vec<Span>,
}

/// The time of one day, nothing counted twice: what is done during the call is part of the call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    pub chart: SignedDuration,
    pub call: SignedDuration,
    pub note: SignedDuration,
    /// Interruptions between the first and the last act, the call not counted as one.
    pub pauses: SignedDuration,
}

impl Sheet {
    /// Whole minutes, rounded down.
    pub fn minutes(&self) -> u32 {
        u32::try_from((self.chart + self.call + self.note).as_mins()).unwrap_or_default()
    }
}

impl Ledger {
    /// Something was done. Time up to now counts for what was worked on before, unless it was a pause. A
    /// clock that went back adds nothing.
    pub fn act(&mut self, activity: Activity, at: Timestamp) {
        if let Some(last) = self.spans.last_mut() {
            if at < last.to {
                return;
            }
            if at.duration_since(last.to) <= PAUSE_AFTER {
                last.to = at;
                if last.activity == activity {
                    return;
                }
            }
        }
        if self.spans.len() < MAX_SPANS {
            self.spans.push(Span { activity, from: at, to: at });
        }
    }

    /// What of it fell on this day, beside this call.
    pub fn sheet(&self, call: Option<(Timestamp, Timestamp)>, day: Date, zone: &TimeZone) -> Sheet {
        let midnight = |day: Date| day.to_zoned(zone.clone()).map(|z| z.timestamp());
        let (Ok(begin), Ok(end)) = (midnight(day), day.tomorrow().and_then(midnight)) else {
            return Sheet::default();
        };
        let within = |from: Timestamp, to: Timestamp| (from.max(begin), to.min(end));
        let length = |(from, to): (Timestamp, Timestamp)| to.duration_since(from).max(SignedDuration::ZERO);
        let call =
            call.map(|(from, to)| within(from, to)).filter(|part| length(*part) > SignedDuration::ZERO);
        let mut sheet = Sheet { call: call.map(length).unwrap_or_default(), ..Sheet::default() };
        let (mut first, mut last) = (call.map(|c| c.0), call.map(|c| c.1));
        for span in &self.spans {
            let part = within(span.from, span.to);
            if part.1 < part.0 {
                continue;
            }
            let shared = call.map(|c| length((part.0.max(c.0), part.1.min(c.1)))).unwrap_or_default();
            let alone = length(part) - shared;
            match span.activity {
                Activity::Chart => sheet.chart += alone,
                Activity::Note => sheet.note += alone,
            }
            first = Some(first.map_or(part.0, |f: Timestamp| f.min(part.0)));
            last = Some(last.map_or(part.1, |l: Timestamp| l.max(part.1)));
        }
        if let (Some(first), Some(last)) = (first, last) {
            sheet.pauses = length((first, last)) - (sheet.chart + sheet.call + sheet.note);
        }
        sheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        format!("2026-11-22T{time}Z").parse().unwrap()
    }

    fn day(ledger: &Ledger, call: Option<(&str, &str)>) -> (i64, i64, i64, i64) {
        let call = call.map(|(from, to)| (at(from), at(to)));
        let sheet = ledger.sheet(call, jiff::civil::date(2026, 11, 22), &TimeZone::UTC);
        (sheet.chart.as_secs(), sheet.call.as_secs(), sheet.note.as_secs(), sheet.pauses.as_secs())
    }

    fn acts(list: &[(Activity, &str)]) -> Ledger {
        let mut ledger = Ledger::default();
        for (activity, time) in list {
            ledger.act(*activity, at(time));
        }
        ledger
    }

    #[test]
    fn reading_and_then_writing_counts_each_and_the_way_between_for_what_was_before() {
        use Activity::{Chart, Note};
        let ledger =
            acts(&[(Chart, "09:00:00"), (Chart, "09:01:00"), (Note, "09:01:30"), (Note, "09:03:30")]);
        assert_eq!(day(&ledger, None), (90, 0, 120, 0));
    }

    #[test]
    fn a_pause_is_not_work_and_is_said() {
        use Activity::Note;
        let ledger = acts(&[(Note, "09:00:00"), (Note, "09:02:00"), (Note, "09:04:01"), (Note, "09:05:00")]);
        assert_eq!(day(&ledger, None), (0, 0, 179, 121));
    }

    #[test]
    fn what_is_done_during_the_call_is_part_of_the_call_and_not_counted_twice() {
        use Activity::{Chart, Note};
        let ledger = acts(&[
            (Chart, "08:59:00"),
            (Chart, "09:00:30"),
            (Note, "09:01:00"),
            (Note, "09:02:30"),
            (Note, "09:04:00"),
            (Note, "09:05:30"),
        ]);
        // The call from 09:00 to 09:05: one minute of chart before it, half a minute of note after it.
        assert_eq!(day(&ledger, Some(("09:00:00", "09:05:00"))), (60, 300, 30, 0));
    }

    #[test]
    fn only_the_day_of_the_visit_counts() {
        let mut ledger = Ledger::default();
        ledger.act(Activity::Note, "2026-11-22T23:59:00Z".parse().unwrap());
        ledger.act(Activity::Note, "2026-11-23T00:00:30Z".parse().unwrap());
        assert_eq!(day(&ledger, None), (0, 0, 60, 0));
        let evening =
            ledger.sheet(None, jiff::civil::date(2026, 11, 22), &TimeZone::fixed(jiff::tz::offset(-8)));
        assert_eq!(evening.note.as_secs(), 90, "it is still the 22nd in Seattle");
    }

    #[test]
    fn a_clock_that_goes_back_and_a_call_that_ends_before_it_begins_add_nothing() {
        use Activity::Note;
        let ledger = acts(&[(Note, "09:01:00"), (Note, "09:00:00"), (Note, "09:02:00")]);
        assert_eq!(day(&ledger, Some(("10:00:00", "09:00:00"))), (0, 0, 60, 0));
    }

    #[test]
    fn minutes_are_whole_and_never_rounded_up() {
        let sheet = Sheet { call: SignedDuration::from_secs(119), ..Sheet::default() };
        assert_eq!(sheet.minutes(), 1);
    }

    #[test]
    fn any_order_of_acts_never_gives_more_than_the_time_that_passed() {
        let mut seed = 0x9e37_79b9_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        for _ in 0..500 {
            let mut ledger = Ledger::default();
            let begin = at("00:00:00");
            let mut last = 0;
            for _ in 0..next(60) {
                last = (last + next(300) as i64 - 20).max(0);
                let activity = if next(2) == 0 { Activity::Chart } else { Activity::Note };
                ledger.act(activity, begin + SignedDuration::from_secs(last));
            }
            let (from, to) = (next(6_000) as i64, next(6_000) as i64);
            let call = (begin + SignedDuration::from_secs(from), begin + SignedDuration::from_secs(to));
            let sheet = ledger.sheet(Some(call), jiff::civil::date(2026, 11, 22), &TimeZone::UTC);
            let all = [sheet.chart, sheet.call, sheet.note, sheet.pauses];
            assert!(all.iter().all(|part| *part >= SignedDuration::ZERO), "{sheet:?}");
            assert!(sheet.minutes() <= 20_000 / 60);
        }
    }
}
