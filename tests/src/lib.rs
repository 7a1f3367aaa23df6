//! What the cross-crate tests share: an app in a temporary folder, the sandbox EHR beside it, a
//! browser that signs in by itself, and the steps of a visit in words.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

pub mod app;
pub mod browser;
pub mod process;
pub mod visit;

pub use app::{App, Call};
