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

/// A port that nobody listens on, outside of those that systems hand out by themselves (from 32768 on): a test
/// beside this one, which asks for any port, does not get it meanwhile.
pub fn free_port() -> u16 {
    // Ten for each process, so that neighbours do not meet.
    let first = 20_000 + 10 * u16::try_from(std::process::id() % 1_000).unwrap_or_default();
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (first..32_000).find(is_free).expect("a free port")
}
