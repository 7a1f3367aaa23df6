//! Which requests are under way in this process, and since when an outcome is unknown.

use clinical::delivery::State;
use jiff::SignedDuration;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What this process knows of requests: which are under way right now, in any worker, also in one
/// whose account was closed and opened again meanwhile; and since when an outcome is unknown.
#[derive(Default)]
pub struct Sending(Mutex<Known>);

#[derive(Default)]
struct Known {
    under_way: HashSet<String>,
    /// By a clock that never jumps, unlike the host's.
    unknown_since: HashMap<String, Instant>,
}

/// While it lives, its item is under way.
pub(crate) struct UnderWay<'a>(&'a Sending, String);

impl Sending {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, item: &str) -> UnderWay<'_> {
        self.known().under_way.insert(item.to_owned());
        UnderWay(self, item.to_owned())
    }

    pub(crate) fn has(&self, item: &str) -> bool {
        self.known().under_way.contains(item)
    }

    /// How long this process has known that the outcome is unknown.
    pub(crate) fn waited(&self, item: &str) -> SignedDuration {
        let since = *self.known().unknown_since.entry(item.to_owned()).or_insert_with(Instant::now);
        SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX)
    }

    pub(crate) fn moved(&self, item: &str, to: &State) {
        if matches!(to, State::OutcomeUnknown { .. }) {
            self.waited(item);
        } else {
            self.known().unknown_since.remove(item);
        }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.known().under_way.remove(&self.1);
    }
}
