//! A browser that only remembers what it was asked to open; whoever drives the dev host goes there.

use companion::host::Browser;
use std::sync::{Mutex, PoisonError};

/// Addresses in the order in which they were asked for.
#[derive(Debug, Default)]
pub struct Recorder {
    opened: Mutex<Vec<String>>,
}

impl Recorder {
    pub fn opened(&self) -> Vec<String> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Browser for Recorder {
    fn open(&self, url: &str) -> bool {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).push(url.to_owned());
        true
    }
}
