//! A clock that runs faster than the wall's and can be moved.

use companion::host::Clock;
use desktop::SystemClock;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

pub struct MovedClock {
    began: Timestamp,
    real: Instant,
    factor: i32,
    /// How far it was moved, in seconds.
    ahead: AtomicI64,
}

impl MovedClock {
    /// Starts at the time of day and runs `factor` times as fast.
    pub fn new(factor: i32) -> Self {
        Self { began: SystemClock.now(), real: Instant::now(), factor, ahead: AtomicI64::new(0) }
    }

    /// When it agreed with the wall's, in milliseconds since 1970.
    pub fn born(&self) -> i64 {
        self.began.as_millisecond()
    }

    /// Moves it by so many seconds more.
    pub fn jump(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.real.elapsed()).expect("a short test") * self.factor;
        self.began + passed + SignedDuration::from_secs(self.ahead.load(Ordering::SeqCst))
    }

    fn zone(&self) -> TimeZone {
        SystemClock.zone()
    }
}
