//! What the cross-crate tests share: an app in a temporary folder, the sandbox EHR beside it, a
//! browser that signs in by itself, and the steps of a visit in words.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

pub mod app;
pub mod browser;
pub mod clock;
pub mod hostile;
pub mod process;
pub mod record;
pub mod visit;
pub mod window;

pub use app::{App, Call};

/// Says that a test could not run here. Where `cargo verify` has installed the tools, that is a failure.
pub fn skipped(why: &str) {
    assert!(std::env::var_os("CHARTSIDE_TOOLS_ARE_HERE").is_none(), "{why}");
    eprintln!("skipped: {why}");
}
