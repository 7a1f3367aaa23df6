//! A clock that a test can move.

use companion::host::Clock;
use desktop::SystemClock;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};

/// The real time, plus what the test added.
#[derive(Default)]
pub struct MovedClock(AtomicI64);

impl MovedClock {
    /// Moves the clock; negative minutes set it back.
    pub fn add_minutes(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60, Ordering::Relaxed);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_secs(self.0.load(Ordering::Relaxed))
    }

    fn zone(&self) -> TimeZone {
        SystemClock.zone()
    }
}
