//! A browser that only remembers what it was asked to open; whoever drives the dev host goes there.

use companion::contract::RoomSurface;
use companion::host::{Browser, Rooms};
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

/// The page of the dev host is a browser's: a room can stand in it, but has no window of its own.
pub struct InThePage;

impl Rooms for InThePage {
    fn surfaces(&self) -> &[RoomSurface] {
        &[RoomSurface::Embedded, RoomSurface::Browser]
    }
    fn dock(&self, _: &str) -> bool {
        false
    }
    fn close(&self) {}
    /// The page opens it itself, as a tab.
    fn chart(&self, _: bool) -> bool {
        true
    }
}
