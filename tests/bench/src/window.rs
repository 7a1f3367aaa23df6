//! The release build's window beside Chromium on the same page (`cargo xtask release-window`): from the start to
//! the screen that stays, the memory of all processes, and how long frames take in Chromium while a chart of
//! some 4,500 resources is scrolled and a note of 30 kB is typed into.

use crate::row::{Compared, Limit, Row, Samples, Unit};
use serde::Deserialize;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Longest frame, and longest way from a key to the screen.
const FRAME: Duration = Duration::from_millis(16);

#[derive(Deserialize)]
struct Pair {
    ours: Vec<f64>,
    peer: Vec<f64>,
}

#[derive(Deserialize)]
struct Seen {
    /// Milliseconds.
    cold: Pair,
    /// MB.
    memory: Pair,
    /// Milliseconds a frame of ours took; of the peer's, one that shows an empty page.
    scrolled: Pair,
    typed: Pair,
    /// Until the next refresh of the display, in steps of 8 ms.
    keys: Pair,
    painted: Pair,
}

pub fn run() -> Vec<Row> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let mut xtask = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    xtask.args(["run", "--quiet", "--package", "xtask", "--manifest-path", manifest, "--", "release-window"]);
    let done = xtask.stderr(Stdio::inherit()).output().expect("cargo starts");
    assert!(done.status.success(), "the window was not measured");
    let seen: Seen = serde_json::from_slice(&done.stdout).expect("JSON");
    let row = |name: &str, unit, pair: Pair, peer: &str, target, limit| Row {
        name: name.to_owned(),
        peer_name: peer.to_owned(),
        compared: Compared::Median,
        unit,
        runs: pair.ours.len(),
        ours: Samples::from(pair.ours),
        peer: Samples::from(pair.peer),
        target,
        limit,
    };
    let (ms, mb) = (Unit::Milliseconds, Unit::Megabytes);
    let empty = "an empty page";
    vec![
        row("cold-start", ms, seen.cold, "Chromium started on the same page", Some(1.0), None),
        row("whole-app-memory", mb, seen.memory, "Chromium showing the same page", Some(0.6), None),
        row("scrolling-frames", ms, seen.scrolled, empty, None, Some(Limit::p95(FRAME))),
        row("typing-frames", ms, seen.typed, empty, None, Some(Limit::p95(FRAME))),
        row("key-to-paint", ms, seen.painted, empty, None, Some(Limit::p95(FRAME))),
        // With the wait for a display of 60 Hz, which alone is up to 17 ms: no target, the empty page is the floor.
        row("key-to-refresh", ms, seen.keys, empty, None, None),
    ]
}
