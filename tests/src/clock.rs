//! A clock that a test can move.

use companion::host::Clock;
use desktop::SystemClock;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};

/// The real time, plus what the test added, in a place where the test begins at ten in the morning or in the early
/// afternoon: whatever time it is here, the day does not end while it runs, and the sandbox's first visit (09:20 UTC) is
/// of the same day.
pub struct MovedClock {
    moved: AtomicI64,
    zone: TimeZone,
}

impl Default for MovedClock {
    fn default() -> Self {
        const HOUR: i64 = 60 * 60;
        const QUARTER: i64 = HOUR / 4;
        let since_midnight = SystemClock.now().as_second().rem_euclid(24 * HOUR);
        let begins = (10 * HOUR).max(since_midnight - 9 * HOUR);
        let east = (begins - since_midnight) / QUARTER * QUARTER;
        let offset = i32::try_from(east).ok().and_then(|s| Offset::from_seconds(s).ok());
        Self { moved: AtomicI64::new(0), zone: TimeZone::fixed(offset.unwrap_or(Offset::UTC)) }
    }
}

impl MovedClock {
    /// Moves the clock; negative minutes set it back.
    pub fn add_minutes(&self, minutes: i64) {
        self.moved.fetch_add(minutes * 60, Ordering::Relaxed);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_secs(self.moved.load(Ordering::Relaxed))
    }

    fn zone(&self) -> TimeZone {
        self.zone.clone()
    }
}
