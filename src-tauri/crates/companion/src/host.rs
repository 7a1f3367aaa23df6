//! The outside world as traits, so that every use case runs in a test without a desktop.

use crate::contract::RoomSurface;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use zeroize::Zeroizing;

/// What time it is.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
    /// The zone in which the clinician reads times.
    fn zone(&self) -> TimeZone;
}

/// Randomness of the operating system.
pub trait Entropy: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
    /// A fresh UUID (v4).
    fn uuid(&self) -> String;
}

/// Where the vaults' keys rest.
#[async_trait::async_trait]
pub trait Keychain: Send + Sync {
    /// The secret of this name; `None` when there is none.
    async fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError>;
    async fn set(&self, name: &str, secret: &[u8]) -> Result<(), KeychainError>;
    /// Removes the secret of this name; that there is none is fine.
    async fn remove(&self, name: &str) -> Result<(), KeychainError>;
}

/// A keychain that does not answer. Neither means "signed out".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    #[error("the keychain is locked")]
    Locked,
    #[error("there is no keychain service")]
    Missing,
}

/// The system browser.
pub trait Browser: Send + Sync {
    /// Opens an address. False when no browser could be started.
    fn open(&self, url: &str) -> bool;
}

/// What can stand beside the visit window on this computer: a video room that is not handed to the system browser,
/// and the chart in a window of its own.
pub trait Rooms: Send + Sync {
    /// The ways in which a room can be shown here. A webview without WebRTC has only the browser.
    fn surfaces(&self) -> &[RoomSurface];
    /// Shows the room in a window of its own, with no way to our commands. False when that failed.
    fn dock(&self, address: &str) -> bool;
    /// Leaves a part of the screen to the system browser, in which the room is about to open.
    fn give_way(&self) {}
    /// Closes that window, if it is there.
    fn close(&self);
    /// Shows the chart in a window of its own, in front of others, or closes that window. False when it cannot.
    fn chart(&self, _apart: bool) -> bool {
        false
    }
}

/// A host whose rooms go to the system browser.
pub struct InTheBrowser;

impl Rooms for InTheBrowser {
    fn surfaces(&self) -> &[RoomSurface] {
        &[RoomSurface::Browser]
    }
    fn dock(&self, _: &str) -> bool {
        false
    }
    fn close(&self) {}
}

/// Where files go that leave Chartside because the clinician says so.
#[async_trait::async_trait]
pub trait Exports: Send + Sync {
    /// Asks the clinician where a file goes; `name` is only proposed. `None`: given up.
    async fn place(&self, name: &str) -> Option<Box<dyn Place>>;
}

/// A place that the clinician chose.
#[async_trait::async_trait]
pub trait Place: Send + Sync {
    /// What the clinician called the file.
    fn name(&self) -> &str;
    /// Writes the whole file or nothing, for this user's eyes only.
    async fn write(self: Box<Self>, bytes: Vec<u8>) -> Result<(), ExportError>;
}

/// Why there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    #[error("nothing can be written there")]
    NotWritable,
    #[error("the disk is full")]
    DiskFull,
}

/// A host that nothing leaves as a file.
pub struct NoExports;

#[async_trait::async_trait]
impl Exports for NoExports {
    async fn place(&self, _: &str) -> Option<Box<dyn Place>> {
        None
    }
}

/// The whole outside world.
#[derive(Clone)]
pub struct Host {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub keychain: Arc<dyn Keychain>,
    pub browser: Arc<dyn Browser>,
    pub rooms: Arc<dyn Rooms>,
    pub exports: Arc<dyn Exports>,
}
